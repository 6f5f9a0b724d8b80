package io.unitcost.price.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A minute of time with another price file every 10 ms, under eight threads that price requests without a pause. */
class HotReloadTest {

    private static final int THREADS = 8;
    private static final Duration INTERVAL = Duration.ofMillis(10);
    /** A minute of them in profile {@code long}, six seconds otherwise. */
    private static final int RELOADS = (int)
            Duration.ofSeconds(Boolean.getBoolean("unitcost.long") ? 60 : 6).dividedBy(INTERVAL);

    private static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");
    private static final Usage PLAIN = Usage.of(Unit.INPUT_TOKENS, 1_000);
    private static final Usage CACHED = Usage.of(Unit.INPUT_TOKENS, 1_000, Unit.CACHE_READ_TOKENS, 400);

    private final ManualTicker ticker = new ManualTicker();
    private final PrintStream console = System.err;
    private final AtomicBoolean over = new AtomicBoolean();
    private final ThreadLocal<RequestCost> published = new ThreadLocal<>();

    /** Each reload raises every price of the file: model {@code a} costs this many dollars a million tokens. */
    private final Map<String, Integer> versions = new ConcurrentHashMap<>();

    /** Six thousand lines about prices that changed are not what a build is read for. */
    @BeforeEach
    void mute() {
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }

    @AfterEach
    void unmute() {
        System.setErr(console);
    }

    @Test
    void eachResultIsPricedByTheOneTableWhoseIdItCarries(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("prices.json"), priced(1));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                PriceSources prices = PriceSources.builder()
                        .file(file)
                        .checkFilesEvery(INTERVAL)
                        .fallback(Lists.table("base", "below", "7"))
                        .background(false)
                        .ticker(ticker)
                        .clock(ticker.clock())
                        .build();
                CostMeter meter = CostMeter.builder()
                        .prices(prices)
                        .listener(published::set)
                        .build()) {
            ExecutorService pool = Executors.newFixedThreadPool(THREADS);
            List<Future<Map<String, Set<Money>>>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(pool.submit(() -> priceWithoutAPause(meter, prices)));
            }
            versions.put(prices.current().id(), 1);
            for (int version = 2; version <= RELOADS + 1; version++) {
                channel.write(ByteBuffer.wrap(priced(version).getBytes(StandardCharsets.UTF_8)), 0);
                ticker.advance(INTERVAL);
                prices.lookAtWhatIsDue();
                versions.put(prices.current().id(), version);
            }
            over.set(true);
            pool.shutdown();
            Set<String> seen = new HashSet<>();
            for (Future<Map<String, Set<Money>>> one : running) {
                one.get(60, TimeUnit.SECONDS).forEach((table, totals) -> {
                    assertThat(totals).as(table).containsExactly(expected(Objects.requireNonNull(versions.get(table))));
                    seen.add(table);
                });
            }
            assertThat(prices.layers().get(0)).matches(layer -> layer.updated() == RELOADS && layer.failed() == 0);
            assertThat(versions).hasSize(RELOADS + 1);
            assertThat(seen).as("tables that priced something").hasSizeGreaterThan(RELOADS / 100);
            for (CostMeter.Site site : CostMeter.Site.values()) {
                assertThat(meter.errors(site)).as(site.label()).isZero();
            }
        }
    }

    /** What one and the same request cost, by the id of the table that priced it. */
    private Map<String, Set<Money>> priceWithoutAPause(CostMeter meter, PriceSources prices) {
        Map<String, Set<Money>> totals = new HashMap<>();
        while (!over.get()) {
            RequestMeter request = meter.open("chat");
            request.record(Attempt.of("p", "a").usage(PLAIN).build());
            request.record(Attempt.of("p", "a").usage(CACHED).build());
            request.record(Attempt.of("p", "b").usage(PLAIN).build());
            request.record(Attempt.of("p", "below").usage(PLAIN).build());
            request.end(Outcome.DELIVERED);
            RequestCost cost = published.get();
            add(totals, cost.priceTable(), cost.total());
            PriceTable table = prices.current();
            Money.Sum sum = Money.sum(Money.USD);
            sum.add(charge(table, "a", PLAIN)).add(charge(table, "a", CACHED));
            sum.add(charge(table, "b", PLAIN)).add(charge(table, "below", PLAIN));
            add(totals, table.id(), sum.toMoney());
        }
        return totals;
    }

    private static void add(Map<String, Set<Money>> totals, String table, Money total) {
        totals.computeIfAbsent(table, id -> new HashSet<>()).add(total);
    }

    private static Money charge(PriceTable table, String model, Usage usage) {
        return Objects.requireNonNull(table.charge("p", model, usage, NOON).cost());
    }

    private static Money expected(int version) {
        // 1000 a + (600 a + 400 × 2 a) + 1000 × 3 a, and 1000 × 7, per million
        return Money.usd("0.000001").times(5_400L * version + 7_000);
    }

    /** Each a little longer than the one before: written over it, and not the same size within a tick of the file's clock. */
    private static String priced(int version) {
        return Lists.json("list", "a", "" + version, "b", "" + 3 * version)
                        .replaceFirst("per 1M\"", "per 1M\", \"cache_read_tokens\": \"" + 2 * version + " per 1M\"")
                + " ".repeat(version);
    }
}
