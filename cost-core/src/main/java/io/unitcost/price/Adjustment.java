package io.unitcost.price;

import java.math.BigDecimal;

/**
 * What a contract changes on every list price of a provider: discount first, then margin on the discounted price, then
 * a fixed fee for each attempt.
 *
 * @param discount share of the list price that is taken off, 0 to 1
 * @param margin share of the discounted price that is added, 0 or more
 * @param fee amount that is added to each attempt, 0 or more
 */
record Adjustment(BigDecimal discount, BigDecimal margin, BigDecimal fee) {

    static final Adjustment NONE = new Adjustment(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

    boolean isNone() {
        return discount.signum() == 0 && margin.signum() == 0 && fee.signum() == 0;
    }

    /** What list prices are multiplied by. */
    BigDecimal factor() {
        return BigDecimal.ONE.subtract(discount).multiply(BigDecimal.ONE.add(margin));
    }

    Adjustment converted(BigDecimal rate) {
        return new Adjustment(discount, margin, fee.multiply(rate));
    }

    String canonical() {
        return plain(discount) + '/' + plain(margin) + '/' + plain(fee);
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
