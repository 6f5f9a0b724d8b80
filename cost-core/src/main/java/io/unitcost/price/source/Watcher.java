package io.unitcost.price.source;

import java.lang.ref.WeakReference;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Looks at what is due, on a daemon thread that does not keep its sources alive. */
final class Watcher implements Runnable {

    /** At least this often, to see whether there is still somebody to look for. */
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(1);

    private final WeakReference<PriceSources> sources;
    private final ScheduledThreadPoolExecutor executor;

    private Watcher(PriceSources sources) {
        this.sources = new WeakReference<>(sources);
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "unitcost-prices");
            thread.setDaemon(true);
            return thread;
        });
    }

    static Watcher start(PriceSources sources) {
        Watcher watcher = new Watcher(sources);
        watcher.runIn(sources.nanosToWait());
        return watcher;
    }

    void stop() {
        executor.shutdownNow();
    }

    @Override
    public void run() {
        PriceSources target = sources.get();
        if (target == null) {
            stop();
            return;
        }
        try {
            target.lookAtWhatIsDue();
        } catch (Throwable counted) {
            // an error of the virtual machine, counted where it happened: there is nobody to tell on this thread
        } finally {
            runIn(target.nanosToWait());
        }
    }

    private void runIn(long nanos) {
        try {
            ScheduledFuture<?> unused =
                    executor.schedule(this, Math.max(SHORTEST, Math.min(LONGEST, nanos)), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopped) {
            // nothing more to look at
        }
    }
}
