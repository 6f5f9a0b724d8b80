package io.unitcost.cli.slo;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A time span as Prometheus writes it: one number and one unit, {@code 5m}, {@code 90s}, {@code 28d}.
 *
 * @param seconds 1 or more
 */
record Span(long seconds) implements Comparable<Span> {

    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,8})([smhdw])");
    private static final String UNITS = "smhdw";
    private static final long[] SECONDS = {1, 60, 3_600, 86_400, 604_800};
    private static final int DAYS = 3;

    static Span of(Duration duration) {
        return new Span(Math.max(1, duration.toSeconds()));
    }

    /** In the largest unit that divides it, days at most: {@code 7d} and not {@code 1w}. */
    @Override
    public String toString() {
        int unit = DAYS;
        while (seconds % SECONDS[unit] != 0) {
            unit--;
        }
        return seconds / SECONDS[unit] + UNITS.substring(unit, unit + 1);
    }

    @Override
    public int compareTo(Span other) {
        return Long.compare(seconds, other.seconds);
    }

    static final class Converter implements ITypeConverter<Span> {
        @Override
        public Span convert(String text) {
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is not a time span; give one like 5m, 6h or 28d");
            }
            return new Span(Long.parseLong(matcher.group(1)) * SECONDS[UNITS.indexOf(matcher.group(2))]);
        }
    }
}
