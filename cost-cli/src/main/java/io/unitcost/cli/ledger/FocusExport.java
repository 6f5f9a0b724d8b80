package io.unitcost.cli.ledger;

import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was bought in each hour for each feature, by unit, under the names of a FOCUS cost and usage table. Its effective costs add up to what
 * the ledger's own processes spent, exactly: all records, less what other services have in their own ledgers. A bill says what was billed;
 * this is an estimate of it, and says so in every row.
 */
final class FocusExport implements Export {

    private static final String NONE = "";

    private final FocusTable table;
    private final Rows<FocusRow.Key, FocusRow> rows;
    private String currency = "";

    FocusExport(FocusVersion version, int most) {
        this.table = new FocusTable(version);
        this.rows = new Rows<>(most);
    }

    @Override
    public List<String> header() {
        return table.header();
    }

    @Override
    public Stream<List<String>> rows() {
        return rows.sorted(FocusRow.Key.ORDER).map(row -> table.cells(row.getKey(), row.getValue(), currency));
    }

    @Override
    public void add(LedgerRecord record) {
        currency = record.currency().getCurrencyCode();
        Money rest = record.total();
        for (LedgerAttempt attempt : record.attempts()) {
            rest = rest.minus(sum(attempt.cost(), attempt.idle(), rest));
            if (!attempt.isMeteredElsewhere()) {
                add(record, attempt);
            }
        }
        if (!rest.isZero()) {
            pay(row(record, null, FocusRow.REST, NONE), rest, rest);
        }
        if (record.kind() == Kind.REQUEST) {
            row(record, null, NONE, NONE).serve(record);
        }
    }

    private static Money sum(@Nullable Money one, @Nullable Money two, Money any) {
        Money nothing = any.minus(any);
        return (one == null ? nothing : one).plus(two == null ? nothing : two);
    }

    private void add(LedgerRecord record, LedgerAttempt attempt) {
        Money cost = attempt.cost();
        if (cost != null && (!attempt.lines().isEmpty() || !cost.isZero() || attempt.idle() != null)) {
            charge(record, attempt, cost);
        }
        if (attempt.unpriced() != null) {
            withoutPrice(record, attempt, attempt.unpriced().label());
        }
    }

    private void charge(LedgerRecord record, LedgerAttempt attempt, Money cost) {
        Money list = attempt.listCost() == null ? cost : attempt.listCost();
        Money unlisted = list;
        Money unpaid = cost;
        List<Charge.Line> lines = attempt.lines();
        for (int i = 0; i < lines.size(); i++) {
            Charge.Line line = lines.get(i);
            boolean last = i == lines.size() - 1;
            Money listed = last ? unlisted : share(list, line.cost(), cost);
            FocusRow row = row(record, attempt, line.unit().unitName(), NONE);
            row.quantity = row.quantity.add(line.quantity());
            pay(row, line.cost(), listed);
            unlisted = unlisted.minus(listed);
            unpaid = unpaid.minus(line.cost());
            if (i == 0 && attempt.idle() != null) {
                row.idle.add(attempt.idle());
            }
        }
        if (lines.isEmpty() && attempt.idle() != null) {
            row(record, attempt, FocusRow.REST, NONE).idle.add(attempt.idle());
        }
        if (!unpaid.isZero()) {
            pay(row(record, attempt, FocusRow.REST, NONE), unpaid, lines.isEmpty() ? list : unpaid.minus(unpaid));
        }
    }

    private static void pay(FocusRow row, Money cost, Money list) {
        row.cost.add(cost);
        row.list.add(list);
    }

    /** Of a list price of the whole, as much as the line is of its cost; the last line has the rest. */
    private static Money share(Money list, Money line, Money cost) {
        if (list.equals(cost)) {
            return line;
        }
        return cost.isZero()
                ? line
                : Money.of(
                        list.amount().multiply(line.amount()).divide(cost.amount(), MathContext.DECIMAL64),
                        list.currency());
    }

    /** Quantities without a cost; where some of them have one, only that there is something else. */
    private void withoutPrice(LedgerRecord record, LedgerAttempt attempt, String why) {
        Usage usage = attempt.usage();
        if (attempt.cost() != null || usage.isEmpty()) {
            row(record, attempt, FocusRow.REST, why);
            return;
        }
        for (int i = 0; i < usage.size(); i++) {
            Unit unit = usage.unit(i);
            FocusRow row = row(record, attempt, unit.unitName(), why);
            row.quantity = row.quantity.add(
                    unit.decimals() == 0 ? BigDecimal.valueOf(usage.disjointCount(i)) : usage.quantity(unit));
        }
    }

    private FocusRow row(LedgerRecord record, @Nullable LedgerAttempt attempt, String unit, String unpriced) {
        boolean estimated = attempt != null
                && attempt.isBilled()
                && (attempt.quality() == Quality.ESTIMATED || attempt.quality() == Quality.PARTIAL);
        FocusRow.Key key = new FocusRow.Key(
                record.openedAt().truncatedTo(ChronoUnit.HOURS),
                record.feature(),
                text(record.release()),
                text(record.promptVersion()),
                record.priceTable(),
                attempt == null ? NONE : text(attempt.service()),
                attempt == null ? NONE : attempt.provider(),
                attempt == null ? NONE : attempt.model(),
                attempt == null ? NONE : text(attempt.tier()),
                attempt == null ? NONE : text(attempt.region()),
                unit,
                attempt == null ? NONE : attempt.part().label(),
                unpriced,
                estimated);
        return rows.of(key, () -> new FocusRow(record.currency()));
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, NONE);
    }
}
