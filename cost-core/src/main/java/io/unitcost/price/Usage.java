package io.unitcost.price;

import java.math.BigDecimal;
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

    /** Nothing reported: different from zero tokens, and never priced. */
    public static final Usage NONE = new Usage(new Unit[0], new long[0]);

    /** Most specific first, so that one pass can take the counts apart. */
    private final Unit[] units;

    private final long[] steps;

    private Usage(Unit[] units, long[] steps) {
        this.units = units;
        this.steps = steps;
        mostSpecificFirst(units, steps);
    }

    /**
     * One count.
     *
     * @param count in whole units, not negative
     * @throws IllegalArgumentException if the count is negative or too large for the unit
     */
    public static Usage of(Unit unit, long count) {
        return new Usage(new Unit[] {unit}, new long[] {toSteps(unit, count)});
    }

    /**
     * Two counts of different units.
     *
     * @throws IllegalArgumentException if a count is negative or too large, or the units are the same
     */
    public static Usage of(Unit first, long firstCount, Unit second, long secondCount) {
        if (first.equals(second)) {
            throw new IllegalArgumentException("usage: unit " + first + " is given twice");
        }
        return new Usage(
                new Unit[] {first, second}, new long[] {toSteps(first, firstCount), toSteps(second, secondCount)});
    }

    /**
     * Input and output tokens, both inclusive.
     *
     * @throws IllegalArgumentException if a count is negative
     */
    public static Usage tokens(long input, long output) {
        return of(Unit.INPUT_TOKENS, input, Unit.OUTPUT_TOKENS, output);
    }

    /** Starts an empty usage. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether nothing was reported. */
    public boolean isEmpty() {
        return units.length == 0;
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
        long own = steps[position];
        for (int i = 0; i < position; i++) {
            if (units[position].contains(units[i])) {
                own -= disjointSteps(i);
            }
        }
        return Math.max(0, own);
    }

    /** The count in the smallest step of the unit: whole units, or nanoseconds. */
    long stepsAt(int position) {
        return steps[position];
    }

    /** As {@link #stepsAt}, by unit; 0 when absent. */
    long stepsOf(Unit unit) {
        int i = indexOf(unit);
        return i < 0 ? 0 : steps[i];
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

    private static long toSteps(Unit unit, long count) {
        if (count < 0) {
            throw new IllegalArgumentException("usage: " + unit + " is " + count + "; a count is never negative");
        }
        if (unit.decimals() == 0) {
            return count;
        }
        try {
            return Math.multiplyExact(count, Decimals.powerOfTen(unit.decimals()));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("usage: " + unit + " is " + count + ", which is too large", e);
        }
    }

    /** Collects counts; one thread at a time. */
    public static final class Builder {
        private Unit[] units = new Unit[4];
        private long[] steps = new long[4];
        private int size;

        private Builder() {}

        /**
         * Sets the count of a unit, replacing an earlier one: providers' streaming counts are cumulative.
         *
         * @param count in whole units
         * @throws IllegalArgumentException if the count is negative or too large
         */
        public Builder set(Unit unit, long count) {
            return setSteps(unit, toSteps(unit, count));
        }

        /**
         * Sets a quantity with decimals, such as 12.5 seconds, replacing an earlier one. Digits below the unit's
         * smallest step are rounded up to one step, so that nothing used becomes nothing.
         *
         * @throws IllegalArgumentException if the quantity is negative or too large
         */
        public Builder set(Unit unit, BigDecimal quantity) {
            if (quantity.signum() < 0) {
                throw new IllegalArgumentException(
                        "usage: " + unit + " is " + quantity + "; a count is never negative");
            }
            BigDecimal rounded = quantity.setScale(unit.decimals(), java.math.RoundingMode.CEILING);
            long exact = Decimals.steps(rounded, unit.decimals());
            if (exact == Decimals.NOT_EXACT) {
                throw new IllegalArgumentException("usage: " + unit + " is " + quantity + ", which is too large");
            }
            return setSteps(unit, exact);
        }

        /** The usage collected so far; {@link Usage#NONE} when nothing was set. The builder may go on. */
        public Usage build() {
            return size == 0 ? NONE : new Usage(Arrays.copyOf(units, size), Arrays.copyOf(steps, size));
        }

        private Builder setSteps(Unit unit, long value) {
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
