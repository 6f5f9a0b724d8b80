package io.unitcost.samples.inference;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the engines really did, try by try, whether or not anybody was told. Thread-safe. */
final class Ledger {

    /** How much of a try's counts its client was told. */
    enum Told {
        /** All of it, with the answer. */
        ALL,
        /** What was counted until the client left. */
        PART,
        /** Nothing: it failed, or nobody waited. */
        NOTHING,
        /** Nothing, and there is nothing to tell: refused before any work. */
        REFUSED
    }

    /** One try. */
    record Line(String engine, String model, long input, long output, Told told) {}

    private final List<Line> lines = new CopyOnWriteArrayList<>();

    void book(String engine, String model, long input, long output, Told told) {
        lines.add(new Line(engine, model, input, output, told));
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }
}
