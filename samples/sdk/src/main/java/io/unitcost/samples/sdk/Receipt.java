package io.unitcost.samples.sdk;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestCostListener;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prints what a request cost when it has ended: each try of each of its calls, and the whole. */
final class Receipt implements RequestCostListener {

    private static final String TRY = "   %4s  %3s  %-9s  %-24s  %6s  %6s  %6s  %-10s  %11s%n";
    private static final String WHOLE = "   %78s  %11s%n";
    private static final int DECIMALS = 9;

    private final PrintWriter out;

    Receipt(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void onRequestCost(RequestCost cost) {
        out.println();
        tries(cost.attempts());
        out.printf(Locale.ROOT, WHOLE, "inference", usd(cost.inference()));
        out.printf(Locale.ROOT, WHOLE, "support", usd(cost.support()));
        out.printf(Locale.ROOT, WHOLE, "retry", usd(cost.retry()));
        out.printf(Locale.ROOT, WHOLE, cost.unpricedAttempts() > 0 ? "total, at least" : "total", usd(cost.total()));
        earned(cost);
        unknown(cost);
        out.println();
    }

    private void tries(List<AttemptCost> attempts) {
        out.printf(Locale.ROOT, TRY, "call", "try", "part", "model", "input", "cached", "output", "usage", "USD");
        int call = -1;
        int number = 0;
        for (AttemptCost cost : attempts) {
            number = cost.call() == call ? number + 1 : 1;
            call = cost.call();
            Attempt attempt = cost.attempt();
            out.printf(
                    Locale.ROOT,
                    TRY,
                    call + 1,
                    number,
                    cost.part().label(),
                    attempt.model(),
                    count(attempt, Unit.INPUT_TOKENS),
                    count(attempt, Unit.CACHE_READ_TOKENS),
                    count(attempt, Unit.OUTPUT_TOKENS),
                    attempt.isBilled() ? attempt.quality().name().toLowerCase(Locale.ROOT) : "not billed",
                    usd(cost.cost()));
        }
    }

    private void earned(RequestCost cost) {
        Money revenue = cost.revenue();
        Money allowance = cost.allowance();
        if (revenue == null || allowance == null) {
            out.println("   No revenue: it was not delivered.");
            return;
        }
        String earned =
                "   Revenue " + revenue.toPlainString() + ", allowance " + allowance.toPlainString() + ", burn ";
        if (cost.unpricedAttempts() > 0) {
            out.println(earned + "not known.");
            return;
        }
        BigDecimal burn = cost.total().amount().divide(allowance.amount(), 2, RoundingMode.HALF_EVEN);
        out.println(earned + burn + (burn.compareTo(BigDecimal.ONE) > 0 ? ": dearer than allowed." : "."));
    }

    /** What the numbers above do not know. */
    private void unknown(RequestCost cost) {
        Set<String> lines = new LinkedHashSet<>();
        for (AttemptCost attempt : cost.attempts()) {
            Attempt tried = attempt.attempt();
            if (attempt.unpriced() != null) {
                lines.add("what " + tried.provider() + "/" + tried.model()
                        + " costs; it is missing in the total, not 0.\n   " + remedy(attempt.unpriced()));
            } else if (tried.isBilled() && tried.quality() != Quality.REPORTED) {
                lines.add("what call " + (attempt.call() + 1)
                        + " used. Its answer did not say, so it is estimated from the"
                        + " text.\n   A stream says it when asked to, with stream_options.include_usage.");
            }
        }
        lines.forEach(line -> out.println("   Not known: " + line));
        if (lines.isEmpty()) {
            out.println("   Not known: nothing. Every try has a price, and every answer said what it used.");
        }
        if (cost.attempts().stream().anyMatch(attempt -> !attempt.attempt().isBilled())) {
            out.println("   Not billed: providers take nothing for a try that failed before its first token.");
        }
    }

    private static String remedy(Unpriced reason) {
        return switch (reason) {
            case UNKNOWN_PROVIDER -> "Nobody has said whose prices apply to this host: --provider says it.";
            case UNKNOWN_MODEL -> "The price table does not have it: docs/prices.md shows how to add it.";
            default -> "The reason is " + reason.label() + ".";
        };
    }

    private static String count(Attempt attempt, Unit unit) {
        return attempt.isBilled() && attempt.usage().has(unit)
                ? String.format(Locale.ROOT, "%,d", attempt.usage().count(unit))
                : "-";
    }

    private static String usd(@Nullable Money amount) {
        if (amount == null) {
            return "-";
        }
        return amount.isZero()
                ? "0"
                : amount.amount().setScale(DECIMALS, RoundingMode.HALF_EVEN).toPlainString();
    }
}
