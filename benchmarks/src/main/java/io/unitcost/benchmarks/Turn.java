package io.unitcost.benchmarks;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Where one thread is in the traffic, and how many requests it has made. */
@State(Scope.Thread)
public class Turn {

    private Traffic traffic;
    private int position;
    private String prefix = "";
    private long taken;

    static Turn in(Traffic traffic) {
        Turn turn = new Turn();
        turn.start(traffic);
        return turn;
    }

    /** Takes a place in the traffic: the first thread at its beginning, the second one in the middle. */
    @Setup
    public void start(Traffic shared) {
        traffic = shared;
        int before = shared.join(this);
        position = before * (shared.size() / 2) % shared.size();
        prefix = "chatcmpl-" + before + "-";
    }

    Traffic.Series next() {
        taken++;
        int current = position;
        position = current + 1 == traffic.size() ? 0 : current + 1;
        return traffic.series(current);
    }

    /** An id as providers give one to each answer, different from every other thread's. */
    String responseId() {
        return prefix + taken;
    }

    long taken() {
        return taken;
    }
}
