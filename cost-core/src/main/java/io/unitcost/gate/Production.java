package io.unitcost.gate;

import io.unitcost.explain.CostCells;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What a test run cannot know: how much of the provisioned capacity is idle, and what supporting services cost. Taken from a window of
 * production, on both sides, in place of what the run recorded.
 *
 * @param window cells of production
 */
record Production(CostCells window) {

    private static final String SERVICE = "production";

    LedgerRecord applyTo(LedgerRecord record) {
        double support = window.supportPerDelivered(record.feature());
        double idle = window.idleRatio(record.feature());
        if (Double.isNaN(support) && Double.isNaN(idle)) {
            return record;
        }
        List<LedgerAttempt> attempts = new ArrayList<>();
        for (LedgerAttempt attempt : record.attempts()) {
            if (attempt.service() != null) {
                if (Double.isNaN(support)) {
                    attempts.add(attempt);
                }
            } else {
                attempts.add(Double.isNaN(idle) ? attempt : withIdle(attempt, idle));
            }
        }
        if (!Double.isNaN(support) && record.isDelivered()) {
            attempts.add(LedgerAttempt.of(SERVICE, "support")
                    .service(SERVICE)
                    .cost(Money.of(BigDecimal.valueOf(support), record.currency()))
                    .build());
        }
        return record.toBuilder().attempts(attempts).build();
    }

    private static LedgerAttempt withIdle(LedgerAttempt attempt, double ratio) {
        Money cost = attempt.cost();
        boolean own = attempt.lines().stream().anyMatch(line -> line.unit().equals(Unit.ACCELERATOR_SECONDS));
        return own && cost != null
                ? attempt.toBuilder()
                        .idle(cost.times(BigDecimal.valueOf(ratio)))
                        .build()
                : attempt;
    }

    /** What is assumed of these features, in words. */
    static List<String> assumptions(@Nullable Production production, SortedSet<String> features, Amount shown) {
        if (production == null) {
            return List.of("direct cost and planned capacity only: no window of production was given");
        }
        List<String> assumptions = new ArrayList<>();
        for (String feature : features) {
            double support = production.window.supportPerDelivered(feature);
            double idle = production.window.idleRatio(feature);
            if (!Double.isNaN(support)) {
                assumptions.add(feature + ": support of " + shown.of(support)
                        + " a delivered request, as in production, in place of what was recorded");
            }
            if (!Double.isNaN(idle)) {
                assumptions.add(feature + ": idle capacity of " + String.format(Locale.ROOT, "%.2f", idle)
                        + " x the work it rides on, as in production, in place of what was planned");
            }
            if (Double.isNaN(support) && Double.isNaN(idle)) {
                assumptions.add(feature + ": direct cost only, production has no request of it");
            }
        }
        return assumptions;
    }

    /** Shows an amount. */
    interface Amount {
        String of(double amount);
    }
}
