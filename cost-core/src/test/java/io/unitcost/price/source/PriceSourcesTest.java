package io.unitcost.price.source;

import static io.unitcost.price.source.Lists.json;
import static io.unitcost.price.source.Lists.price;
import static io.unitcost.price.source.Lists.replace;
import static io.unitcost.price.source.Lists.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.ManualTicker;
import io.unitcost.price.PriceTable;
import io.unitcost.price.PriceTableException;
import io.unitcost.price.source.LayerStatus.Kind;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers, subscribers, configuration and the daemon thread. */
class PriceSourcesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ManualTicker ticker = new ManualTicker();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        file = Files.writeString(folder.resolve("acme.json"), json("acme", "a", "1", "b", "1"));
    }

    private PriceSources.Builder builder() {
        return PriceSources.builder().background(false).ticker(ticker).clock(ticker.clock());
    }

    @Test
    void withoutAnythingItIsTheBundledTable() {
        try (PriceSources prices = builder().build()) {
            assertThat(prices.current()).isSameAs(PriceTable.bundled());
            assertThat(prices.refresh()).isFalse();
            assertThat(prices.layers()).singleElement().satisfies(layer -> {
                assertThat(layer.name()).isEqualTo("bundled");
                assertThat(layer.kind()).isEqualTo(Kind.BUNDLED);
                assertThat(layer.isWatched()).isFalse();
                assertThat(layer.tableId()).isEqualTo(PriceTable.bundled().id());
                assertThat(layer.knownAt()).isEqualTo(PriceTable.bundled().asOf() + "T00:00:00Z");
            });
        }
    }

    @Test
    void theHighestLayerThatHasAModelPricesIt() throws IOException {
        Path second = Files.writeString(folder.resolve("team.json"), json("team", "b", "20", "c", "20"));
        try (PriceServer server = new PriceServer();
                PriceSources prices = builder()
                        .override(table("mine", "a", "100"))
                        .file(file)
                        .file(second)
                        .remote(server.uri("/list.json"))
                        .fallback(table("base", "d", "4", "e", "4"))
                        .build()) {
            server.publishes(json("remote", "c", "3", "d", "3"), "\"1\"");
            assertThat(prices.refresh()).isTrue();
            assertThat(List.of("a", "b", "c", "d", "e", "f"))
                    .extracting(model -> price(prices, model))
                    .containsExactly("100", "1", "20", "3", "4", "none");
            assertThat(prices.current().id()).startsWith("mine+acme+team+remote+base@");
            assertThat(prices.layers().stream().map(LayerStatus::name))
                    .containsExactly("override", "acme.json", "team.json", "remote", "base");
        }
    }

    @Test
    void theTableOfALayerIsReplacedAsAWhole() {
        try (PriceSources prices = builder().file(file).bundled(false).build()) {
            PriceTable before = prices.current();
            replace(file, json("acme", "a", "2"));
            assertThat(prices.refresh()).isTrue();
            assertThat(price(prices, "a")).isEqualTo("2");
            assertThat(price(prices, "b")).isEqualTo("none");
            assertThat(price(before, "a")).isEqualTo("1");
        }
    }

    @Test
    void subscribersAreToldOfTheTableInForceAndOfEachAfterIt() {
        List<String> told = new ArrayList<>();
        try (PriceSources prices = builder().file(file).bundled(false).build()) {
            Runnable unsubscribe = prices.subscribe(table -> told.add(price(table, "a")));
            replace(file, json("acme", "a", "2"));
            prices.refresh();
            prices.refresh();
            replace(file, json("acme", "a", "3"));
            prices.refresh();
            unsubscribe.run();
            replace(file, json("acme", "a", "4"));
            prices.refresh();
            assertThat(told).containsExactly("1", "2", "3");
            assertThat(price(prices, "a")).isEqualTo("4");
        }
    }

    @Test
    void aSubscriberThatFailsIsCounted_andTheOthersAreTold() {
        List<String> told = new ArrayList<>();
        try (PriceSources prices = builder().file(file).bundled(false).build()) {
            boolean[] failing = new boolean[1];
            prices.subscribe(table -> {
                if (failing[0]) {
                    throw new IllegalStateException("not today");
                }
            });
            prices.subscribe(table -> told.add(price(table, "a")));
            failing[0] = true;
            replace(file, json("acme", "a", "2"));
            assertThat(prices.refresh()).isTrue();
            assertThat(told).containsExactly("1", "2");
            assertThat(prices.subscriberFailures()).isEqualTo(1);
            assertThat(prices.layers().get(0).failed()).isZero();
            assertThatThrownBy(() -> prices.subscribe(table -> {
                        throw new IllegalStateException("nor at the start");
                    }))
                    .hasMessage("nor at the start");
        }
    }

    @Test
    void aFileThatIsBrokenAtTheStartIsAnError() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.json"), "{ \"format\": ");
        assertThatThrownBy(() -> builder().file(broken).build())
                .isInstanceOf(PriceTableException.class)
                .hasMessageContaining("broken.json");
        assertThatThrownBy(() -> builder().file(folder.resolve("none.json")).build())
                .isInstanceOf(PriceTableException.class)
                .hasMessageContaining("none.json does not exist");
    }

    @Test
    void anotherCurrencyIsRefused() throws IOException {
        Path euros = Files.writeString(
                folder.resolve("euro.json"), json("euro", "a", "1").replace("USD", "EUR"));
        assertThatThrownBy(() -> builder().file(euros).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is in EUR but");
        Currency euro = Currency.getInstance("EUR");
        try (PriceSources prices = builder()
                .file(euros)
                .fallback(PriceTable.bundled().convertedTo(euro, "0.9"))
                .build()) {
            assertThat(prices.current().currency()).isEqualTo(euro);
            replace(euros, json("euro", "a", "2"));
            assertThat(prices.refresh()).isFalse();
            assertThat(prices.layers().get(0).lastFailure()).contains("is in USD but these prices are in EUR");
            assertThat(prices.refresh()).isFalse();
            assertThat(prices.layers().get(0).failed()).isEqualTo(2);
            assertThat(price(prices, "a")).isEqualTo("1");
        }
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatThrownBy(() -> builder().bundled(false).build())
                .hasMessage(
                        "price sources: no layer has prices; give a file or an override, or leave the bundled table in");
        assertThatThrownBy(() -> builder()
                        .bundled(false)
                        .remote(URI.create("https://prices.example/list.json"))
                        .build())
                .hasMessageContaining("no layer has prices before the remote list has answered");
        assertThatThrownBy(() -> builder().checkFilesEvery(Duration.ZERO))
                .hasMessage("interval of files: PT0S is out of range; give more than 0 and at most PT87600H");
        assertThatThrownBy(() -> builder().remoteEvery(Duration.ofSeconds(-1)))
                .hasMessageContaining("interval of the remote list: PT-1S");
        assertThatThrownBy(() -> builder().remoteTimeout(Duration.ofDays(100_000)))
                .hasMessageContaining("time-out of the remote list");
        assertThatThrownBy(() -> builder().remoteMaxBytes(0)).hasMessageContaining("0 bytes is out of range");
    }

    @Test
    void refusesAddressesThatCannotBeTrusted() {
        Map<String, String> refused = Map.of(
                "http://prices.example/list.json", "is not encrypted",
                "http://127.0.0.1.prices.example/list.json", "is not encrypted",
                "ftp://prices.example/list.json", "is not an address to fetch",
                "file:///etc/prices.json", "is not an address to fetch",
                "list.json", "is not an address to fetch",
                "https://user:secret@prices.example/list.json?key=secret", "what authorizes in remoteHeaders");
        refused.forEach((address, why) -> assertThatThrownBy(
                        () -> builder().remote(URI.create(address)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("remote list: ")
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret"));
        for (String address : List.of("http://localhost:1/x", "http://[::1]:1/x", "https://prices.example/x")) {
            builder().remote(URI.create(address)).build().close();
        }
        builder()
                .remote(URI.create("http://prices.example/list.json"))
                .allowPlainHttp()
                .build()
                .close();
    }

    @Test
    void filesOfTheSameNameAreToldApart() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path twin = Files.writeString(other.resolve("acme.json"), json("twin", "c", "1"));
        Path remote = Files.writeString(other.resolve("remote"), json("odd", "d", "1"));
        try (PriceSources prices = builder().file(file).file(twin).file(remote).build()) {
            assertThat(prices.layers().stream().map(LayerStatus::name))
                    .containsExactly("acme.json", "acme.json#2", "remote#2", "bundled");
        }
    }

    @Test
    void looksAtFilesWhenTheirIntervalIsOver() {
        try (PriceSources prices = builder()
                .file(file)
                .bundled(false)
                .checkFilesEvery(Duration.ofSeconds(10))
                .build()) {
            replace(file, json("acme", "a", "2"));
            prices.lookAtWhatIsDue();
            ticker.advance(Duration.ofSeconds(8));
            prices.lookAtWhatIsDue();
            assertThat(price(prices, "a")).isEqualTo("1");
            assertThat(prices.nanosToWait()).isBetween(1L, Duration.ofSeconds(2).toNanos());
            ticker.advance(Duration.ofSeconds(2));
            assertThat(prices.nanosToWait()).isZero();
            prices.lookAtWhatIsDue();
            assertThat(price(prices, "a")).isEqualTo("2");
            assertThat(prices.nanosToWait()).isPositive();
        }
    }

    @Test
    void aNewDateAloneIsAChangeToo() {
        try (PriceSources prices = builder().file(file).bundled(false).build()) {
            String id = prices.current().id();
            replace(file, json("acme", "a", "1", "b", "1").replace("2026-11-01", "2026-11-02"));
            assertThat(prices.refresh()).isTrue();
            assertThat(prices.current().id()).isEqualTo(id);
            assertThat(prices.current().asOf()).isEqualTo(LocalDate.of(2026, 11, 2));
            assertThat(prices.layers().get(0).knownAt()).isEqualTo("2026-11-02T00:00:00Z");
            assertThat(prices.layers().get(0).updated()).isEqualTo(1);
        }
    }

    @Test
    void afterCloseNothingMoves() {
        List<String> told = new ArrayList<>();
        PriceSources prices = builder().file(file).bundled(false).build();
        prices.subscribe(table -> told.add(price(table, "a")));
        prices.close();
        prices.close();
        replace(file, json("acme", "a", "2"));
        assertThat(prices.refresh()).isFalse();
        assertThat(price(prices, "a")).isEqualTo("1");
        assertThat(told).containsExactly("1");
    }

    @Test
    void aDaemonThreadLooksByItself_andEndsWithTheSources() throws Exception {
        PriceSources prices = PriceSources.builder()
                .file(file)
                .bundled(false)
                .checkFilesEvery(Duration.ofMillis(5))
                .build();
        CountDownLatch told = new CountDownLatch(2);
        prices.subscribe(table -> told.countDown());
        replace(file, json("acme", "a", "2"));
        assertThat(told.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        Thread thread = Objects.requireNonNull(watcher());
        assertThat(thread.isDaemon()).isTrue();
        prices.close();
        thread.join(PATIENCE.toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void theDaemonThreadEndsWhenNobodyHasTheSourcesAnyMore() throws Exception {
        @Nullable
        PriceSources prices = PriceSources.builder()
                .file(file)
                .bundled(false)
                .checkFilesEvery(Duration.ofMillis(5))
                .build();
        Thread thread = Objects.requireNonNull(watcher());
        WeakReference<PriceSources> gone = new WeakReference<>(prices);
        prices = null;
        for (int i = 0; i < 200 && thread.isAlive(); i++) {
            System.gc();
            thread.join(100);
        }
        assertThat(thread.isAlive()).isFalse();
        assertThat(gone.get()).isNull();
    }

    @Test
    void thereIsNoThreadWithoutAnythingToLookAt() {
        PriceSources prices =
                PriceSources.builder().override(table("mine", "a", "1")).build();
        assertThat(watcher()).isNull();
        prices.close();
    }

    private static @Nullable Thread watcher() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("unitcost-prices"))
                .findFirst()
                .orElse(null);
    }
}
