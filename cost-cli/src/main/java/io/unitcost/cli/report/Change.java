package io.unitcost.cli.report;

import io.unitcost.explain.CellBuckets;
import io.unitcost.explain.CostCells;
import io.unitcost.explain.Explanation;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies between two windows, and how they are called.
 *
 * @param before the earlier window, for a sentence
 * @param after the later one
 * @param why what is between them; {@code null} if one of them delivered nothing, which {@code reason} says
 * @param reason why there is no explanation; empty if there is one
 */
record Change(String before, String after, @Nullable Explanation why, String reason) {

    /** Between another ledger and this one. */
    static Change between(List<CostCells> before, List<CostCells> after) {
        return of("in the ledger before", "in this ledger", before, after);
    }

    /** Between the halves of one ledger, which is read once more. */
    static Change halves(Path ledger, LedgerTally tally) {
        TimeGrid grid = tally.grid();
        if (grid.slots() < 2) {
            return new Change(
                    "",
                    "",
                    null,
                    "The ledger spans less than " + Words.width(grid.width().multipliedBy(2))
                            + ", which is too short to have two halves. Give an earlier ledger with --before.");
        }
        Instant middle =
                tally.first().plus(Duration.between(tally.first(), tally.last()).dividedBy(2));
        int slot = grid.indexOf(middle);
        Instant split = grid.begin(
                Duration.between(grid.begin(slot), middle)
                                                .compareTo(grid.width().dividedBy(2))
                                        < 0
                                && slot > 0
                        ? slot
                        : slot + 1);
        CellBuckets earlier = CellBuckets.bySession();
        CellBuckets later = CellBuckets.bySession();
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            reader.forEach(record -> add(record, tally.last(), record.openedAt().isBefore(split) ? earlier : later));
        }
        return of("before " + Words.minute(split) + " UTC", "from then on", earlier.build(), later.build());
    }

    /** What was written since the first reading is left out. */
    private static void add(LedgerRecord record, Instant last, CellBuckets half) {
        if (!record.openedAt().isAfter(last)) {
            half.add(record);
        }
    }

    private static Change of(String before, String after, List<CostCells> earlier, List<CostCells> later) {
        if (delivered(earlier) == 0 || delivered(later) == 0) {
            return new Change(
                    before,
                    after,
                    null,
                    "No request was delivered " + (delivered(earlier) == 0 ? before : after)
                            + ", so there is no cost per request to compare.");
        }
        return new Change(before, after, Explanation.ofBuckets(earlier, later), "");
    }

    private static double delivered(List<CostCells> buckets) {
        return buckets.stream().mapToDouble(CostCells::delivered).sum();
    }
}
