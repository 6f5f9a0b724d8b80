package io.unitcost.samples.demo;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Says how far the run is, while it runs: in place on a terminal, else a line every few seconds. */
final class Progress implements AutoCloseable {

    private static final long TERMINAL_MILLIS = 200;
    private static final long FILE_MILLIS = 5_000;
    private static final int WIDTH = 79;

    private final PrintWriter out;
    private final Costs costs;
    private final int total;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "progress");
        thread.setDaemon(true);
        return thread;
    });

    private Progress(PrintWriter out, Costs costs, int total, boolean terminal) {
        this.out = out;
        this.costs = costs;
        this.total = total;
        this.terminal = terminal;
    }

    static Progress start(PrintWriter out, Costs costs, int total) {
        boolean terminal = isTerminal();
        Progress progress = new Progress(out, costs, total, terminal);
        long period = terminal ? TERMINAL_MILLIS : FILE_MILLIS;
        ScheduledFuture<?> unused =
                progress.timer.scheduleAtFixedRate(progress::show, period, period, TimeUnit.MILLISECONDS);
        return progress;
    }

    /** Up to Java 21 a console is a terminal; later there may be one without, which says so. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private void show() {
        long done = costs.requests();
        double seconds = (System.nanoTime() - start) / 1e9;
        String line = String.format(
                Locale.ROOT,
                "%,d of %,d requests, %,.0f a second, %.2f USD so far",
                done,
                total,
                done / seconds,
                costs.soFar().toDouble());
        if (terminal) {
            out.printf("\r%-" + WIDTH + "s", line);
        } else {
            out.println(line);
        }
        out.flush();
    }

    @Override
    public void close() throws InterruptedException {
        timer.shutdown();
        // a last line must not fall into the report
        boolean unused = timer.awaitTermination(1, TimeUnit.SECONDS);
        if (terminal) {
            out.print("\r" + " ".repeat(WIDTH) + "\r");
            out.flush();
        }
    }
}
