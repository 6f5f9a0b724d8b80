package io.unitcost;

import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the attempts of an account come to: for telling another service of one's own what work on its request cost and used, and
 * for {@linkplain Attempt.Builder#meteredElsewhere(Tally) writing} what was told. Immutable.
 *
 * @param amount what has a price
 * @param lines what was used, by provider and model, each pair once; what is beyond {@value #MOST_LINES} of them counts for a
 *     model {@code other} of a provider {@code other}
 * @param attempts how many tries that were, 0 or more
 * @param estimated how many of them have a usage that was estimated or partly reported
 * @param unpriced how many of them have no price or not a whole one; above zero, the amount is a lower bound
 * @param reason why one of those has none; {@code null} exactly if there are none
 */
public record Tally(
        Money amount,
        List<Line> lines,
        int attempts,
        int estimated,
        int unpriced,
        @Nullable Unpriced reason) {

    /** More are not told apart. */
    public static final int MOST_LINES = 16;

    private static final String OTHER = "other";

    /**
     * What one model used.
     *
     * @param provider who is paid
     * @param model the model as served
     * @param usage all of it, in inclusive counts
     */
    public record Line(String provider, String model, Usage usage) {
        private boolean isOf(String otherProvider, String otherModel) {
            return provider.equals(otherProvider) && model.equals(otherModel);
        }
    }

    /** Copies the lines; a number below zero is zero. */
    public Tally {
        lines = List.copyOf(lines);
        attempts = Math.max(0, attempts);
        estimated = Math.max(0, estimated);
        unpriced = Math.max(0, unpriced);
        reason = unpriced == 0 ? null : reason == null ? Unpriced.ERROR : reason;
    }

    /** Adds up an account, priced now. */
    static Tally of(@Nullable Entry newest, Pricer pricer, long atMillis) {
        Money amount = Money.zero(pricer.currency());
        List<Line> lines = new ArrayList<>();
        int attempts = 0;
        int estimated = 0;
        int unpriced = 0;
        Unpriced reason = null;
        for (Entry entry = newest; entry != null; entry = entry.older) {
            Attempt attempt = entry.attempt;
            Charge charge = pricer.charge(attempt, atMillis);
            Money cost = charge.cost();
            Money idle = charge.idle();
            amount = cost == null ? amount : amount.plus(cost);
            amount = cost == null || idle == null ? amount : amount.plus(idle);
            Tally told = attempt.elsewhere();
            attempts += told == null ? 1 : told.attempts;
            estimated += told == null ? (attempt.isEstimated() ? 1 : 0) : told.estimated;
            if (charge.unpriced() != null) {
                unpriced += told == null ? 1 : Math.max(1, told.unpriced);
                reason = charge.unpriced();
            }
            if (told == null) {
                add(lines, attempt.provider(), attempt.model(), attempt.usage());
            } else {
                told.lines.forEach(line -> add(lines, line.provider, line.model, line.usage));
            }
        }
        return new Tally(amount, lines, attempts, estimated, unpriced, reason);
    }

    private static void add(List<Line> lines, String provider, String model, Usage usage) {
        if (usage.isEmpty()) {
            return;
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isOf(provider, model)) {
                lines.set(i, new Line(provider, model, sum(lines.get(i).usage, usage)));
                return;
            }
        }
        if (lines.size() < MOST_LINES) {
            lines.add(new Line(provider, model, usage));
        } else {
            Line last = lines.get(MOST_LINES - 1);
            lines.set(MOST_LINES - 1, new Line(OTHER, OTHER, sum(last.usage, usage)));
        }
    }

    /** The same with fewer lines: the last ones count as {@code other}. */
    public Tally withLines(int most) {
        if (lines.size() <= most) {
            return this;
        }
        List<Line> fewer = new ArrayList<>(lines.subList(0, Math.max(0, most)));
        if (most > 0) {
            Usage rest = Usage.NONE;
            for (Line line : lines.subList(most - 1, lines.size())) {
                rest = sum(rest, line.usage);
            }
            fewer.set(most - 1, new Line(OTHER, OTHER, rest));
        }
        return new Tally(amount, fewer, attempts, estimated, unpriced, reason);
    }

    /** What all models used, unit by unit; {@link Usage#NONE} when nothing is known. */
    public Usage usage() {
        Usage all = Usage.NONE;
        for (Line line : lines) {
            all = sum(all, line.usage);
        }
        return all;
    }

    /** How well {@link #usage()} is known: {@link Quality#UNKNOWN} when there are attempts and no counts. */
    public Quality quality() {
        if (lines.isEmpty() && attempts > 0) {
            return Quality.UNKNOWN;
        }
        return estimated > 0 ? Quality.ESTIMATED : reason == Unpriced.NO_USAGE ? Quality.PARTIAL : Quality.REPORTED;
    }

    private static Usage sum(Usage one, Usage two) {
        if (one.isEmpty() || two.isEmpty()) {
            return one.isEmpty() ? two : one;
        }
        Usage.Builder both = Usage.builder(Math.max(one.size(), two.size()));
        for (Unit unit : one.units()) {
            both.set(unit, one.quantity(unit).add(two.quantity(unit)));
        }
        for (Unit unit : two.units()) {
            if (!one.has(unit)) {
                both.set(unit, two.quantity(unit));
            }
        }
        return both.build();
    }
}
