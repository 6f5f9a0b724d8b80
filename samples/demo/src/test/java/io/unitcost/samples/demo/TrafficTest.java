package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficTest {

    @TempDir
    Path folder;

    @Test
    void fallsToAThirdOfTheFirstHalfEvenlyAndLeavesTheOthersAlone() {
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            arrivals.add(new Arrival(i, Features.CODE_ASSIST, i, 1));
            arrivals.add(new Arrival(i, Features.CHAT, i, 1));
        }
        Traffic thinned = Traffic.of(arrivals, 200, "test").fallingToAThird(Features.CODE_ASSIST);
        assertThat(thinned.count(Features.CHAT, true)).isEqualTo(100);
        assertThat(thinned.count(Features.CHAT, false)).isEqualTo(100);
        assertThat(thinned.count(Features.CODE_ASSIST, true)).isEqualTo(100);
        // 100 ÷ 3 = 33.3: 33 of the 100 that arrive later, one of each three or four
        List<Integer> kept = thinned.arrivals().stream()
                .filter(arrival -> arrival.feature().equals(Features.CODE_ASSIST) && arrival.nanos() >= 100)
                .map(Arrival::inputTokens)
                .toList();
        assertThat(kept).hasSize(33);
        for (int i = 1; i < kept.size(); i++) {
            assertThat(kept.get(i) - kept.get(i - 1)).isBetween(3, 4);
        }
    }

    @Test
    void severalTracesAreMergedByTime() throws IOException {
        TraceOption chat = trace("a.csv", Features.CHAT, "2023-11-16 18:00:00.5,1,1", "2023-11-16 18:00:02,3,1");
        TraceOption code = trace("b.csv", Features.CODE_ASSIST, "2023-11-16 18:00:01,2,1", "2023-11-16 18:00:03,4,1");
        Traffic traffic = TraceOption.traffic(List.of(chat, code));
        assertThat(traffic.arrivals())
                .containsExactly(
                        new Arrival(0, Features.CHAT, 1, 1),
                        new Arrival(500_000_000L, Features.CODE_ASSIST, 2, 1),
                        new Arrival(1_500_000_000L, Features.CHAT, 3, 1),
                        new Arrival(2_500_000_000L, Features.CODE_ASSIST, 4, 1));
        assertThat(traffic.spanNanos()).isEqualTo(2_500_000_000L);
        assertThat(traffic.source()).isEqualTo("a.csv, b.csv");
        assertThat(traffic.first(2).arrivals()).hasSize(2);
    }

    @Test
    void aTraceIsAFileAndAFeatureOfTheService() {
        assertThat(TraceOption.parse("C:\\traces\\a.csv:chat").feature()).isEqualTo("chat");
        for (String wrong : List.of("a.csv", ":chat", "a.csv:", "a.csv:translate")) {
            assertThatThrownBy(() -> TraceOption.parse(wrong))
                    .hasMessageContainingAll("--trace", wrong, "chat, code-assist, summarise");
        }
    }

    private TraceOption trace(String name, String feature, String... rows) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, TraceFile.HEADER + "\r\n" + String.join("\r\n", rows));
        return new TraceOption(file, feature);
    }
}
