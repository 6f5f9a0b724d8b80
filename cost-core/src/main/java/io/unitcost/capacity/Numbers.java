package io.unitcost.capacity;

import java.math.BigDecimal;

/** Decimal text of a configuration, within its range. */
final class Numbers {

    private Numbers() {}

    static BigDecimal positive(String text, String what) {
        BigDecimal number = parse(text, what);
        if (number.signum() <= 0) {
            throw new IllegalArgumentException(what + ": " + text + " is not above zero");
        }
        return number;
    }

    static BigDecimal notNegative(String text, String what) {
        BigDecimal number = parse(text, what);
        if (number.signum() < 0) {
            throw new IllegalArgumentException(what + ": " + text + " is below zero");
        }
        return number;
    }

    private static BigDecimal parse(String text, String what) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(what + ": '" + text + "' is not a decimal number; write it like 0.5", e);
        }
    }
}
