package io.unitcost.samples.inference;

import io.unitcost.RequestCost;
import io.unitcost.RequestCostListener;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Hands over what requests cost, as they end: to whoever waits, or later to a log. It is called on
 * a server's own threads, so that it must not wait itself.
 */
final class Receipts implements RequestCostListener {

    private static final int MOST = 1_000;
    private static final int PATIENCE_SECONDS = 30;

    private final BlockingQueue<RequestCost> ended = new ArrayBlockingQueue<>(MOST);
    private volatile Consumer<RequestCost> taker = cost -> {
        boolean kept = ended.offer(cost);
        assert kept : "nobody takes the receipts";
    };

    @Override
    public void onRequestCost(RequestCost cost) {
        taker.accept(cost);
    }

    /** From now on they all go here. */
    void to(Consumer<RequestCost> log) {
        taker = log;
    }

    /**
     * The next request that has ended. A client may have its answer a moment before.
     *
     * @throws IllegalStateException if none ends
     */
    RequestCost next() throws InterruptedException {
        RequestCost cost = ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (cost == null) {
            throw new IllegalStateException("no request ended within " + PATIENCE_SECONDS + " s");
        }
        return cost;
    }

    /** Those that nobody has waited for. */
    Queue<RequestCost> left() {
        return ended;
    }
}
