package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A strict listener for tests: waits for costs that are published on other threads, and {@link #assertNothingLeft()}
 * fails when something was published that no one looked at, so that a request counted twice cannot hide.
 */
public final class RecordedCosts implements RequestCostListener {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN = Duration.ofMillis(20);

    private final BlockingQueue<RequestCost> costs = new LinkedBlockingQueue<>();

    @Override
    public void onRequestCost(RequestCost cost) {
        costs.add(cost);
    }

    /** The next cost, waiting for it if need be. */
    public RequestCost take() {
        try {
            RequestCost cost = costs.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(cost).as("a request cost within " + PATIENCE).isNotNull();
            return cost;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The next cost, doing something again and again until it is there, such as letting time pass. */
    public RequestCost take(Runnable meanwhile) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (System.nanoTime() < end) {
                meanwhile.run();
                RequestCost cost = costs.poll(BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
                if (cost != null) {
                    return cost;
                }
            }
            throw new AssertionError("no request cost within " + PATIENCE);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The next costs, in the order they were published. */
    public List<RequestCost> take(int count) {
        List<RequestCost> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(take());
        }
        return taken;
    }

    /** Everything published so far. */
    public List<RequestCost> drain() {
        List<RequestCost> drained = new ArrayList<>();
        costs.drainTo(drained);
        return drained;
    }

    public void assertNothingLeft() {
        assertThat(costs).as("published costs that no one looked at").isEmpty();
    }
}
