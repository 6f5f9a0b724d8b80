package io.unitcost.cli.report;

import io.unitcost.cli.shell.Numbers;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.Locale;

/** Numbers as prose says them: at most four digits that mean something. Tables have the exact ones. */
final class Words {

    static final String MINUS = "\u2212";
    static final String DASH = "\u2013";
    static final MathContext PRECISION = MathContext.DECIMAL64;

    private static final int MOST_DECIMALS = 12;
    private static final MathContext SHOWN = new MathContext(4, RoundingMode.HALF_EVEN);
    private static final BigDecimal SMALLEST_SHARE = new BigDecimal("0.0001");
    private static final BigDecimal LARGEST_SHARE = new BigDecimal("0.9995");
    private static final DateTimeFormatter DAY = formatter("d MMM yyyy");
    private static final DateTimeFormatter MINUTE = formatter("d MMM yyyy HH:mm");
    private static final DateTimeFormatter SECOND = formatter("yyyy-MM-dd HH:mm:ss");
    private static final DateTimeFormatter SHORT_DAY = formatter("d MMM");
    private static final DateTimeFormatter SHORT_MINUTE = formatter("d MMM HH:mm");

    private Words() {}

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    static String money(Money amount) {
        return money(amount.amount(), amount.currency());
    }

    static String money(BigDecimal amount, Currency currency) {
        return (amount.signum() < 0 ? MINUS : "") + symbol(currency) + number(amount.abs());
    }

    static String money(double amount, Currency currency) {
        return money(BigDecimal.valueOf(amount), currency);
    }

    /** With its sign, for a difference. */
    static String change(double amount, Currency currency) {
        return (amount > 0 ? "+" : "") + money(amount, currency);
    }

    static String symbol(Currency currency) {
        return currency.equals(Money.USD) ? "$" : currency.getCurrencyCode() + "\u00a0";
    }

    /** Cents where it is whole dollars and more: {@code 12.30}, {@code 0.0004109}, {@code 1,235}. */
    private static String number(BigDecimal amount) {
        BigDecimal rounded = amount.round(SHOWN);
        int decimals = Math.max(
                0, rounded.signum() == 0 ? 0 : rounded.stripTrailingZeros().scale());
        boolean cents = decimals == 1 && rounded.signum() != 0;
        return Numbers.grouped(rounded, cents ? 2 : decimals);
    }

    /** For tables: all digits, but for those of idle shares beyond the twelfth decimal. */
    static String exact(Money amount) {
        BigDecimal value = amount.amount();
        return Numbers.plain(
                value.scale() > MOST_DECIMALS ? value.setScale(MOST_DECIMALS, RoundingMode.HALF_EVEN) : value);
    }

    /** An amount by each delivered request. */
    static BigDecimal per(Money amount, long requests) {
        return amount.amount().divide(BigDecimal.valueOf(requests), PRECISION);
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 3 requests}, {@code 1 request}. */
    static String count(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    static String share(long part, long whole) {
        return whole == 0 ? DASH : percent(BigDecimal.valueOf(part).divide(BigDecimal.valueOf(whole), PRECISION));
    }

    static String share(Money part, Money whole) {
        return whole.isZero() ? DASH : percent(part.amount().divide(whole.amount(), PRECISION));
    }

    /** {@code 97.8 %}, {@code 0.42 %}. Only nothing is 0 %, and only all of it is 100 %. */
    static String percent(BigDecimal ratio) {
        if (ratio.signum() > 0 && ratio.compareTo(SMALLEST_SHARE) < 0) {
            return "<0.01\u00a0%";
        }
        if (ratio.compareTo(BigDecimal.ONE) < 0 && ratio.compareTo(LARGEST_SHARE) > 0) {
            return ">99.9\u00a0%";
        }
        BigDecimal hundreds = ratio.movePointRight(2);
        BigDecimal rounded = hundreds.round(new MathContext(3, RoundingMode.HALF_EVEN));
        BigDecimal shown = rounded.scale() > 2 ? hundreds.setScale(2, RoundingMode.HALF_EVEN) : rounded;
        return (shown.signum() < 0 ? MINUS : "") + Numbers.plain(shown.abs()) + "\u00a0%";
    }

    static String percent(double ratio) {
        return percent(BigDecimal.valueOf(ratio));
    }

    /** {@code 812 ms}, {@code 2.39 s}. */
    static String latency(Duration time) {
        BigDecimal millis = BigDecimal.valueOf(time.toNanos(), 6);
        BigDecimal rounded = millis.round(new MathContext(3, RoundingMode.HALF_EVEN));
        return rounded.compareTo(BigDecimal.valueOf(1_000)) < 0
                ? Numbers.plain(rounded) + "\u00a0ms"
                : Numbers.plain(rounded.movePointLeft(3)) + "\u00a0s";
    }

    static String day(Instant time) {
        return DAY.format(time);
    }

    static String minute(Instant time) {
        return MINUTE.format(time);
    }

    static String second(Instant time) {
        return SECOND.format(time);
    }

    /** How a slot of this width is called under a chart. */
    static String slot(Instant begin, Duration width) {
        return (width.toDays() > 0 ? SHORT_DAY : SHORT_MINUTE).format(begin);
    }

    /** {@code day}, {@code 6 hours}. */
    static String width(Duration width) {
        return width.toDays() >= 7
                ? several(width.toDays() / 7, "week")
                : width.toDays() > 0
                        ? several(width.toDays(), "day")
                        : width.toHours() > 0 ? several(width.toHours(), "hour") : several(width.toMinutes(), "minute");
    }

    private static String several(long count, String noun) {
        return count == 1 ? noun : count + "\u00a0" + noun + "s";
    }

    /** {@code 9 days 23 hours}, {@code 42 minutes}. */
    static String span(Duration time) {
        long hours = time.toHours();
        if (hours >= 48) {
            long rest = hours % 24;
            return count(hours / 24, "day") + (rest == 0 || hours >= 240 ? "" : " " + count(rest, "hour"));
        }
        return hours >= 2 ? count(hours, "hour") : count(Math.max(1, time.toMinutes()), "minute");
    }
}
