package io.unitcost.cli.gate;

import io.unitcost.cli.shell.DataException;
import io.unitcost.explain.CellBuckets;
import io.unitcost.explain.CostCells;
import io.unitcost.explain.Explanation;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One side of an explanation.
 *
 * @param sums of tables; empty if there are none
 * @param sessions of ledgers
 * @param cases of ledgers
 * @param currency {@code null} if only tables were read
 * @param halfWritten last lines that were left out
 */
record Window(
        CostCells sums,
        CellBuckets sessions,
        CellBuckets cases,
        @Nullable Currency currency,
        List<String> halfWritten) {

    private static final double PAIRED = 0.9;

    static Window read(String option, List<Path> paths, List<String> features) {
        CostCells.Builder sums = CostCells.builder();
        CellBuckets sessions = CellBuckets.bySession();
        CellBuckets cases = CellBuckets.byCase();
        List<Path> ledgers = new ArrayList<>();
        for (Path path : paths) {
            if (Csv.isTable(path)) {
                CellTable.read(path, sums, features);
            } else {
                ledgers.add(path);
            }
        }
        Currency currency = null;
        List<String> halfWritten = List.of();
        if (!ledgers.isEmpty()) {
            try (LedgerReader ledger = LedgerReader.open(ledgers)) {
                for (LedgerRecord record = ledger.next(); record != null; record = ledger.next()) {
                    if (currency != null && !currency.equals(record.currency())) {
                        throw new DataException("mixed currencies: " + currency + " and " + record.currency() + " in "
                                + option + ", at " + ledger.position() + "; keep a ledger for each");
                    }
                    currency = record.currency();
                    if (features.isEmpty() || features.contains(record.feature())) {
                        sessions.add(record);
                        cases.add(record);
                    }
                }
                halfWritten = ledger.halfWritten();
            }
        }
        Window window = new Window(sums.build(), sessions, cases, currency, halfWritten);
        if (window.delivered() == 0) {
            throw new DataException(option + ": no delivered request" + (features.isEmpty() ? "" : " of " + features)
                    + ", so no cost per request; choose a window that has some");
        }
        return window;
    }

    private double delivered() {
        return sums.delivered() + delivered(sessions.build());
    }

    private static double delivered(List<CostCells> buckets) {
        return buckets.stream().mapToDouble(CostCells::delivered).sum();
    }

    /** Case by case if nine in ten requests have theirs on both sides, else by buckets of sessions; by sums where only they are known. */
    static Explanation explain(Window before, Window after) {
        if (before.sums.delivered() > 0 || after.sums.delivered() > 0) {
            return Explanation.ofBuckets(before.all(), after.all());
        }
        Set<String> both = new HashSet<>(before.cases.cases());
        both.retainAll(after.cases.cases());
        List<CostCells> earlier = before.cases.build(both);
        List<CostCells> later = after.cases.build(both);
        boolean paired =
                delivered(earlier) >= PAIRED * before.delivered() && delivered(later) >= PAIRED * after.delivered();
        return paired
                ? Explanation.ofPairs(earlier, later)
                : Explanation.ofBuckets(before.sessions.build(), after.sessions.build());
    }

    /** Tables and ledgers together: as one bucket, which has no bounds, if there is a table. */
    private List<CostCells> all() {
        CostCells.Builder all = CostCells.builder().add(sums);
        sessions.build().forEach(all::add);
        return List.of(all.build());
    }
}
