package io.unitcost.price.source;

import static io.unitcost.price.source.Lists.json;
import static io.unitcost.price.source.Lists.replace;
import static io.unitcost.price.source.Lists.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.ManualTicker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators read. */
class JournalTest {

    private final ManualTicker ticker = new ManualTicker();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream console = System.err;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void listen() throws IOException {
        file = Files.writeString(folder.resolve("acme.json"), json("acme", "a", "1", "b", "1"));
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setErr(console);
    }

    private PriceSources.Builder builder() {
        return PriceSources.builder().background(false).ticker(ticker).clock(ticker.clock());
    }

    @Test
    void oneLineForEachChange_withWhatMoved() {
        try (PriceSources prices = builder().file(file).bundled(false).build()) {
            replace(file, json("acme", "a", "2", "c", "1"));
            prices.refresh();
            prices.refresh();
            prices.refresh();
        }
        assertThat(lines())
                .singleElement()
                .asString()
                .matches("\\[main] INFO io\\.unitcost\\.price\\.source\\.PriceSources - prices: acme@\\w+ -> acme@\\w+"
                        + " by acme\\.json: 1 price changed, 1 model added, 1 model removed:"
                        + " p/a input_tokens 1 per 1M -> 2 per 1M \\(x 2\\)");
    }

    @Test
    void manyChangesAreCounted_andTheFirstOnesShown() {
        try (PriceSources prices = builder().file(file).bundled(false).build()) {
            replace(file, json("acme", "a", "1", "b", "1", "c", "1", "d", "1", "e", "1", "f", "1", "g", "1"));
            prices.refresh();
            replace(file, json("acme", "a", "2", "b", "2", "c", "2", "d", "2", "e", "2", "f", "2", "g", "2"));
            prices.refresh();
        }
        assertThat(lines()).hasSize(2);
        assertThat(lines().get(1))
                .contains("7 prices changed", "p/e input_tokens 1 per 1M -> 2 per 1M (x 2) and 2 more")
                .doesNotContain("p/f");
    }

    @Test
    void aFailureIsSaidOnceAnHour_andAnotherFailureAtOnce() throws IOException {
        try (PriceSources prices = builder().file(file).bundled(false).build()) {
            Files.writeString(file, "half");
            for (int minute = 0; minute < 59; minute++) {
                prices.refresh();
                ticker.advance(Duration.ofMinutes(1));
            }
            assertThat(lines())
                    .singleElement()
                    .asString()
                    .contains("WARN", "looking at acme.json failed, its last prices stay: " + file + ":1: ");
            Files.delete(file);
            prices.refresh();
            prices.refresh();
            assertThat(lines()).hasSize(2);
            assertThat(lines().get(1)).endsWith("its last prices stay: price file " + file + " is gone");
            ticker.advance(Duration.ofMinutes(60));
            prices.refresh();
            assertThat(lines()).hasSize(3);
            assertThat(prices.layers().get(0).failed()).isEqualTo(62);
        }
    }

    @Test
    void aThousandDifferentFailuresAreForgottenAgain() {
        Journal journal = new Journal(ticker);
        for (int i = 0; i < 1_000; i++) {
            journal.failed("remote", new IOException("cause " + i % 50));
        }
        assertThat(lines()).hasSize(50);
        for (int i = 0; i < 1_000; i++) {
            journal.failed("remote", new IOException("other " + i));
        }
        journal.failed("remote", new IOException("cause 0"));
        assertThat(lines()).hasSize(50 + 1_000 + 1);
    }

    @Test
    void whatIsHeldBackIsSaidOnce_withTheWayOut() {
        try (PriceServer server = new PriceServer();
                PriceSources prices = builder()
                        .remote(server.uri("/list.json"))
                        .fallback(table("base", "a", "1", "b", "1"))
                        .build()) {
            server.says(200, json("list", "a", "100", "b", "2"));
            prices.refresh();
            server.says(200, json("list", "a", "100", "b", "3"));
            prices.refresh();
            prices.confirmAll();
        }
        assertThat(lines()).hasSize(4);
        assertThat(lines().get(3)).contains(" by confirmed prices of remote: 1 price changed");
        assertThat(lines().stream().filter(line -> line.contains("WARN")))
                .singleElement()
                .asString()
                .endsWith(
                        "prices: remote moves 1 model by more than 10 times, or to or from zero. What that cost before"
                                + " stays in force; let new prices in with PriceSources.confirm:"
                                + " p/a input_tokens 1 per 1M -> 100 per 1M (x 100)");
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
