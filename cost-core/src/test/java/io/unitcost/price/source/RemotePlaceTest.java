package io.unitcost.price.source;

import static io.unitcost.price.source.Lists.json;
import static io.unitcost.price.source.Lists.price;
import static io.unitcost.price.source.Lists.table;
import static io.unitcost.price.source.PriceServer.bytes;
import static io.unitcost.price.source.PriceServer.zipped;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.unitcost.ManualTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What servers do to somebody who only wants a price list. */
class RemotePlaceTest {

    private static final String ONE = json("list", "a", "1");
    private static final String TWO = json("list", "a", "2");
    private static final int MOST_BYTES = 10_000;

    private final ManualTicker ticker = new ManualTicker();
    private final PriceServer server = new PriceServer();
    private final PriceSources prices = builder().build();

    private PriceSources.Builder builder() {
        return PriceSources.builder()
                .remote(server.uri("/list.json?key=secret"))
                .remoteEvery(Duration.ofHours(6))
                .remoteMaxBytes(MOST_BYTES)
                .fallback(table("base", "a", "4"))
                .background(false)
                .ticker(ticker)
                .clock(ticker.clock());
    }

    @AfterEach
    void close() {
        prices.close();
        server.close();
    }

    @Test
    void isTakenOverTheLayerBelow() {
        assertThat(price(prices, "a")).isEqualTo("4");
        assertThat(status().tableId()).isNull();
        assertThat(status().knownAt()).isNull();
        server.publishes(ONE, "\"1\"");
        assertThat(prices.refresh()).isTrue();
        assertThat(price(prices, "a")).isEqualTo("1");
        assertThat(status().tableId()).startsWith("list@");
        assertThat(status().knownAt()).isEqualTo("2026-11-02T12:00:00Z");
        assertThat(server.lastAsked().getFirst("User-Agent")).matches("unitcost/\\S+");
        assertThat(server.lastAsked().getFirst("Accept-Encoding")).isEqualTo("gzip");
        assertThat(server.lastAsked().getFirst("If-None-Match")).isNull();
    }

    @Test
    void isFetchedAgainOnlyWhenItHasChanged() {
        server.publishes(ONE, "\"1\"");
        prices.refresh();
        ticker.advance(Duration.ofHours(7));
        assertThat(prices.refresh()).isFalse();
        assertThat(server.lastAsked().getFirst("If-None-Match")).isEqualTo("\"1\"");
        assertThat(server.lastAsked().getFirst("If-Modified-Since")).isEqualTo("Mon, 02 Nov 2026 12:00:00 GMT");
        assertThat(status()).matches(s -> s.updated() == 1 && s.unchanged() == 1 && s.failed() == 0);
        assertThat(status().knownAt()).isEqualTo("2026-11-02T19:00:00Z");
        server.publishes(TWO, "\"2\"");
        assertThat(prices.refresh()).isTrue();
        assertThat(price(prices, "a")).isEqualTo("2");
    }

    @Test
    void theSameContentAgainIsNoChange() {
        server.says(200, ONE);
        prices.refresh();
        assertThat(prices.refresh()).isFalse();
        assertThat(status()).matches(s -> s.updated() == 1 && s.unchanged() == 1);
    }

