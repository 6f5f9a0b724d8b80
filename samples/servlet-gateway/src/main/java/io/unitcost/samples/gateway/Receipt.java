package io.unitcost.samples.gateway;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import java.io.PrintWriter;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request cost, for people. */
final class Receipt {

    private static final String ROW = "   %-7s  %-4s  %-9s  %-22s  %6s  %6s  %6s  %-10s  %11s%n";
    private static final int DECIMALS = 9;

    /** Each part, and the whole. */
    static void print(PrintWriter out, RequestCost cost) {
        out.printf(Locale.ROOT, ROW, "feature", "team", "part", "model", "input", "cached", "output", "usage", "USD");
        for (AttemptCost tried : cost.attempts()) {
            Attempt attempt = tried.attempt();
            out.printf(
                    Locale.ROOT,
                    ROW,
                    cost.feature(),
                    team(cost),
                    tried.part().label(),
                    attempt.model(),
                    count(attempt, Unit.INPUT_TOKENS),
                    count(attempt, Unit.CACHE_READ_TOKENS),
                    count(attempt, Unit.OUTPUT_TOKENS),
                    attempt.isBilled() ? attempt.quality().label() : "not billed",
                    usd(tried.cost()));
        }
        out.println("   " + cost.outcome().label() + ": inference " + usd(cost.inference()) + " + support "
                + usd(cost.support()) + " + retry " + usd(cost.retry()) + " = " + usd(cost.total()) + " USD"
                + (cost.unpricedAttempts() > 0 ? " at least: the table has no price for it" : ""));
    }

    /** All of it in one line, for a log. */
    static String line(RequestCost cost) {
        boolean exact = cost.attempts().stream()
                .allMatch(
                        tried -> !tried.attempt().isBilled() || tried.attempt().quality() == Quality.REPORTED);
        return String.format(
                Locale.ROOT,
                "%s  %-6s  %-6s  %-9s  %11s USD%s%s",
                cost.openedAt(),
                cost.feature(),
                team(cost),
                cost.outcome().label(),
                usd(cost.total()),
                exact ? "" : ", estimated",
                cost.unpricedAttempts() > 0 ? ", at least: something has no price" : "");
    }

    static String team(RequestCost cost) {
        return cost.attributes().getOrDefault(Metering.TEAM, "-");
    }

    static String usd(@Nullable Money amount) {
        if (amount == null) {
            return "-";
        }
        return amount.isZero()
                ? "0"
                : amount.amount().setScale(DECIMALS, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String count(Attempt attempt, Unit unit) {
        return attempt.isBilled() && attempt.usage().has(unit)
                ? String.format(Locale.ROOT, "%,d", attempt.usage().count(unit))
                : "-";
    }

    private Receipt() {}
}
