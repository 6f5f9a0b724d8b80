package io.unitcost.ledger;

import io.unitcost.Quality;
import io.unitcost.ReportedCost;
import io.unitcost.ledger.RepricingSummary.Kept;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prices one attempt again.
 *
 * @param policy what becomes of costs that a provider reported; {@code null} for what became of them when they were recorded
 */
record AttemptRepricer(
        PriceTable prices,
        ModelMap map,
        @Nullable TokenRatio ratio,
        @Nullable ReportedCost policy) {

    /**
     * What became of an attempt.
     *
     * @param target the model that stood in; {@code null} when it stayed
     * @param kept why it stays at its recorded cost; {@code null} when it does not, or has no price
     * @param unpriced why it has no whole price here; {@code null} when it has one or is kept
     * @param scaled whether its counts are others
     */
    record Repriced(
            LedgerAttempt attempt,
            ModelMap.@Nullable Target target,
            @Nullable Kept kept,
            @Nullable Unpriced unpriced,
            boolean scaled) {}

    Repriced reprice(LedgerAttempt attempt, long atMillis) {
        if (attempt.isMeteredElsewhere()) {
            return stays(attempt, Kept.ELSEWHERE);
        }
        ModelMap.Target target = map.of(attempt.provider(), attempt.model());
        if (!attempt.isBilled()) {
            LedgerAttempt named =
                    target == null ? attempt : named(attempt, target).build();
            return new Repriced(named, target, null, null, false);
        }
        if (target == null && isOwnCapacity(attempt)) {
            return attempt.unpriced() == null
                    ? stays(attempt, Kept.OWN_CAPACITY)
                    : new Repriced(attempt, null, null, attempt.unpriced(), false);
        }
        if (target == null && policy == null && isReported(attempt)) {
            return stays(attempt, Kept.REPORTED);
        }
        return priced(attempt, target, atMillis);
    }

    private static Repriced stays(LedgerAttempt attempt, Kept why) {
        return new Repriced(attempt, null, why, null, false);
    }

    /** Only work on a pool has an idle share, even where it is zero, and only a pool lacks calibrations. */
    private static boolean isOwnCapacity(LedgerAttempt attempt) {
        return attempt.idle() != null || attempt.unpriced() == Unpriced.NO_CALIBRATION;
    }

    private static boolean isReported(LedgerAttempt attempt) {
        List<Charge.Line> lines = attempt.lines();
        return lines.size() == 1 && lines.get(0).unit().equals(Unit.REPORTED);
    }

    private Repriced priced(LedgerAttempt attempt, ModelMap.@Nullable Target target, long atMillis) {
        Usage usage = scaled(attempt.usage(), target);
        boolean scaled = usage != attempt.usage();
        String provider = target == null ? attempt.provider() : target.provider();
        String model = target == null ? attempt.model() : target.model();
        Charge computed = prices.charge(provider, model, attempt.tier(), attempt.region(), usage, atMillis);
        Charge charge = target == null && !scaled ? reconciled(computed, attempt) : computed;
        Unpriced reason = charge.unpriced();
        boolean had = attempt.unpriced() == null;
        if (reason == null || (!had && charge.cost() != null)) {
            LedgerAttempt.Builder priced = target == null ? attempt.toBuilder() : named(attempt, target);
            priced.usage(usage, scaled ? Quality.ESTIMATED : attempt.quality())
                    .contradictory(attempt.isContradictory() || charge.isContradictory())
                    .charge(charge)
                    .reportedCost(charge.reported());
            Kept kept = target == null && charge.isReported() ? Kept.REPORTED : null;
            return new Repriced(priced.build(), target, kept, reason, scaled);
        }
        if (had && target == null && attempt.service() != null && charge.cost() == null) {
            return stays(attempt, Kept.SUPPORT);
        }
        LedgerAttempt left = attempt.toBuilder().unpriced(reason).build();
        return new Repriced(left, target, null, reason, false);
    }

    private Usage scaled(Usage usage, ModelMap.@Nullable Target target) {
        return ratio == null || usage.isEmpty() || (target == null && !map.isEmpty()) ? usage : ratio.scale(usage);
    }

    /** The computed cost or the reported one, as a meter with this policy decides. */
    private Charge reconciled(Charge computed, LedgerAttempt attempt) {
        Money said = attempt.reportedCost();
        if (said == null || policy == ReportedCost.IGNORE) {
            return computed;
        }
        boolean used = policy == ReportedCost.USE
                || (policy == ReportedCost.COMPARE && computed.unpriced() != null && said.signum() > 0);
        return used ? computed.replacedBy(said) : computed.comparedTo(said);
    }

    private static LedgerAttempt.Builder named(LedgerAttempt attempt, ModelMap.Target target) {
        return attempt.toBuilder().provider(target.provider()).model(target.model());
    }
}
