package io.unitcost.cli.report;

import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import java.util.Currency;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What the sums do not know: what has no price, what was estimated, what came late or belongs to nobody, what is counted elsewhere. */
final class Doubts {

    private static final int MOST_MODELS = 1_000;

    private final Currency currency;
    final Share estimated;
    final Share partial;
    final Share late;
    final Share unattributed;
    /** Work on requests that other services count; not in any sum. */
    final Share subrequests;
    /** What is in the sums and in the ledgers of other services too. */
    final Share elsewhere;
    /** By reason, then by model. */
    private final Map<Unpriced, TreeMap<String, Long>> unpriced = new EnumMap<>(Unpriced.class);

    private int models;
    long unpricedAttempts;
    long boundedRequests;
    long contradictory;
    long reaped;
    long withoutSession;
    long attempts;

    /** How many, and what they cost. */
    static final class Share {
        private final Money.Sum cost;
        long count;

        private Share(Currency currency) {
            cost = Money.sum(currency);
        }

        private void add(Money amount) {
            count++;
            cost.add(amount);
        }

        Money cost() {
            return cost.toMoney();
        }
    }

    Doubts(Currency currency) {
        this.currency = currency;
        estimated = new Share(currency);
        partial = new Share(currency);
        late = new Share(currency);
        unattributed = new Share(currency);
        subrequests = new Share(currency);
        elsewhere = new Share(currency);
    }

    void add(LedgerRecord record) {
        switch (record.kind()) {
            case LATE -> late.add(record.total());
            case UNATTRIBUTED -> unattributed.add(record.total());
            case SUBREQUEST -> subrequests.add(record.total());
            case REQUEST -> withoutSession += record.session() == null ? 1 : 0;
        }
        if (record.kind() != Kind.SUBREQUEST) {
            boundedRequests += record.unpricedAttempts() > 0 ? 1 : 0;
            reaped += record.reaped() != null ? 1 : 0;
            if (!record.meteredElsewhere().isZero()) {
                elsewhere.add(record.meteredElsewhere());
            }
            record.attempts().forEach(this::add);
        }
    }

    private void add(LedgerAttempt attempt) {
        attempts++;
        contradictory += attempt.isContradictory() ? 1 : 0;
        if (attempt.unpriced() != null) {
            unpricedAttempts++;
            TreeMap<String, Long> byModel = unpriced.computeIfAbsent(attempt.unpriced(), key -> new TreeMap<>());
            String model = attempt.provider() + "/" + attempt.model();
            if (!byModel.containsKey(model) && models++ >= MOST_MODELS) {
                model = FeatureTally.OTHER_MODELS;
            }
            byModel.merge(model, 1L, Long::sum);
        }
        if (attempt.isBilled()) {
            Money cost = attempt.cost() == null ? Money.zero(currency) : attempt.cost();
            if (attempt.quality() == Quality.ESTIMATED) {
                estimated.add(cost);
            } else if (attempt.quality() == Quality.PARTIAL) {
                partial.add(cost);
            }
        }
    }

    Map<Unpriced, ? extends Map<String, Long>> unpriced() {
        return unpriced;
    }
}
