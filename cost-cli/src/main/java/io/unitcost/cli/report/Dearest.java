package io.unitcost.cli.report;

import io.unitcost.RequestCost.Kind;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The requests that cost most. */
final class Dearest {

    static final int MOST = 5;

    private static final Comparator<Request> BY_COST = Comparator.comparing(Request::cost)
            .thenComparing(Request::time, Comparator.reverseOrder())
            .thenComparing(Request::id, Comparator.reverseOrder());

    private final PriorityQueue<Request> requests = new PriorityQueue<>(BY_COST);

    /** What is told of one. */
    record Request(String id, String feature, Instant time, Money cost, String outcome, int attempts) {}

    void add(LedgerRecord record) {
        Request least = requests.peek();
        boolean cheap =
                least != null && requests.size() == MOST && record.total().compareTo(least.cost()) < 0;
        if (record.kind() != Kind.REQUEST || cheap) {
            return;
        }
        requests.add(new Request(
                record.id(),
                record.feature(),
                record.openedAt(),
                record.total(),
                record.outcome().label(),
                record.attempts().size()));
        if (requests.size() > MOST) {
            requests.remove();
        }
    }

    /** The dearest first; of equals the earlier. */
    List<Request> requests() {
        List<Request> sorted = new ArrayList<>(requests);
        sorted.sort(BY_COST.reversed());
        return sorted;
    }
}
