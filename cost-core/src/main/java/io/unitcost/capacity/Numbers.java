package io.unitcost.capacity;

import io.unitcost.price.Money;
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
            return Money.usd(text).amount();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    what + ": '" + text + "' is not a plain decimal number; write it like 0.5, without exponent", e);
        }
    }
}
