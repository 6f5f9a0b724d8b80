package io.unitcost.price;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What some usage costs: a cost with its lines, or the reason why there is none. Immutable and thread-safe.
 *
 * <p>Lines are disjoint and add up to {@link #cost()} exactly. On a pool of one's own, {@link #idle()} is the share of
 * unused capacity that rides on this work; it is not part of {@link #cost()}. {@link #list()} is what the list prices come
 * to, and {@link #reported()} what the provider itself said, where they were known.
 */
public final class Charge {

    private static final Unit[] NO_UNITS = {};
    private static final long[] NO_NUMBERS = {};

    private final Unit[] units;
    private final long[] counts;
    private final long[] steps;
    private final BigDecimal @Nullable [] big;
    private final @Nullable Money cost;
    private final @Nullable Money idle;
    private final @Nullable Unpriced unpriced;
    private final boolean contradictory;
    private final Beside beside;

    /** Other amounts for the same usage; most charges have none. */
    private record Beside(
            boolean isListKnown,
            @Nullable Money list,
            @Nullable Money reported,
            @Nullable Money computed) {
        static final Beside NOTHING = new Beside(false, null, null, null);
    }

    private Charge(Charge other, Beside beside) {
        this.units = other.units;
        this.counts = other.counts;
        this.steps = other.steps;
        this.big = other.big;
        this.cost = other.cost;
        this.idle = other.idle;
        this.unpriced = other.unpriced;
        this.contradictory = other.contradictory;
        this.beside = beside;
    }

    Charge(
            Unit[] units,
            long[] counts,
            long[] steps,
            BigDecimal @Nullable [] big,
            @Nullable Money cost,
            @Nullable Money idle,
            @Nullable Unpriced unpriced,
            boolean contradictory) {
        this.units = units;
        this.counts = counts;
        this.steps = steps;
        this.big = big;
        this.cost = cost;
        this.idle = idle;
        this.unpriced = unpriced;
        this.contradictory = contradictory;
        this.beside = Beside.NOTHING;
    }

    /** No price, for this reason. */
    public static Charge unpriced(Unpriced reason) {
        return new Charge(NO_UNITS, NO_NUMBERS, NO_NUMBERS, null, null, null, reason, false);
    }

    /** A cost of zero that is known: what the provider does not bill. No lines. */
    public static Charge nothing(Currency currency) {
        return new Charge(NO_UNITS, NO_NUMBERS, NO_NUMBERS, null, Money.zero(currency), null, null, false);
    }

    /**
     * Work on capacity of one's own: one line of {@link Unit#ACCELERATOR_SECONDS}, and the idle share that rides on it.
     *
     * @param seconds of one replica at its sustained load, not negative; shown to the nanosecond
     * @param work what those seconds cost
     * @param idle the share of unused capacity, in the same currency
     * @param contradictory whether the counts contradicted each other
     * @throws IllegalArgumentException if the currencies differ
     */
    public static Charge ofWork(BigDecimal seconds, Money work, Money idle, boolean contradictory) {
        work.compareTo(idle);
        long nanos = seconds.movePointRight(Unit.ACCELERATOR_SECONDS.decimals())
                .setScale(0, RoundingMode.HALF_EVEN)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValueExact();
        BigDecimal[] amount = {work.amount()};
        return new Charge(
                new Unit[] {Unit.ACCELERATOR_SECONDS},
                new long[] {nanos},
                NO_NUMBERS,
                amount,
                work,
                idle,
                null,
                contradictory);
    }

    /** The same charge, with what the list prices come to, or {@code null} where the list has no price. */
    Charge withList(@Nullable Money listCost) {
        return new Charge(this, new Beside(true, listCost, beside.reported, beside.computed));
    }

    /** The same charge and a line for a contract's fee, if there is one and anything was priced. */
    Charge withFee(BigDecimal fee) {
        return cost == null || fee.signum() == 0 ? this : plus(ofLine(Unit.FEE, Money.of(fee, cost.currency())));
    }

    private static Charge ofLine(Unit unit, Money amount) {
        BigDecimal[] amounts = {amount.amount()};
        return new Charge(new Unit[] {unit}, new long[] {1}, NO_NUMBERS, amounts, amount, null, null, false);
    }

    /** The same charge, beside what the provider said it costs. */
    public Charge comparedTo(Money reportedCost) {
        return new Charge(this, new Beside(true, list(), reportedCost, unpriced == null ? cost : null));
    }

    /**
     * What the provider said it costs, instead of this charge: one line of {@link Unit#REPORTED}, or this charge's lines
     * when they come to the same amount. The list cost and the computed one stay beside it where they are whole.
     */
    public Charge replacedBy(Money reportedCost) {
        boolean whole = unpriced == null;
        if (whole && reportedCost.equals(cost)) {
            return comparedTo(reportedCost);
        }
        Charge line = ofLine(Unit.REPORTED, reportedCost);
        return new Charge(
                contradictory ? line.contradicted() : line,
                new Beside(true, whole ? list() : null, reportedCost, whole ? cost : null));
    }

    private Charge contradicted() {
        return new Charge(units, counts, steps, big, cost, idle, unpriced, true);
    }

    /**
     * Both charges as one: the lines of this one and then the other's. For an answer that several models worked on. What the
     * provider reported is only known of both where it is of each.
     *
     * @throws IllegalArgumentException if the currencies differ
     */
    public Charge plus(Charge other) {
        int size = units.length + other.units.length;
        Unit[] bothUnits = Arrays.copyOf(units, size);
        long[] bothCounts = Arrays.copyOf(counts, size);
        BigDecimal[] amounts = new BigDecimal[size];
        for (int i = 0; i < size; i++) {
            boolean own = i < units.length;
            int line = own ? i : i - units.length;
            bothUnits[i] = own ? units[line] : other.units[line];
            bothCounts[i] = own ? counts[line] : other.counts[line];
            amounts[i] = own ? amount(line) : other.amount(line);
        }
        Charge both = new Charge(
                bothUnits,
                bothCounts,
                NO_NUMBERS,
                amounts,
                sum(cost, other.cost),
                sum(idle, other.idle),
                unpriced != null ? unpriced : other.unpriced,
                contradictory || other.contradictory);
        Money bothReported = bothOf(beside.reported, other.beside.reported);
        Money bothComputed = bothOf(computed(), other.computed());
        return new Charge(both, new Beside(true, sum(list(), other.list()), bothReported, bothComputed));
    }

    private static @Nullable Money bothOf(@Nullable Money one, @Nullable Money two) {
        return one == null || two == null ? null : one.plus(two);
    }

    private static @Nullable Money sum(@Nullable Money one, @Nullable Money two) {
        return one == null ? two : two == null ? one : one.plus(two);
    }

    private BigDecimal amount(int line) {
        return big != null ? big[line] : BigDecimal.valueOf(steps[line], Money.SCALE);
    }

    /**
     * What the list prices come to, before discount and margin; the same as {@link #cost()} where no contract changes them.
     * {@code null} when the list has no price.
     */
    public @Nullable Money list() {
        return beside.isListKnown ? beside.list : cost;
    }

    /** What the provider itself said this costs; {@code null} when it said nothing or nobody asked. */
    public @Nullable Money reported() {
        return beside.reported;
    }

    /**
     * What the prices come to, whatever the provider said: the same as {@link #cost()} unless that is the reported one.
     * {@code null} when there is no whole price.
     */
    public @Nullable Money computed() {
        return beside.reported != null ? beside.computed : unpriced == null ? cost : null;
    }

    /** Whether the cost is what the provider said, because no price or another price was known. */
    public boolean isReported() {
        return units.length == 1 && units[0] == Unit.REPORTED;
    }

    /** The exact sum of the lines; {@code null} when nothing could be priced. A lower bound when {@link #unpriced()}. */
    public @Nullable Money cost() {
        return cost;
    }

    /** The idle share of own capacity; {@code null} when there is none. */
    public @Nullable Money idle() {
        return idle;
    }

    /** Why there is no price or not a whole one; {@code null} when everything used was priced. */
    public @Nullable Unpriced unpriced() {
        return unpriced;
    }

    /**
     * Whether the counts contradicted each other, such as more cached than input tokens. The more specific counts were
     * charged and the rest taken as zero.
     */
    public boolean isContradictory() {
        return contradictory;
    }

    /** How many lines there are. */
    public int size() {
        return units.length;
    }

    /**
     * The unit of a line.
     *
     * @throws IndexOutOfBoundsException if there is no such line
     */
    public Unit unit(int line) {
        return units[line];
    }

    /**
     * The exact cost of a line.
     *
     * @throws IndexOutOfBoundsException if there is no such line
     * @throws IllegalStateException if nothing was priced
     */
    public Money cost(int line) {
        if (cost == null) {
            throw new IllegalStateException("charge: nothing was priced (" + unpriced + "); ask unpriced() first");
        }
        return big != null ? Money.of(big[line], cost.currency()) : Money.ofSteps(steps[line], cost.currency());
    }

    /**
     * The cost of a line as a {@code double}, for metrics; allocates nothing.
     *
     * @throws IndexOutOfBoundsException if there is no such line
     */
    public double costAsDouble(int line) {
        return big != null ? big[line].doubleValue() : Money.toDouble(steps[line]);
    }

    /**
     * The quantity of a line as a {@code double}, for metrics; allocates nothing.
     *
     * @throws IndexOutOfBoundsException if there is no such line
     */
    public double quantityAsDouble(int line) {
        return counts[line] / (double) Decimals.powerOfTen(units[line].decimals());
    }

    /** The lines, for reports and ledgers. */
    public List<Line> lines() {
        List<Line> lines = new ArrayList<>(units.length);
        for (int i = 0; i < units.length; i++) {
            lines.add(new Line(units[i], Decimals.toQuantity(counts[i], units[i]), cost(i)));
        }
        return List.copyOf(lines);
    }

    @Override
    public String toString() {
        return cost == null
                ? "unpriced: " + unpriced
                : cost + (unpriced == null ? "" : " (incomplete: " + unpriced + ")");
    }

    /**
     * A line of a charge.
     *
     * @param unit what was counted
     * @param quantity how much of it is charged here, after more specific units with a price of their own
     * @param cost the exact cost of that quantity
     */
    public record Line(Unit unit, BigDecimal quantity, Money cost) {}
}
