package io.unitcost.samples.inference;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.samples.inference.Ledger.Line;
import io.unitcost.samples.inference.Ledger.Told;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What was metered, beside what the engines really did. */
final class Audit {

    private static final String ROW = "   %-34s  %5s  %9s  %10s%s%n";

    /** A try as both sides may know it. */
    private record Try(String model, long input, long output) {
        static Try of(Attempt attempt) {
            return new Try(
                    attempt.model(),
                    attempt.usage().count(Unit.INPUT_TOKENS),
                    attempt.usage().count(Unit.OUTPUT_TOKENS));
        }

        static Try of(Line line) {
            return new Try(line.model(), line.input(), line.output());
        }
    }

    private final List<RequestCost> front;
    private final List<RequestCost> behind;
    private final List<Attempt> attempts;
    private final List<Line> ledger;

    /**
     * @param front of the service in front, whose requests these are
     * @param behind of the service behind it, which worked for them
     */
    Audit(List<RequestCost> front, List<RequestCost> behind, List<Line> ledger) {
        this.front = front;
        this.behind = behind;
        this.ledger = ledger;
        this.attempts = Stream.concat(front.stream(), behind.stream())
                .flatMap(cost -> cost.attempts().stream())
                .map(AttemptCost::attempt)
                .filter(attempt ->
                        !attempt.isMeteredElsewhere() && !attempt.provider().equals(Metering.VECTOR_READ.provider()))
                .toList();
    }

    /** Prints both, and says whether nothing is missing and nothing twice. */
    boolean print(PrintWriter out) {
        List<Try> reported = metered(Quality.REPORTED);
        List<Try> told = done(Told.ALL);
        List<Try> partial = metered(Quality.PARTIAL);
        List<Try> inPart = done(Told.PART);
        List<Try> estimated = metered(Quality.ESTIMATED);
        List<Try> untold = done(Told.NOTHING);
        long unbilled = attempts.stream().filter(attempt -> !attempt.isBilled()).count();
        long refused = done(Told.REFUSED).size();

        out.println("What we metered, and what the engines' own ledger says");
        out.printf(Locale.ROOT, ROW, "", "tries", "tokens in", "tokens out", "");
        row(out, "reported with the answer", reported, "");
        row(out, "  ledger: answered", told, same(reported, told) ? "   the same, try by try" : "   NOT THE SAME");
        row(out, "counted until a client left", partial, "");
        row(out, "  ledger: sent until then", inPart, same(partial, inPart) ? "   the same" : "   NOT THE SAME");
        row(out, "estimated, prompts only", estimated, "");
        row(out, "  ledger: worked, and told nobody", untold, "   what it generated is lost");
        out.printf(Locale.ROOT, ROW, "not billed", unbilled, "-", "-", "");
        out.printf(Locale.ROOT, ROW, "  ledger: refused before any work", refused, "-", "-", "");
        out.println();
        return same(reported, told)
                && same(partial, inPart)
                && estimated.size() == untold.size()
                && unbilled == refused
                && attempts.size() == ledger.size()
                && money(out);
    }

    /** The services publish each amount once; the one in front knows all of them. */
    private boolean money(PrintWriter out) {
        Money zero = Money.zero(Money.USD);
        Money whole = front.stream().map(RequestCost::total).reduce(zero, Money::plus);
        Money here = front.stream()
                .flatMap(cost -> cost.attempts().stream())
                .filter(tried -> !tried.attempt().isMeteredElsewhere() && tried.cost() != null)
                .map(AttemptCost::cost)
                .reduce(zero, Money::plus);
        Money there = behind.stream().map(RequestCost::total).reduce(zero, Money::plus);
        out.println("What the requests cost, and who publishes it");
        boolean same = whole.equals(here.plus(there));
        out.println("   assistant " + Receipt.usd(here) + " + search " + Receipt.usd(there) + " = "
                + Receipt.usd(here.plus(there)) + " USD published");
        out.println("   " + Receipt.usd(whole) + " USD is what the requests cost"
                + (same ? ": nothing is missing, and nothing is there twice." : ": NOT THE SAME."));
        out.println();
        return same;
    }

    private List<Try> metered(Quality quality) {
        return attempts.stream()
                .filter(attempt -> attempt.isBilled() && attempt.quality() == quality)
                .map(Try::of)
                .toList();
    }

    private List<Try> done(Told told) {
        return ledger.stream().filter(line -> line.told() == told).map(Try::of).toList();
    }

    private static boolean same(List<Try> some, List<Try> others) {
        List<Try> left = new ArrayList<>(others);
        return !some.isEmpty() && some.stream().allMatch(left::remove) && left.isEmpty();
    }

    private static void row(PrintWriter out, String what, List<Try> tries, String verdict) {
        out.printf(
                Locale.ROOT,
                ROW,
                what,
                tries.size(),
                tries.stream().mapToLong(Try::input).sum(),
                tries.stream().mapToLong(Try::output).sum(),
                verdict);
    }
}
