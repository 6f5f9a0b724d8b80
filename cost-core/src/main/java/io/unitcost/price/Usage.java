package io.unitcost.price;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt used: counts by unit. Immutable and thread-safe.
 *
 * <p>Counts are <em>inclusive</em>: input tokens contain the cached ones, output tokens contain reasoning. Whoever
 * reads a provider's answer normalises into this form (Anthropic's input excludes cached tokens, Gemini's output leaves
 * out thoughts). A unit that is absent was not reported, which is different from zero. Counts are never negative.
 */
public final class Usage {

    private static final int USUAL_UNITS = 4;

    /** Nothing reported: different from zero tokens, and never priced. */
    public static final Usage NONE = new Usage(new Unit[0], new long[0], false);

    private static final long IMPOSSIBLE = -1;
    private static final int MAX_DIGITS = 20;
    private static final int MAX_SCALE = 1_000;
    private static final int MOST_NESTED = 12;

    /** Most specific first, so that one pass can take the counts apart. */
    private final Unit[] units;

    private final long[] steps;
    private final boolean contradictory;

    private Usage(Unit[] units, long[] steps, boolean contradictory) {
        this.units = units;
        this.steps = steps;
        this.contradictory = contradictory;
        mostSpecificFirst(units, steps);
    }

    /**
     * One count. See {@link Builder#set(Unit, long)} for counts that cannot be.
     *
     * @param count in whole units
     */
    public static Usage of(Unit unit, long count) {
        long own = toSteps(unit, count);
        return own == IMPOSSIBLE
                ? builder().set(unit, count).build()
                : new Usage(new Unit[] {unit}, new long[] {own}, false);
    }

    /**
     * Two counts. See {@link Builder#set(Unit, long)} for counts that cannot be, and for two of the same unit.
     */
    public static Usage of(Unit first, long firstCount, Unit second, long secondCount) {
        long one = toSteps(first, firstCount);
        long two = toSteps(second, secondCount);
        if (one == IMPOSSIBLE || two == IMPOSSIBLE || first.equals(second)) {
            return builder().set(first, firstCount).set(second, secondCount).build();
        }
        return new Usage(new Unit[] {first, second}, new long[] {one, two}, false);
    }

    /**
     * Input and output tokens, both inclusive. See {@link Builder#set(Unit, long)} for counts that cannot be.
     */
    public static Usage tokens(long input, long output) {
        return of(Unit.INPUT_TOKENS, input, Unit.OUTPUT_TOKENS, output);
    }

    /** Starts an empty usage. */
    public static Builder builder() {
        return builder(USUAL_UNITS);
    }

    /**
     * Starts a usage of about so many units; more may be set.
     *
     * @param units 1 or more
     */
    public static Builder builder(int units) {
        return new Builder(units);
    }

    /** Whether nothing was reported. */
    public boolean isEmpty() {
        return units.length == 0;
    }

    /** Whether a count was given that cannot be, such as a negative one. It is left out, as if it had not been reported. */
    public boolean isContradictory() {
        return contradictory;
    }

    /** Whether this unit was reported, zero included. */
    public boolean has(Unit unit) {
        return indexOf(unit) >= 0;
    }

    /**
     * The count in whole units, rounded down for units with decimals; 0 when the unit was not reported (see
     * {@link #has}).
     */
    public long count(Unit unit) {
        int i = indexOf(unit);
        return i < 0 ? 0 : unit.decimals() == 0 ? steps[i] : steps[i] / Decimals.powerOfTen(unit.decimals());
    }

    /** The exact quantity, with decimals where the unit has them; zero when the unit was not reported. */
    public BigDecimal quantity(Unit unit) {
        int i = indexOf(unit);
        return i < 0 ? BigDecimal.ZERO : Decimals.toQuantity(steps[i], unit);
    }

    /** The units reported, the most specific first. */
    public List<Unit> units() {
        return List.of(units);
    }

    /** How many units were reported. */
    public int size() {
        return units.length;
    }

    /**
     * The unit at a position of {@link #units()}, without making a list.
     *
     * @throws IndexOutOfBoundsException if there is no such position
     */
    public Unit unit(int position) {
        return units[position];
    }

    /**
     * The count at a position, less the counts of the more specific units reported: parts that can be added up. Zero
     * when the more specific counts are larger, which is a contradiction.
     *
     * @return whole units, rounded down for units with decimals
     */
    public long disjointCount(int position) {
        long own = disjointSteps(position);
        int decimals = units[position].decimals();
        return decimals == 0 ? own : own / Decimals.powerOfTen(decimals);
    }

    private long disjointSteps(int position) {
        if (position > MOST_NESTED) {
            return disjointStepsUpTo(position)[position];
        }
        long own = steps[position];
        for (int i = 0; i < position; i++) {
            if (units[position].contains(units[i])) {
                own -= disjointSteps(i);
            }
        }
        return Math.max(0, own);
    }

