package io.unitcost.spring.actuate;

import io.unitcost.Part;
import io.unitcost.price.Money;
import io.unitcost.slo.WindowSnapshot;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sums and what follows from them. Amounts are decimal texts; what is divided by requests is rounded to 10⁻¹². */
record SumsReport(
        Requests requests,
        Costs cost,
        @Nullable Costs costPerDeliveredRequest,
        String revenue,
        @Nullable BigDecimal margin,
        @Nullable String allowance,
        @Nullable BigDecimal burn,
        @Nullable String remaining,
        @Nullable Latency latency,
        Map<String, Long> tokens,
        Map<String, QualityReport> quality,
        long unpricedAttempts,
        @Nullable Subrequests subrequests,
        @Nullable String meteredElsewhere,
        long late,
        long unattributed,
        Map<String, Long> reaped) {

    private static final MathContext SHARE = new MathContext(6);

    /** By outcome. */
    record Requests(long delivered, long failed, long cancelled) {}

    /** The total and its parts. */
    record Costs(String total, String inference, String idle, String support, String retry) {
        static Costs of(WindowSnapshot.Cost cost) {
            return new Costs(
                    Shown.amount(cost.total()),
                    Shown.amount(cost.inference()),
                    Shown.amount(cost.idle()),
                    Shown.amount(cost.support()),
                    Shown.amount(cost.retry()));
        }

        static @Nullable Costs perDelivered(WindowSnapshot.Sums sums) {
            String total = Shown.quotient(sums.costPerDelivered());
            return total == null
                    ? null
                    : new Costs(
                            total,
                            part(sums, Part.INFERENCE),
                            part(sums, Part.IDLE),
                            part(sums, Part.SUPPORT),
                            part(sums, Part.RETRY));
        }

        private static String part(WindowSnapshot.Sums sums, Part part) {
            return String.valueOf(Shown.quotient(sums.costPerDelivered(part)));
        }
    }

    /** Delivered requests against the latency budget. */
    record Latency(long met, long missed, @Nullable BigDecimal missedShare) {}

    /** How much is known this well. */
    record QualityReport(
            long attempts,
            @Nullable BigDecimal shareOfAttempts,
            String cost,
            @Nullable BigDecimal shareOfCost) {}

    /** Work on requests that other services count. */
    record Subrequests(long count, Costs cost) {}

    static SumsReport of(WindowSnapshot.Sums sums) {
        WindowSnapshot.Counts counts = sums.counts();
        boolean hasAllowance = !sums.allowance().isZero();
        boolean isJudged = counts.met() + counts.missed() > 0;
        boolean hasSubrequests = counts.subrequests() > 0;
        return new SumsReport(
                new Requests(counts.delivered(), counts.failed(), counts.cancelled()),
                Costs.of(sums.cost()),
                Costs.perDelivered(sums),
                Shown.amount(sums.revenue()),
                sums.margin(),
                hasAllowance ? Shown.amount(sums.allowance()) : null,
                sums.burn(),
                Shown.amountOrNull(sums.remaining()),
                isJudged ? new Latency(counts.met(), counts.missed(), sums.missedShare()) : null,
                sums.tokens(),
                quality(sums),
                sums.unpricedAttempts(),
                hasSubrequests ? new Subrequests(counts.subrequests(), Costs.of(sums.subrequests())) : null,
                sums.meteredElsewhere().isZero() ? null : Shown.amount(sums.meteredElsewhere()),
                counts.late(),
                counts.unattributed(),
                reaped(counts));
    }

    private static Map<String, QualityReport> quality(WindowSnapshot.Sums sums) {
        long attempts = sums.quality().values().stream()
                .mapToLong(WindowSnapshot.Share::attempts)
                .sum();
        Money cost = sums.cost().total().plus(sums.subrequests().total());
        Map<String, QualityReport> report = new LinkedHashMap<>();
        sums.quality()
                .forEach((quality, share) -> report.put(
                        quality.label(),
                        new QualityReport(
                                share.attempts(),
                                share(BigDecimal.valueOf(share.attempts()), BigDecimal.valueOf(attempts)),
                                Shown.amount(share.cost()),
                                share(share.cost().amount(), cost.amount()))));
        return report;
    }

    private static @Nullable BigDecimal share(BigDecimal part, BigDecimal whole) {
        return whole.signum() == 0 ? null : new BigDecimal(Shown.plain(part.divide(whole, SHARE)));
    }

    private static Map<String, Long> reaped(WindowSnapshot.Counts counts) {
        Map<String, Long> reaped = new TreeMap<>();
        counts.reaped().forEach((reason, count) -> {
            if (count > 0) {
                reaped.put(reason.label(), count);
            }
        });
        return reaped;
    }
}
