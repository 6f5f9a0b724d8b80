package io.unitcost.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final int CASES = Boolean.getBoolean("unitcost.long") ? 1_000_000 : 100_000;

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.000, 0",
        "0.50, 0.5",
        "0.00012, 0.00012",
        "-3, -3",
        "0.000000000001, 0.000000000001", // the smallest long step
        "0.0000000000005, 0.0000000000005", // half of it
        "9223372.036854775807, 9223372.036854775807", // the largest long
        "9223372.036854775808, 9223372.036854775808", // one more
        "123456789012345678901234567890.1, 123456789012345678901234567890.1"
    })
    void keepsEveryDigit(String text, String plain) {
        assertThat(Money.usd(text).toPlainString()).isEqualTo(plain);
        assertThat(Money.usd(text)).isEqualTo(Money.usd(plain)).hasSameHashCodeAs(Money.usd(plain));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "1e-5", "1,5", "0x1", ".5", "5.", "NaN", "+1", "1_000"})
    void refusesWhatIsNotAPlainDecimalNumber(String text) {
        assertThatThrownBy(() -> Money.usd(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("amount: '" + text
                        + "' is not a plain decimal number; write it like 0.00012, without exponent");
    }

    @Test
    void theLongFormAndTheDecimalFormGiveTheSameNumbers() {
        SplittableRandom random = new SplittableRandom(20261102);
        for (int i = 0; i < CASES; i++) {
            BigDecimal a = randomAmount(random);
            BigDecimal b = randomAmount(random);
            long count = random.nextLong() >> random.nextInt(64);
            Money left = Money.of(a, Money.USD);
            Money right = Money.of(b, Money.USD);

            assertSame(left.plus(right), a.add(b));
            assertSame(left.minus(right), a.subtract(b));
            assertSame(left.times(count), a.multiply(BigDecimal.valueOf(count)));
            assertSame(
                    Money.sum(Money.USD).add(left).add(right).add(left).toMoney(),
                    a.add(b).add(a));
            if (left.compareTo(right) != a.compareTo(b)) {
                throw new AssertionError(a + " against " + b);
            }
        }
    }

    /** Around the edges of a long of 10⁻¹², and with digits below it. */
    private static BigDecimal randomAmount(SplittableRandom random) {
        long unscaled = random.nextLong() >> random.nextInt(64);
        return BigDecimal.valueOf(unscaled, random.nextInt(9, 16));
    }

    private static void assertSame(Money money, BigDecimal expected) {
        if (money.amount().compareTo(expected) != 0 || !money.equals(Money.of(expected, Money.USD))) {
            throw new AssertionError("expected " + expected + " but was " + money);
        }
    }

    @Test
    void becomesTheNearestDouble() {
        // 0.1 × 3 is 0.3 here; 0.1 + 0.1 + 0.1 in doubles is 0.30000000000000004
        assertThat(Money.usd("0.1").times(3).toDouble()).isEqualTo(0.3);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < CASES; i++) {
            BigDecimal amount = BigDecimal.valueOf(random.nextLong(1L << 53), 12);
            assertThat(Money.of(amount, Money.USD).toDouble()).isEqualTo(amount.doubleValue());
        }
    }

    @Test
    void refusesToMixCurrencies() {
        assertThatThrownBy(() -> Money.usd("1").plus(Money.of("1", EUR)))
                .hasMessage("cannot combine USD with EUR: convert one of them at a stated rate first"
                        + " (PriceTable.convertedTo)");
        assertThatThrownBy(() -> Money.sum(EUR).add(Money.usd("1"))).isInstanceOf(IllegalArgumentException.class);
        assertThat(Money.usd("1")).isNotEqualTo(Money.of("1", EUR));
    }

    @Test
    void saysItsCurrency() {
        assertThat(Money.of("0.00012", EUR)).hasToString("0.00012 EUR");
    }
}