    /** All of them, each worked out once. */
    private long[] disjointStepsUpTo(int position) {
        long[] own = new long[position + 1];
        for (int i = 0; i <= position; i++) {
            own[i] = steps[i];
            for (int j = 0; j < i; j++) {
                own[i] -= units[i].contains(units[j]) ? own[j] : 0;
            }
            own[i] = Math.max(0, own[i]);
        }
        return own;
    }

    /** The count of a unit in its smallest step; 0 when it was not reported. */
    long steps(Unit unit) {
        int i = indexOf(unit);
        return i < 0 ? 0 : steps[i];
    }

    /** The count in the smallest step of the unit: whole units, or nanoseconds. */
    long stepsAt(int position) {
        return steps[position];
    }

    /** The units themselves, not a copy: callers do not write to it. */
    Unit[] unitsShared() {
        return units;
    }

    private int indexOf(Unit unit) {
        for (int i = 0; i < units.length; i++) {
            if (units[i] == unit) {
                return i;
            }
        }
        for (int i = 0; i < units.length; i++) {
            if (units[i].equals(unit)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        if (!(o instanceof Usage other) || other.units.length != units.length) {
            return false;
        }
        for (int i = 0; i < units.length; i++) {
            int j = other.indexOf(units[i]);
            if (j < 0 || other.steps[j] != steps[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int sum = 0;
        for (int i = 0; i < units.length; i++) {
            sum += units[i].hashCode() ^ Long.hashCode(steps[i]);
        }
        return sum;
    }

    /** For people: {@code {input_tokens=1200, output_tokens=300}}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < units.length; i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(units[i])
                    .append('=')
                    .append(Decimals.toQuantity(steps[i], units[i])
                            .stripTrailingZeros()
                            .toPlainString());
        }
        return text.append('}').toString();
    }

    private static void mostSpecificFirst(Unit[] units, long[] steps) {
        for (int i = 1; i < units.length; i++) {
            for (int j = i; j > 0 && units[j].rank() > units[j - 1].rank(); j--) {
                Unit unit = units[j];
                units[j] = units[j - 1];
                units[j - 1] = unit;
                long count = steps[j];
                steps[j] = steps[j - 1];
                steps[j - 1] = count;
            }
        }
    }

    /** The count in the unit's smallest steps, or {@link #IMPOSSIBLE} when it is negative or too large. */
    private static long toSteps(Unit unit, long count) {
        long factor = Decimals.powerOfTen(unit.decimals());
        return count < 0 || count > Long.MAX_VALUE / factor ? IMPOSSIBLE : count * factor;
    }

    /** Collects counts; one thread at a time. */
    public static final class Builder {
        private Unit[] units;
        private long[] steps;
        private int size;
        private boolean contradictory;

        private Builder(int units) {
            this.units = new Unit[units];
            this.steps = new long[units];
        }

        /**
         * Sets the count of a unit, replacing an earlier one: providers' streaming counts are cumulative.
         *
         * <p>A count that cannot be, negative or beyond what the unit can count to, throws nothing, because providers send
         * such counts and requests are not to suffer: the unit is left out, as if it had not been reported, and the usage is
         * {@linkplain Usage#isContradictory() contradictory}.
         *
         * @param count in whole units
         */
        public Builder set(Unit unit, long count) {
            return setSteps(unit, toSteps(unit, count));
        }

        /**
         * Sets a quantity with decimals, such as 12.5 seconds, replacing an earlier one. Digits below the unit's
         * smallest step are rounded up to one step, so that nothing used becomes nothing. A quantity that cannot be is left
         * out, as {@link #set(Unit, long)} does.
         */
        public Builder set(Unit unit, BigDecimal quantity) {
            if (quantity.scale() > MAX_SCALE && quantity.precision() < MAX_SCALE) {
                // next to nothing: not worth the digits that rounding it would take
                return setSteps(unit, quantity.signum() < 0 ? IMPOSSIBLE : quantity.signum());
            }
            boolean possible = quantity.signum() >= 0 && quantity.precision() - (long) quantity.scale() <= MAX_DIGITS;
            long exact = possible && quantity.scale() > -MAX_DIGITS
                    ? Decimals.steps(quantity.setScale(unit.decimals(), RoundingMode.CEILING), unit.decimals())
                    : Decimals.NOT_EXACT;
            return setSteps(unit, exact == Decimals.NOT_EXACT ? IMPOSSIBLE : exact);
        }

        /** The usage collected so far; {@link Usage#NONE} when nothing was set. The builder may go on. */
        public Usage build() {
            return size == 0 && !contradictory
                    ? NONE
                    : new Usage(Arrays.copyOf(units, size), Arrays.copyOf(steps, size), contradictory);
        }

        private Builder setSteps(Unit unit, long value) {
            if (value == IMPOSSIBLE) {
                contradictory = true;
                return this;
            }
            for (int i = 0; i < size; i++) {
                if (units[i].equals(unit)) {
                    steps[i] = value;
                    return this;
                }
            }
            if (size == units.length) {
                units = Arrays.copyOf(units, size * 2);
                steps = Arrays.copyOf(steps, size * 2);
            }
            units[size] = unit;
            steps[size++] = value;
            return this;
        }
    }
}
