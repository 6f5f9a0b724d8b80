package io.unitcost.cli.shell;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers as people and machines write them. */
public final class Numbers {

    private static final Pattern COUNT = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?)([kKmM]?)");
    private static final int MOST_DECIMALS = 12;

    private Numbers() {}

    /** Exact, without an exponent and without zeros at the end. */
    public static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /** How many decimals a column needs so that each amount is exact; at most 12, which round what repeats. */
    public static int decimals(Collection<BigDecimal> amounts) {
        return amounts.stream()
                .mapToInt(amount -> amount.stripTrailingZeros().scale())
                .map(scale -> Math.max(2, Math.min(scale, MOST_DECIMALS)))
                .max()
                .orElse(2);
    }

    /** With so many decimals and thousands apart: {@code 1,234.50}. */
    public static String grouped(BigDecimal amount, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", amount.setScale(decimals, RoundingMode.HALF_EVEN));
    }

    /** A count with thousands apart: {@code 1,200}, {@code 12.5}. */
    public static String count(BigDecimal count) {
        return grouped(count, Math.max(0, count.stripTrailingZeros().scale()));
    }

    /** A quotient with three digits or more: {@code 1.00}, {@code 37.5}, {@code 1,204}. */
    public static String ratio(BigDecimal part, BigDecimal whole) {
        BigDecimal ratio = part.divide(whole, MathContext.DECIMAL64);
        int digits = ratio.precision() - ratio.scale();
        return grouped(ratio, Math.max(0, Math.min(2, 3 - digits)));
    }

    /** Counts on the command line: {@code 1200}, {@code 250k}, {@code 1.5M}, {@code 12.5} seconds. */
    public static final class Count implements ITypeConverter<BigDecimal> {
        @Override
        public BigDecimal convert(String text) {
            Matcher matcher = COUNT.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is not a count; give a number like 1200, 250k or 1.5M");
            }
            String suffix = matcher.group(2).toLowerCase(Locale.ROOT);
            return new BigDecimal(matcher.group(1)).movePointRight(suffix.isEmpty() ? 0 : suffix.equals("k") ? 3 : 6);
        }
    }
}
