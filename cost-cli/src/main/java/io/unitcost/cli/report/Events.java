package io.unitcost.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where releases and price tables begin: lines on the charts, with letters that the page explains. */
final class Events {

    private static final int MOST = 8;

    private Events() {}

    /** What begins in a slot. */
    record Event(char letter, int slot, String text) {}

    /** In the order of time; none if there are too many to tell apart. */
    static List<Event> of(LedgerTally tally) {
        TreeMap<Integer, String> bySlot = new TreeMap<>();
        tally.releases().forEach(range -> add(bySlot, tally.grid(), range, "release " + range.name()));
        tally.priceTables().forEach(range -> add(bySlot, tally.grid(), range, "prices " + range.name()));
        List<Event> events = new ArrayList<>();
        if (bySlot.size() <= MOST) {
            bySlot.forEach((slot, text) -> events.add(new Event((char) ('A' + events.size()), slot, text)));
        }
        return events;
    }

    /** What begins with the ledger is no event. */
    private static void add(Map<Integer, String> bySlot, TimeGrid grid, Seen.Range range, String text) {
        int slot = grid.indexOf(range.first());
        if (slot > 0) {
            bySlot.merge(slot, text, (one, other) -> one + " and " + other);
        }
    }

    /** {@code On the charts over time, A marks the first record of release 1.43.0 (15 Nov 00:00).} Empty without events. */
    static String explained(LedgerTally tally) {
        List<String> explained = of(tally).stream()
                .map(event -> event.letter() + " marks the first record of " + event.text() + " ("
                        + Words.slot(
                                tally.grid().begin(event.slot()), tally.grid().width()) + ")")
                .toList();
        return explained.isEmpty() ? "" : "On the charts over time, " + Phrases.join(explained) + ".";
    }
}