    @Test
    void mayBeZipped() {
        server.answer = exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            PriceServer.send(exchange, 200, zipped(bytes(ONE)));
        };
        assertThat(prices.refresh()).isTrue();
        assertThat(price(prices, "a")).isEqualTo("1");
    }

    @Test
    void keepsTheLastGoodList_whateverTheServerSays() {
        server.publishes(ONE, "\"1\"");
        prices.refresh();
        Map<String, Runnable> answers = Map.of(
                "says 500", () -> server.says(500, "x".repeat(100_000)),
                "says 404", () -> server.says(404, ""),
                "says 204", () -> server.says(204, ""),
                "not valid JSON", () -> server.says(200, "<html>sign in</html>"),
                "list.json", () -> server.says(200, ONE.substring(0, 100)),
                "is in EUR", () -> server.says(200, ONE.replace("USD", "EUR")),
                "more than 10000 bytes", () -> server.says(200, ONE + " ".repeat(MOST_BYTES)),
                "is packed as br",
                        () -> server.answer = exchange -> {
                            exchange.getResponseHeaders().set("Content-Encoding", "br");
                            PriceServer.send(exchange, 200, bytes(ONE));
                        },
                "cannot be fetched", () -> server.answer = HttpExchange::close);
        int failed = 0;
        for (Map.Entry<String, Runnable> answer : answers.entrySet()) {
            answer.getValue().run();
            assertThat(prices.refresh()).as(answer.getKey()).isFalse();
            assertThat(status().failed()).isEqualTo(++failed);
            assertThat(status().lastFailure())
                    .contains(answer.getKey())
                    .doesNotContain("secret")
                    .hasSizeLessThan(500);
            assertThat(price(prices, "a")).isEqualTo("1");
        }
        server.publishes(TWO, "\"2\"");
        assertThat(prices.refresh()).isTrue();
        assertThat(status().lastFailure()).isNull();
        assertThat(price(prices, "a")).isEqualTo("2");
    }

    @Test
    void aListThatWasRefusedDoesNotCountAsKnown() {
        server.publishes("garbage", "\"1\"");
        prices.refresh();
        prices.refresh();
        assertThat(server.lastAsked().getFirst("If-None-Match")).isNull();
        assertThat(status().failed()).isEqualTo(2);
        server.publishes(ONE, "\"2\"");
        prices.refresh();
        server.publishes("garbage", "\"3\"");
        prices.refresh();
        prices.refresh();
        assertThat(status().failed()).isEqualTo(4);
        server.publishes(ONE, "\"2\"");
        prices.refresh();
        assertThat(status()).matches(s -> s.updated() == 1 && s.unchanged() == 1 && s.lastFailure() == null);
    }

    @Test
    void aServerMayNotSayUnchangedBeforeItHasSaidAnything() {
        server.answer = exchange -> exchange.sendResponseHeaders(304, -1);
        prices.refresh();
        assertThat(status().lastFailure()).endsWith("/list.json says 304 without having been asked for changes");
    }

    @Test
    void hangsUpOnABodyWithoutEnd() {
        AtomicInteger sent = new AtomicInteger();
        CountDownLatch hungUp = new CountDownLatch(1);
        server.answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = new byte[1_000];
            try {
                while (true) {
                    exchange.getResponseBody().write(block);
                    sent.addAndGet(block.length);
                }
            } catch (IOException e) {
                hungUp.countDown();
            }
        };
        prices.refresh();
        assertThat(status().lastFailure())
                .contains("the list has more than 10000 bytes; raise remoteMaxBytes if it may");
        assertThat(await(hungUp)).isTrue();
    }

    @Test
    void hangsUpOnASmallBodyThatUnpacksToALargeOne() {
        server.answer = exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            byte[] bomb = zipped(new byte[1_000_000]);
            assertThat(bomb.length).isLessThan(MOST_BYTES);
            PriceServer.send(exchange, 200, bomb);
        };
        prices.refresh();
        assertThat(status().lastFailure()).contains("the list has more than 10000 bytes");
    }

    @Test
    void doesNotWaitForABodyThatTrickles_norForAnAnswerThatNeverComes() {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch hungUp = new CountDownLatch(1);
        try (PriceSources hasty =
                builder().remoteTimeout(Duration.ofMillis(100)).build()) {
            server.answer = exchange -> {
                exchange.sendResponseHeaders(200, 0);
                try {
                    do {
                        exchange.getResponseBody().write(' ');
                        exchange.getResponseBody().flush();
                    } while (!over.await(5, TimeUnit.MILLISECONDS));
                } catch (IOException | InterruptedException e) {
                    hungUp.countDown();
                }
            };
            hasty.refresh();
            assertThat(hasty.layers().get(0).lastFailure())
                    .endsWith("/list.json gave no complete answer within 100 ms");
            assertThat(await(hungUp)).isTrue();
            server.answer = exchange -> await(over);
            hasty.refresh();
            assertThat(hasty.layers().get(0).failed()).isEqualTo(2);
            over.countDown();
            server.publishes(ONE, "\"1\"");
            assertThat(hasty.refresh()).isTrue();
        } finally {
            over.countDown();
        }
    }

    @Test
    void followsRedirectsOnTheSameServer() {
        server.answer = exchange -> {
            if (exchange.getRequestURI().getPath().equals("/list.json")) {
                exchange.getResponseHeaders().set("Location", "/v2/list.json");
                PriceServer.send(exchange, 302, bytes("moved"));
            } else {
                PriceServer.send(exchange, 200, bytes(ONE));
            }
        };
        assertThat(prices.refresh()).isTrue();
        assertThat(server.asked).hasSize(2);
    }

    @Test
    void followsNoRedirectToAnotherServer_andNoneForEver() {
        try (PriceServer other = new PriceServer()) {
            other.publishes(ONE, "\"1\"");
            redirectsTo(other.uri("/list.json?key=secret").toString());
            prices.refresh();
            assertThat(status().lastFailure())
                    .contains("redirects to " + other.uri("/list.json") + " on another server")
                    .doesNotContain("secret");
            assertThat(other.asked).isEmpty();
        }
        for (String location : new String[] {"ftp://127.0.0.1/list.json", "http://prices.example/", "mailto:x", "::"}) {
            redirectsTo(location);
            prices.refresh();
            assertThat(status().lastFailure()).as(location).contains("redirects to");
        }
        redirectsTo("/list.json");
        int before = server.asked.size();
        prices.refresh();
        assertThat(status().lastFailure()).endsWith("redirects more than 5 times");
        assertThat(server.asked).hasSize(before + 6);
    }

    @Test
    void sendsTheHeadersItIsGiven_eachTimeAnew() {
        AtomicInteger token = new AtomicInteger();
        try (PriceSources authorized = builder()
                .remoteHeaders(() -> Map.of("Authorization", "Bearer " + token.incrementAndGet()))
                .build()) {
            server.publishes(ONE, "\"1\"");
            authorized.refresh();
            authorized.refresh();
            assertThat(server.lastAsked().getFirst("Authorization")).isEqualTo("Bearer 2");
        }
    }

    @Test
    void headersThatCannotBeSentAreAFailure_whichDoesNotTellThem() {
        try (PriceSources broken = builder()
                        .remoteHeaders(() -> Map.of("Authorization", "secret\n"))
                        .build();
                PriceSources failing = builder()
                        .remoteHeaders(() -> {
                            throw new IllegalStateException("no token today");
                        })
                        .build()) {
            broken.refresh();
            assertThat(broken.layers().get(0).lastFailure())
                    .isEqualTo("the header Authorization cannot be sent; give it another name or value");
            failing.refresh();
            assertThat(failing.layers().get(0).lastFailure()).contains("no token today");
            assertThat(server.asked).isEmpty();
        }
    }

    @Test
    void aServerThatIsNotThereIsAFailure() {
        server.close();
        prices.refresh();
        assertThat(status().lastFailure()).contains("/list.json cannot be fetched: ");
        assertThat(price(prices, "a")).isEqualTo("4");
    }

    @Test
    void isAskedAgainSoonAfterAFailure_thenLaterAndLater() {
        prices.lookAtWhatIsDue();
        assertThat(server.asked).hasSize(1);
        long least = Duration.ofSeconds(15).toNanos();
        long most = Duration.ofSeconds(30).toNanos();
        long longest = Duration.ofHours(6).toNanos();
        for (int i = 2; i < 20; i++) {
            assertThat(prices.nanosToWait()).isBetween(Math.min(least, longest / 2), Math.min(most, longest));
            ticker.advance(Duration.ofNanos(prices.nanosToWait() - 1));
            prices.lookAtWhatIsDue();
            assertThat(server.asked).hasSize(i - 1);
            ticker.advance(Duration.ofNanos(1));
            prices.lookAtWhatIsDue();
            assertThat(server.asked).hasSize(i);
            least *= 2;
            most *= 2;
        }
        server.publishes(ONE, "\"1\"");
        ticker.advance(Duration.ofHours(6));
        prices.lookAtWhatIsDue();
        assertThat(price(prices, "a")).isEqualTo("1");
        assertThat(prices.nanosToWait()).isBetween(longest / 10 * 9, longest);
        server.says(500, "");
        prices.refresh();
        assertThat(prices.nanosToWait())
                .as("failures are counted from the last success")
                .isLessThanOrEqualTo(Duration.ofSeconds(30).toNanos());
    }

    @Test
    void anInterruptedLookIsNoFailure() {
        Thread.currentThread().interrupt();
        assertThat(prices.refresh()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(status().failed()).isZero();
    }

    private void redirectsTo(String location) {
        server.answer = exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            PriceServer.send(exchange, 301, bytes("moved"));
        };
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private LayerStatus status() {
        return prices.layers().get(0);
    }
}
