package io.unitcost.samples.demo;

import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCostListener;
import io.unitcost.price.Money;
import java.util.concurrent.TimeUnit;

/** Listens to what requests cost, for the report: all of them, and each half by itself. */
final class Costs implements RequestCostListener {

    private final Tally whole = new Tally();
    private final Tally first = new Tally();
    private final Tally second = new Tally();
    private Tally half = first;
    private long requests;
    private boolean finished;

    @Override
    public synchronized void onRequestCost(RequestCost cost) {
        if (finished) {
            return;
        }
        whole.add(cost);
        half.add(cost);
        if (cost.kind() == Kind.REQUEST) {
            requests++;
            notifyAll();
        }
    }

    /** What comes now belongs to the second half. */
    synchronized void half() {
        half = second;
    }

    /** The report is made; what comes now is only in the metrics. */
    synchronized void finish() {
        finished = true;
    }

    /**
     * A client has its answer a little before the account of its request is closed: waits for the last ones.
     *
     * @return whether that many requests have a cost by now
     */
    synchronized boolean await(long count, long seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (requests < count) {
            long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }

    synchronized long requests() {
        return requests;
    }

    synchronized Money soFar() {
        return whole.cost();
    }

    /** The tallies; read them when no request is under way. */
    synchronized Tally whole() {
        return whole;
    }

    synchronized Tally first() {
        return first;
    }

    synchronized Tally second() {
        return second;
    }
}
