package io.unitcost.servlet.matrix;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What became of each request, by the id that its client gave it. Filled by whichever filter is on trial. */
final class Ledger {

    /** One request. */
    static final class Entry {
        final AtomicInteger arrived = new AtomicInteger();
        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        /** Closed again, as far as the filter on trial does not show it by closing. */
        final AtomicInteger again = new AtomicInteger();

        final AtomicInteger used = new AtomicInteger();
        final AtomicInteger booked = new AtomicInteger();
        final AtomicInteger late = new AtomicInteger();
        final List<String> outcomes = new CopyOnWriteArrayList<>();
        /** What left the chain. */
        final List<String> thrown = new CopyOnWriteArrayList<>();

        final List<String> complaints = new CopyOnWriteArrayList<>();

        boolean isSettled() {
            return closed.get() >= opened.get();
        }
    }

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    Entry of(String id) {
        return entries.computeIfAbsent(id, key -> new Entry());
    }

    /** Reached the container's chain for the first time. */
    void arrived(String id) {
        of(id).arrived.incrementAndGet();
    }

    void opened(String id) {
        of(id).opened.incrementAndGet();
    }

    void closed(String id, String outcome) {
        Entry entry = of(id);
        entry.outcomes.add(outcome);
        entry.closed.incrementAndGet();
    }

    void complain(String id, String complaint) {
        of(id).complaints.add(complaint);
    }

    Map<String, Entry> entries() {
        return entries;
    }

    boolean isSettled() {
        return entries.values().stream().allMatch(Entry::isSettled);
    }
}
