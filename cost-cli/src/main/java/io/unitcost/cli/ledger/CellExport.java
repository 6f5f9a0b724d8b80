package io.unitcost.cli.ledger;

import io.unitcost.RequestCost.Kind;
import io.unitcost.explain.CostCells.Use;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a feature came to by model: what an explanation of a change is made of. A row of a model has what was generated with it, tries that
 * delivered nothing included; a row of a service has its support; the row of the feature itself has its delivered requests, and what of the
 * cost no attempt accounts for. All amounts of all rows are the cost of the ledger, less records of work on other services' requests.
 */
final class CellExport implements Export {

    private static final String NONE = "";

    private record Key(String feature, String service, String provider, String model) {
        static final Comparator<Key> ORDER = Comparator.comparing(Key::feature)
                .thenComparing(Key::service)
                .thenComparing(Key::provider)
                .thenComparing(Key::model);
    }

    private final Rows<Key, CellSums> rows;
    private String currency = "";

    CellExport(int most) {
        this.rows = new Rows<>(most);
    }

    @Override
    public void add(LedgerRecord record) {
        currency = record.currency().getCurrencyCode();
        if (record.kind() == Kind.SUBREQUEST) {
            return;
        }
        Money rest = record.total();
        for (LedgerAttempt attempt : record.attempts()) {
            String service = attempt.service();
            Key key = service == null
                    ? new Key(record.feature(), NONE, attempt.provider(), attempt.model())
                    : new Key(record.feature(), service, NONE, NONE);
            rest = rest.minus(sums(key, record).add(attempt));
        }
        CellSums feature = sums(new Key(record.feature(), NONE, NONE, NONE), record);
        feature.delivered += record.isDelivered() ? 1 : 0;
        feature.support.add(rest);
    }

    private CellSums sums(Key key, LedgerRecord record) {
        return rows.of(key, () -> new CellSums(record.currency()));
    }

    @Override
    public List<String> header() {
        List<String> names = new ArrayList<>(List.of(
                "feature", "currency", "service", "provider", "model", "delivered", "calls", "attempts", "unpriced"));
        for (Use use : Use.values()) {
            String name = use.name().toLowerCase(Locale.ROOT);
            names.add(name);
            names.add(name + "_cost");
        }
        names.addAll(List.of("idle", "fixed", "support"));
        return names;
    }

    @Override
    public Stream<List<String>> rows() {
        return rows.sorted(Key.ORDER).map(row -> {
            Key key = row.getKey();
            List<String> cells =
                    new ArrayList<>(List.of(key.feature(), currency, key.service(), key.provider(), key.model()));
            row.getValue().addTo(cells);
            return cells;
        });
    }

    /** The sums of a row. */
    private static final class CellSums {
        private final BigDecimal[] quantities = new BigDecimal[Use.values().length];
        private final Money.Sum[] costs = new Money.Sum[Use.values().length];
        private final Money.Sum idle;
        private final Money.Sum fixed;
        private final Money.Sum support;
        private long delivered;
        private long calls;
        private long attempts;
        private long unpriced;

        CellSums(Currency currency) {
            Arrays.fill(quantities, BigDecimal.ZERO);
            Arrays.setAll(costs, use -> Money.sum(currency));
            this.idle = Money.sum(currency);
            this.fixed = Money.sum(currency);
            this.support = Money.sum(currency);
        }

        /** Adds an attempt, and gives all that it cost. */
        Money add(LedgerAttempt attempt) {
            Money nothing = idle.toMoney().minus(idle.toMoney());
            Money cost = attempt.cost() == null ? nothing : attempt.cost();
            Money share = attempt.idle() == null ? nothing : attempt.idle();
            Money all = cost.plus(share);
            calls++;
            unpriced += attempt.unpriced() == null ? 0 : 1;
            if (attempt.service() != null) {
                support.add(all);
                return all;
            }
            attempts += cost.isZero() && share.isZero() ? 0 : 1;
            idle.add(share);
            fixed.add(cost);
            for (Charge.Line line : attempt.lines()) {
                Use use = use(line.unit());
                if (use != null) {
                    quantities[use.ordinal()] = quantities[use.ordinal()].add(line.quantity());
                    costs[use.ordinal()].add(line.cost());
                    fixed.add(line.cost().negated());
                }
            }
            return all;
        }

        void addTo(List<String> cells) {
            cells.addAll(List.of(Cell.of(delivered), Cell.of(calls), Cell.of(attempts), Cell.of(unpriced)));
            for (int use = 0; use < costs.length; use++) {
                cells.add(Cell.of(quantities[use]));
                cells.add(Cell.of(costs[use]));
            }
            cells.addAll(List.of(Cell.of(idle), Cell.of(fixed), Cell.of(support)));
        }
    }

    /** What a line counts; {@code null} for what is counted neither in tokens nor in accelerator seconds. */
    static @Nullable Use use(Unit unit) {
        if (unit.equals(Unit.ACCELERATOR_SECONDS)) {
            return Use.ACCELERATOR;
        }
        return isWithin(Unit.CACHE_READ_TOKENS, unit)
                ? Use.CACHED_INPUT
                : isWithin(Unit.CACHE_WRITE_TOKENS, unit)
                        ? Use.CACHE_WRITE
                        : isWithin(Unit.INPUT_TOKENS, unit)
                                ? Use.FRESH_INPUT
                                : isWithin(Unit.OUTPUT_TOKENS, unit) ? Use.OUTPUT : null;
    }

    private static boolean isWithin(Unit whole, Unit part) {
        return whole.equals(part) || whole.contains(part);
    }
}
