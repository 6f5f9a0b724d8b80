package io.unitcost.cli;

import io.unitcost.cli.shell.Numbers;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Counts by unit, strictly: what a library would leave out and flag is refused here. */
final class Counts {

    /** What an element of {@code iterations} says beside its counts. */
    private static final Set<String> NO_COUNTS = Set.of("model", "type", "provider");

    private Counts() {}

    /**
     * @param units the unit of a name
     * @throws Unpriceable if a count cannot be, there is no such unit, or there is no count at all
     */
    static Usage of(Map<String, @Nullable Object> counts, Function<String, Unit> units) {
        counts.forEach(Counts::check);
        Usage.Builder usage = Usage.builder();
        counts.forEach((name, count) -> {
            if (count instanceof BigDecimal number && !NO_COUNTS.contains(name)) {
                Unit unit = unit(name, units);
                if (number.stripTrailingZeros().scale() > unit.decimals()) {
                    throw Unpriceable.invalidUsage(name + ": " + Numbers.plain(number)
                            + (unit.decimals() == 0 ? " is not whole" : " has more than nine decimals"));
                }
                usage.set(unit, number);
            }
        });
        Usage built = usage.build();
        if (built.isContradictory()) {
            throw Unpriceable.invalidUsage("a count is too large in " + Line.shown(counts));
        }
        if (built.isEmpty()) {
            throw Unpriceable.noPrice("nothing is said of what was used");
        }
        return built;
    }

    private static void check(String name, @Nullable Object count) {
        if (count == null || NO_COUNTS.contains(name)) {
            return;
        }
        if (!(count instanceof BigDecimal number)) {
            throw Unpriceable.invalidUsage(name + ": " + Line.shown(count) + " is not a number");
        }
        if (number.signum() < 0) {
            throw Unpriceable.invalidUsage(name + ": " + Numbers.plain(number) + " is negative");
        }
    }

    private static Unit unit(String name, Function<String, Unit> units) {
        try {
            return units.apply(name);
        } catch (IllegalArgumentException e) {
            throw Unpriceable.noPrice(String.valueOf(e.getMessage()));
        }
    }
}
