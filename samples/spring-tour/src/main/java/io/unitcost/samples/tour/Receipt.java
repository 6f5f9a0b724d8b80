package io.unitcost.samples.tour;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request cost, for people. */
final class Receipt {

    private static final String ROW = "   %4s  %3s  %-9s  %-22s  %6s  %6s  %6s  %-10s  %11s%n";
    private static final int DECIMALS = 9;

    /** Each try, and the parts they add up to. */
    static void print(PrintWriter out, RequestCost cost) {
        head(out, "call");
        int call = -1;
        int tries = 0;
        for (AttemptCost tried : cost.attempts()) {
            tries = tried.call() == call ? tries + 1 : 1;
            call = tried.call();
            row(out, call + 1, tries, tried);
        }
        out.println("   " + cost.feature() + ", " + cost.outcome().label() + ": inference " + usd(cost.inference())
                + " + support " + usd(cost.support()) + " + retry " + usd(cost.retry()));
        out.println("   = " + usd(cost.total()) + " USD" + economics(cost)
                + (cost.unpricedAttempts() > 0 ? " at least: something has no price" : ""));
    }

    /** Some requests that were under way at the same time, as they ended. */
    static void print(PrintWriter out, List<RequestCost> costs) {
        head(out, "req.");
        for (int i = 0; i < costs.size(); i++) {
            List<AttemptCost> tries = costs.get(i).attempts();
            for (int j = 0; j < tries.size(); j++) {
                row(out, i + 1, j + 1, tries.get(j));
            }
        }
        for (Outcome outcome : Outcome.values()) {
            List<RequestCost> its =
                    costs.stream().filter(cost -> cost.outcome() == outcome).toList();
            if (!its.isEmpty()) {
                BigDecimal total =
                        its.stream().map(cost -> cost.total().amount()).reduce(BigDecimal.ZERO, BigDecimal::add);
                out.println("   " + its.size() + " " + outcome.label() + ": " + usd(total) + " USD");
            }
        }
    }

    private static void head(PrintWriter out, String first) {
        out.printf(Locale.ROOT, ROW, first, "try", "part", "model", "input", "cached", "output", "usage", "USD");
    }

    private static void row(PrintWriter out, int number, int tries, AttemptCost tried) {
        Attempt attempt = tried.attempt();
        out.printf(
                Locale.ROOT,
                ROW,
                number,
                tries,
                tried.part().label(),
                attempt.model(),
                count(attempt, Unit.INPUT_TOKENS),
                count(attempt, Unit.CACHE_READ_TOKENS),
                count(attempt, Unit.OUTPUT_TOKENS),
                attempt.isBilled() ? attempt.quality().label() : "not billed",
                usd(tried.cost()));
    }

    /** All of it in one line, for a log. */
    static String line(RequestCost cost) {
        boolean exact = cost.attempts().stream()
                .allMatch(
                        tried -> !tried.attempt().isBilled() || tried.attempt().quality() == Quality.REPORTED);
        return String.format(
                Locale.ROOT,
                "%s  %-12s  %-9s  %2d tries  %11s USD%s%s%s",
                cost.openedAt(),
                cost.feature(),
                cost.outcome().label(),
                cost.attempts().size(),
                usd(cost.total()),
                economics(cost),
                exact ? "" : ", estimated",
                cost.unpricedAttempts() > 0 ? ", at least: something has no price" : "");
    }

    static String usd(@Nullable Money amount) {
        return amount == null ? "-" : usd(amount.amount());
    }

    static String usd(BigDecimal amount) {
        return amount.signum() == 0
                ? "0"
                : amount.setScale(DECIMALS, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** Beside what it earns and may cost, where it earns anything. */
    private static String economics(RequestCost cost) {
        Money revenue = cost.revenue();
        Money allowance = cost.allowance();
        if (revenue == null || allowance == null || revenue.isZero() || allowance.isZero()) {
            return "";
        }
        double total = cost.total().toDouble();
        return String.format(
                Locale.ROOT,
                ", margin %.1f %%, burn %.2f",
                100 * (1 - total / revenue.toDouble()),
                total / allowance.toDouble());
    }

    private static String count(Attempt attempt, Unit unit) {
        return attempt.isBilled() && attempt.usage().has(unit)
                ? String.format(Locale.ROOT, "%,d", attempt.usage().count(unit))
                : "-";
    }

    private Receipt() {}
}
