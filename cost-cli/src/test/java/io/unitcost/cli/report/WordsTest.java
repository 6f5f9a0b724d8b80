package io.unitcost.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Currency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0                | $0
                    0.00041088888    | $0.0004109
                    0.0004           | $0.0004
                    0.1              | $0.10
                    1.5              | $1.50
                    12               | $12
                    12.3             | $12.30
                    278.81013858558  | $278.80
                    1234.56          | $1,235
                    12345678         | $12,350,000
                    -0.00034         | \u2212$0.00034
                    """)
    void moneyHasFourDigitsInProse(String amount, String said) {
        assertThat(Words.money(Money.usd(amount))).isEqualTo(said);
    }

    @Test
    void anotherCurrencyIsNamed() {
        assertThat(Words.money(Money.of("0.002", Currency.getInstance("EUR")))).isEqualTo("EUR\u00a00.002");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 100",
        "0.978, 97.8",
        "0.0042, 0.42",
        "0.00001, <0.01",
        "0, 0",
        "-0.5, \u221250",
        "2.25, 225",
        "0.99999, >99.9",
        "1.0001, 100"
    })
    void sharesHaveThreeDigits(BigDecimal ratio, String said) {
        assertThat(Words.percent(ratio)).isEqualTo(said + "\u00a0%");
    }

    @Test
    void durationsAreSaidInTheirOwnSize() {
        assertThat(Words.latency(Duration.ofNanos(812_250_000))).isEqualTo("812\u00a0ms");
        assertThat(Words.latency(Duration.ofMillis(2_391))).isEqualTo("2.39\u00a0s");
        assertThat(Words.span(Duration.ofMinutes(42))).isEqualTo("42 minutes");
        assertThat(Words.span(Duration.ofHours(239))).isEqualTo("9 days 23 hours");
        assertThat(Words.width(Duration.ofDays(7))).isEqualTo("week");
        assertThat(Words.width(Duration.ofHours(6))).isEqualTo("6\u00a0hours");
    }
}
