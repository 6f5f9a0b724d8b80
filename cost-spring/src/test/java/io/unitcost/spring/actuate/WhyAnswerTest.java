package io.unitcost.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.slo.CostWindow;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WhyAnswerTest {

    private final ManualTicker ticker = new ManualTicker();
    private final CostWindow window = CostWindow.create();
    private final CostMeter meter = CostMeter.builder()
            .prices(PriceTable.builder("test")
                    .model("p", "m", model -> model.rate(Unit.INPUT_TOKENS, "1 per 1M")
                            .rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
                    .build())
            .listener(window)
            .ticker(ticker)
            .clock(ticker.clock())
            .build();

    @AfterEach
    void close() {
        meter.close();
    }

    @Test
    void saysWhatMovedAndThatItIsNoChance() {
        for (int minute = 0; minute < 60; minute++) {
            request("chat", minute < 30 ? 500 : 1_000);
            request("search", 100);
            ticker.advance(Duration.ofMinutes(minute == 59 ? 0 : 1));
        }
        WhyAnswer why = WhyAnswer.of(window, null, meter.currency());
        assertThat(why.feature()).isNull();
        assertThat(why.decided()).isTrue();
        // two features of equal share: (2000 + 1200) / 2 and (3000 + 1200) / 2 millionths
        assertThat(why.before()).isEqualByComparingTo("0.0016");
        assertThat(why.after()).isEqualByComparingTo("0.0021");
        assertThat(why.change()).isEqualByComparingTo("0.0005");
        assertThat(why.drivers()).hasSize(10);
        WhyAnswer.DriverAnswer first = why.drivers().get(0);
        assertThat(first.driver()).isEqualTo("output_tokens");
        assertThat(first.amount()).isEqualByComparingTo("0.0005");
        assertThat(first.before()).isEqualByComparingTo("300");
        assertThat(first.after()).isEqualByComparingTo("550");
        assertThat(first.lower()).isPositive();
        assertThat(why.features().get("chat")).isEqualByComparingTo("0.0005");
        assertThat(why.features().get("search")).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(why.note()).doesNotContain("chance");
        assertThat(WhyAnswer.of(window, "search", meter.currency()).note()).contains("no larger than chance");
    }

    @Test
    void saysWhenThereIsTooLittle() {
        assertThat(WhyAnswer.of(window, null, meter.currency()).note()).contains("no delivered request yet");
        request("chat", 500);
        ticker.advance(Duration.ofMinutes(35));
        request("chat", 600);
        WhyAnswer why = WhyAnswer.of(window, "chat", meter.currency());
        assertThat(why.decided()).isNull();
        assertThat(why.note()).contains("Fewer than 20 of the 30 time slots");
    }

    private void request(String feature, int output) {
        RequestMeter request = meter.open(feature);
        request.record(Attempt.of("p", "m").usage(Usage.tokens(1_000, output)).build());
        request.end(Outcome.DELIVERED);
    }
}
