package io.unitcost.cli.report;

import io.unitcost.RequestCost.Kind;
import io.unitcost.cli.shell.DataException;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** What a ledger comes to: one pass, exact sums, memory that does not depend on the number of records. */
final class LedgerTally {

    /** More features than this are one from the start, whatever they cost. */
    static final int MOST_FEATURES = 200;

    private final Currency currency;
    private final BiFunction<String, Currency, Goal> goals;
    private final Map<String, FeatureTally> features = new LinkedHashMap<>();
    private final TimeGrid grid = new TimeGrid();
    private final Doubts doubts;
    private final Numbering numbering = new Numbering();
    private final Seen releases = new Seen();
    private final Seen priceTables = new Seen();
    private final Dearest dearest = new Dearest();
    private final FeatureTally excess;
    private List<String> halfWritten = List.of();
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;
    private long records;

    private LedgerTally(Currency currency, BiFunction<String, Currency, Goal> goals) {
        this.currency = currency;
        this.goals = goals;
        this.doubts = new Doubts(currency);
        this.excess = new FeatureTally("", currency, Goal.RECORDED);
    }

    /**
     * Reads a ledger to its end.
     *
     * @param name for messages
     * @param also gets each record too
     * @throws DataException if there is no record, or the currencies differ
     */
    static LedgerTally read(
            LedgerReader ledger,
            String name,
            BiFunction<String, Currency, Goal> goals,
            Consumer<? super LedgerRecord> also) {
        LedgerRecord next = ledger.next();
        if (next == null) {
            throw new DataException(name + ": there is no record in it; name a ledger of at least one request");
        }
        LedgerTally tally = new LedgerTally(next.currency(), goals);
        for (; next != null; next = ledger.next()) {
            if (!next.currency().equals(tally.currency)) {
                throw new DataException(ledger.position() + ": " + next.currency() + " after " + tally.currency
                        + "; amounts of two currencies cannot be added up: give ledgers of one currency");
            }
            tally.add(next);
            also.accept(next);
        }
        tally.halfWritten = ledger.halfWritten();
        return tally;
    }

    private void add(LedgerRecord record) {
        Instant time = record.openedAt();
        records++;
        first = time.isBefore(first) ? time : first;
        last = time.isAfter(last) ? time : last;
        numbering.add(record.id());
        releases.add(record.release(), time);
        priceTables.add(record.priceTable(), time);
        doubts.add(record);
        long formerWidth = grid.widthSeconds();
        if (grid.include(time)) {
            features.values().forEach(feature -> feature.widen(grid, formerWidth));
            excess.widen(grid, formerWidth);
        }
        if (record.kind() != Kind.SUBREQUEST) {
            dearest.add(record);
            feature(record.feature()).add(record, grid.slot(time));
        }
    }

    private FeatureTally feature(String name) {
        FeatureTally known = features.get(name);
        if (known == null && features.size() < MOST_FEATURES) {
            known = new FeatureTally(name, currency, goals.apply(name, currency));
            features.put(name, known);
        }
        return known == null ? excess : known;
    }

    Currency currency() {
        return currency;
    }

    TimeGrid grid() {
        return grid;
    }

    Doubts doubts() {
        return doubts;
    }

    Numbering numbering() {
        return numbering;
    }

    List<Seen.Range> releases() {
        return releases.ranges();
    }

    List<Seen.Range> priceTables() {
        return priceTables.ranges();
    }

    List<Dearest.Request> dearest() {
        return dearest.requests();
    }

    /** {@code costs.jsonl:17}, for each last line that was not written to its end. */
    List<String> halfWritten() {
        return halfWritten;
    }

    Instant first() {
        return first;
    }

    Instant last() {
        return last;
    }

    long records() {
        return records;
    }

    /** All features that came after the first {@value #MOST_FEATURES}, as one without a name. */
    FeatureTally excess() {
        return excess;
    }

    boolean has(String feature) {
        return features.containsKey(feature);
    }

    /** The features, the dearest first; of equals by name. */
    List<FeatureTally> features() {
        List<FeatureTally> sorted = new ArrayList<>(features.values());
        sorted.sort(
                Comparator.comparing((FeatureTally feature) -> feature.total().cost())
                        .reversed()
                        .thenComparing(feature -> feature.name));
        return sorted;
    }

    Sums total() {
        Sums total = new Sums(currency).add(excess.total());
        features.values().forEach(feature -> total.add(feature.total()));
        return total;
    }
}
