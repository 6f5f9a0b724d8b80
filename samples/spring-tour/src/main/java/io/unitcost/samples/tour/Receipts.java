package io.unitcost.samples.tour;

import io.unitcost.RequestCost;
import io.unitcost.RequestCostListener;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Hands over what requests cost, as they end: to whoever waits, or once the application serves others, to a log. It is called on
 * the application's own threads, so that it must not wait itself.
 */
public final class Receipts implements RequestCostListener {

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

    /** None yet. */
    public Receipts() {}

    /** From now on they all go here. */
    void to(Consumer<RequestCost> log) {
        taker = log;
    }

    /**
     * The next request that has ended. A client may have its answer a moment before.
     *
     * @throws IllegalStateException if none ends
     */
    public RequestCost next() throws InterruptedException {
        RequestCost cost = ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (cost == null) {
            throw new IllegalStateException("no request ended within " + PATIENCE_SECONDS + " s");
        }
        return cost;
    }

    /** Those that nobody has waited for. */
    public Queue<RequestCost> left() {
        return ended;
    }
}
