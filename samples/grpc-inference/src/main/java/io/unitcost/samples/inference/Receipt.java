package io.unitcost.samples.inference;

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

    private static final String ROW = "   %4s  %3s  %-16s  %-9s  %-12s  %6s  %6s  %-9s  %11s%n";
    private static final int DECIMALS = 9;

    /** Each try, the parts, and the whole. */
    static void print(PrintWriter out, RequestCost cost) {
        out.printf(Locale.ROOT, ROW, "call", "try", "model", "result", "usage", "input", "output", "part", "USD");
        int call = -1;
        int number = 0;
        for (AttemptCost tried : cost.attempts()) {
            number = tried.call() == call ? number + 1 : 1;
            call = tried.call();
            Attempt attempt = tried.attempt();
            out.printf(
                    Locale.ROOT,
                    ROW,
                    call + 1,
                    number,
                    attempt.model(),
                    tried.result().label(),
                    usage(attempt),
                    count(attempt, Unit.INPUT_TOKENS),
                    count(attempt, Unit.OUTPUT_TOKENS),
                    tried.part().label(),
                    usd(tried.cost()));
        }
        out.println("   " + cost.outcome().label() + ": inference " + usd(cost.inference()) + " + idle "
                + usd(cost.idle()) + " + support " + usd(cost.support()) + " + retry " + usd(cost.retry()));
        out.println("   = " + usd(cost.total()) + " USD");
    }

    /** All of it in one line, for a log. */
    static String line(RequestCost cost) {
        return String.format(
                Locale.ROOT,
                "%s  %-6s  %-9s  %d tries  %11s USD%s%s",
                cost.openedAt(),
                cost.feature(),
                cost.outcome().label(),
                cost.attempts().size(),
                usd(cost.total()),
                cost.estimatedAttempts() > 0 ? ", estimated" : "",
                cost.unpricedAttempts() > 0 ? ", at least: something has no price" : "");
    }

    static String usd(@Nullable Money amount) {
        if (amount == null) {
            return "-";
        }
        return amount.isZero()
                ? "0"
                : amount.amount().setScale(DECIMALS, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String usage(Attempt attempt) {
        if (attempt.isMeteredElsewhere()) {
            return "its own";
        }
        return !attempt.isBilled() ? "not billed" : attempt.quality().label();
    }

    private static String count(Attempt attempt, Unit unit) {
        return attempt.isBilled()
                        && attempt.quality() != Quality.UNKNOWN
                        && attempt.usage().has(unit)
                ? String.format(Locale.ROOT, "%,d", attempt.usage().count(unit))
                : "-";
    }

    private Receipt() {}
}
