package io.unitcost.price.source;

import static io.unitcost.price.source.Lists.json;
import static io.unitcost.price.source.Lists.price;
import static io.unitcost.price.source.Lists.replace;
import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.ManualTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What editors, deployments and accidents do to a price file. */
class FilePlaceTest {

    private static final String ONE = json("acme", "a", "1");
    private static final String TWO = json("acme", "a", "2");

    @TempDir
    private Path folder;

    private Path file;
    private PriceSources prices;

    @BeforeEach
    void build() throws IOException {
        ManualTicker ticker = new ManualTicker();
        file = Files.writeString(folder.resolve("acme.json"), ONE);
        prices = PriceSources.builder()
                .file(file)
                .bundled(false)
                .background(false)
                .ticker(ticker)
                .clock(ticker.clock())
                .build();
    }

    @AfterEach
    void close() {
        prices.close();
    }

    @Test
    void isReadAgainWhenItWasReplaced() {
        replace(file, TWO);
        assertThat(prices.refresh()).isTrue();
        assertThat(price(prices, "a")).isEqualTo("2");
        assertThat(prices.refresh()).isFalse();
        assertThat(status()).matches(s -> s.updated() == 1 && s.unchanged() == 1 && s.failed() == 0);
    }

    @Test
    void isReadAgainWhenItWasWrittenInPlace() throws IOException {
        Files.writeString(file, TWO);
        prices.refresh();
        assertThat(price(prices, "a")).isEqualTo("2");
    }

    @Test
    void isReadTwice_becauseAnEditMayLeaveSizeAndTimeAsTheyWere() throws IOException {
        FileTime time = FileTime.from(Instant.parse("2026-11-01T00:00:00Z"));
        Files.writeString(file, TWO);
        Files.setLastModifiedTime(file, time);
        prices.refresh();
        Files.writeString(file, json("acme", "a", "3"));
        Files.setLastModifiedTime(file, time);
        prices.refresh();
        assertThat(price(prices, "a")).isEqualTo("3");
    }

    @Test
    void isNotReadAnyMoreOnceItHasSettled() throws IOException {
        FileTime time = FileTime.from(Instant.parse("2026-11-01T00:00:00Z"));
        Files.setLastModifiedTime(file, time);
        prices.refresh();
        prices.refresh();
        // what nobody does: another content of the same size, with the old time, in the same file
        Files.writeString(file, TWO);
        Files.setLastModifiedTime(file, time);
        prices.refresh();
        assertThat(price(prices, "a")).isEqualTo("1");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-01T00:00:01Z")));
        prices.refresh();
        assertThat(price(prices, "a")).isEqualTo("2");
    }

    @Test
    void keepsTheLastGoodTableWhileItIsHalfWritten() throws IOException {
        for (int length = 0; length < TWO.stripTrailing().length(); length += 7) {
            Files.writeString(file, TWO.substring(0, length));
            assertThat(prices.refresh()).isFalse();
            assertThat(price(prices, "a")).isEqualTo("1");
        }
        long failed = status().failed();
        assertThat(failed).isEqualTo((TWO.stripTrailing().length() + 6) / 7);
        assertThat(status().lastFailure()).startsWith(file.toString());
        Files.writeString(file, TWO);
        assertThat(prices.refresh()).isTrue();
        assertThat(price(prices, "a")).isEqualTo("2");
        assertThat(status()).matches(s -> s.failed() == failed && s.lastFailure() == null);
    }

    @Test
    void failsAgainAtEachLookWhileItIsBroken_andRecoversWithTheOldContent() throws IOException {
        Files.writeString(file, "not json");
        prices.refresh();
        String failure = status().lastFailure();
        prices.refresh();
        prices.refresh();
        prices.refresh();
        assertThat(status().failed()).isEqualTo(4);
        assertThat(status().lastFailure()).isEqualTo(failure).isNotNull();
        Files.writeString(file, ONE);
        assertThat(prices.refresh()).isFalse();
        assertThat(status().lastFailure()).isNull();
        assertThat(price(prices, "a")).isEqualTo("1");
    }

    @Test
    void mayVanishAndComeBack() throws IOException {
        Files.delete(file);
        assertThat(prices.refresh()).isFalse();
        assertThat(prices.refresh()).isFalse();
        assertThat(price(prices, "a")).isEqualTo("1");
        assertThat(status().lastFailure()).isEqualTo("price file " + file + " is gone");
        assertThat(status().failed()).isEqualTo(2);
        Files.writeString(file, TWO);
        assertThat(prices.refresh()).isTrue();
        assertThat(price(prices, "a")).isEqualTo("2");
    }

    @Test
    void mayBeReplacedByAFolderForAWhile() throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
        prices.refresh();
        prices.refresh();
        prices.refresh();
        assertThat(status().failed()).isEqualTo(3);
        Files.delete(file);
        Files.writeString(file, TWO);
        prices.refresh();
        assertThat(price(prices, "a")).isEqualTo("2");
    }

    @Test
    void isFollowedThroughSymbolicLinks_asInAConfigMap() throws IOException {
        Path first = Files.createDirectory(folder.resolve("..2026_11_01"));
        Path second = Files.createDirectory(folder.resolve("..2026_11_02"));
        Files.writeString(first.resolve("prices.json"), ONE);
        Files.writeString(second.resolve("prices.json"), TWO);
        Path data = Files.createSymbolicLink(folder.resolve("..data"), first);
        Path link = Files.createSymbolicLink(folder.resolve("prices.json"), data.resolve("prices.json"));
        try (PriceSources linked = PriceSources.builder()
                .file(link)
                .bundled(false)
                .background(false)
                .build()) {
            linked.refresh();
            Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), second);
            Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
            assertThat(linked.refresh()).isTrue();
            assertThat(price(linked, "a")).isEqualTo("2");
        }
    }

    @Test
    void anotherWayOfWritingTheSamePricesIsNoChange() throws IOException {
        Files.writeString(file, ONE.replace("1 per 1M", "0.001 per 1k"));
        assertThat(prices.refresh()).isFalse();
        assertThat(status()).matches(s -> s.updated() == 0 && s.unchanged() == 1);
    }

    private LayerStatus status() {
        return prices.layers().get(0);
    }
}
