package io.unitcost;

import java.lang.ref.WeakReference;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Looks once a second for accounts that nobody closed, on a daemon thread that does not keep its meter alive. */
final class Reaper implements Runnable {

    private final WeakReference<CostMeter> meter;
    private final ScheduledThreadPoolExecutor executor;

    private Reaper(CostMeter meter) {
        this.meter = new WeakReference<>(meter);
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "unitcost-reaper");
            thread.setDaemon(true);
            return thread;
        });
    }

    static Reaper start(CostMeter meter) {
        Reaper reaper = new Reaper(meter);
        ScheduledFuture<?> unused = reaper.executor.scheduleWithFixedDelay(reaper, 1, 1, TimeUnit.SECONDS);
        return reaper;
    }

    void stop() {
        executor.shutdownNow();
    }

    @Override
    public void run() {
        CostMeter target = meter.get();
        if (target == null) {
            stop();
            return;
        }
        try {
            target.reap();
        } catch (Throwable failure) {
            count(target, failure);
        }
    }

    /** Passes on not even an error of the virtual machine: the executor would never call again. */
    private static void count(CostMeter target, Throwable failure) {
        try {
            target.reportError(CostMeter.Site.REAPER, failure);
        } catch (VirtualMachineError next) {
            // there is nobody to tell on this thread; the accounts that are left are looked at in a second
        }
    }
}
