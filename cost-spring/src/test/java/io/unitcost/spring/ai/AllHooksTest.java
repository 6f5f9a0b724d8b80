package io.unitcost.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.RequestCost;
import io.unitcost.http.HttpCosts;
import io.unitcost.http.OkHttpCosts;
import io.unitcost.testing.Answer;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.ai.openai.http.okhttp.OpenAiHttpClientBuilderCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.Disposable;

/** With the transport hook of cost-http below Spring AI: nothing counts twice, nothing is lost. */
@Timeout(120)
@Execution(ExecutionMode.SAME_THREAD) // one server
class AllHooksTest {

    private static final int AT_ONCE = 40;
    private static SpringAiApplication app;

    @Configuration(proxyBeanMethods = false)
    static class Hook {

        @Bean
        OpenAiHttpClientBuilderCustomizer okHttpCosts(ObjectProvider<CostMeter> meter) {
            return builder -> builder.interceptor(OkHttpCosts.interceptor(HttpCosts.builder(meter.getObject())
                    .provider("127.0.0.1", "openai")
                    .build()));
        }

        @Bean
        MeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }
    }

    @BeforeAll
    static void start() {
        app = SpringAiApplication.start(Hook.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void emptyLedger() {
        app.ledger.clear();
        app.costs.drain();
    }

    @AfterEach
    void nothingElseWasPublished() {
        app.costs.assertNothingLeft();
    }

    @Test
    void aCallWithRefusalsIsOneCall() throws Exception {
        app.server.answers(OpenAiLedger.unavailable(), OpenAiLedger.unavailable(), app.ledger.chat("At last."));

        RequestCost cost = app.costOf(() -> app.client().prompt("Hello").call().content());

        assertThat(cost.attempts())
                .extracting(AttemptCost::result)
                .containsExactly(AttemptCost.Result.RETRIED, AttemptCost.Result.RETRIED, AttemptCost.Result.DELIVERED);
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void aStreamWithRefusalsIsOneCall() throws Exception {
        app.server.answers(OpenAiLedger.unavailable(), OpenAiLedger.unavailable(), app.ledger.stream("At", " last."));

        RequestCost cost = app.costOf(() ->
                app.client().prompt("Hello").stream().content().collectList().block());

        assertThat(cost.attempts())
                .extracting(AttemptCost::result)
                .containsExactly(AttemptCost.Result.RETRIED, AttemptCost.Result.RETRIED, AttemptCost.Result.DELIVERED);
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void whatIsAlwaysRefusedHasAsManyAttemptsAsRequests() {
        app.server.answers(OpenAiLedger.unavailable());

        assertThatThrownBy(() ->
                        app.costOf(() -> app.client().prompt("Hello").call().content()))
                .isNotNull();
        assertThatThrownBy(() -> app.costOf(
                        () -> app.client().prompt("Hello").stream().content().blockLast()))
                .isNotNull();

        for (RequestCost cost : app.costs.take(2)) {
            assertThat(cost.attempts())
                    .extracting(AttemptCost::result)
                    .containsExactly(
                            AttemptCost.Result.RETRIED,
                            AttemptCost.Result.RETRIED,
                            AttemptCost.Result.RETRIED,
                            AttemptCost.Result.FAILED);
        }
    }

    @Test
    void embeddingsAreCountedOnce() throws Exception {
        app.server.answers(app.ledger.embeddings(1, 1_000_000));

        RequestCost cost = app.costOf(() -> app.context
                .getBean(org.springframework.ai.embedding.EmbeddingModel.class)
                .embed("some words"));

        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.total().amount()).isEqualByComparingTo(OpenAiLedger.EMBEDDED);
    }

    @Test
    void aStreamThatIsGivenUpIsCountedOnce() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch twoWords = new CountDownLatch(2);
        app.server.answers(app.ledger.stream("Once upon a time", " there was", " a fox")
                .pausedBefore(3, gate)
                .pausedBefore(4, end));
        long duplicates = app.meter.duplicates();

        RequestCost cost = app.costOf(() -> {
            Disposable reader =
                    app.client().prompt("Tell me a story").stream().content().subscribe(word -> twoWords.countDown());
            twoWords.await();
            return CompletableFuture.runAsync(reader::dispose);
        });
        // the SDK gives up when something more comes; the hook below sees that, or a whole answer if it is late
        gate.countDown();
        end.countDown();

        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.attempts().get(0).attempt().status()).isEqualTo(Attempt.Status.CANCELLED);
        app.costs.assertNothingLeft();
        assertThat(app.meter.duplicates()).isBetween(duplicates, duplicates + 1);
    }

    @RepeatedTest(5)
    void manyStreamsAtOnceAreExact() throws Exception {
        app.server.answersBy(request -> app.ledger.stream("One", " two", " three", " four"));
        ExecutorService users = Executors.newFixedThreadPool(AT_ONCE);
        try {
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<?>[] streams = IntStream.range(0, AT_ONCE)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> {
                                var request = app.meter.open("chat");
                                try (var scope = request.makeCurrent()) {
                                    go.await();
                                    app.client().prompt("Count to four").stream()
                                            .content()
                                            .collectList()
                                            .block();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                } finally {
                                    request.end(io.unitcost.Outcome.DELIVERED);
                                }
                            },
                            users))
                    .toArray(CompletableFuture[]::new);
            go.countDown();
            CompletableFuture.allOf(streams).get();
        } finally {
            users.shutdownNow();
        }

        BigDecimal sum = BigDecimal.ZERO;
        for (RequestCost cost : app.costs.take(AT_ONCE)) {
            assertThat(cost.attempts()).hasSize(1);
            assertThat(cost.feature()).isEqualTo("chat");
            assertThat(cost.estimatedAttempts()).isZero();
            sum = sum.add(cost.total().amount());
        }
        assertThat(sum).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void springAisOwnMetersStayAsTheyAre() throws Exception {
        try (SpringAiApplication with = SpringAiApplication.start(Hook.class);
                SpringAiApplication without =
                        SpringAiApplication.start(Map.of("unitcost.spring-ai.enabled", false), Hook.class)) {
            askBothWays(with);
            askBothWays(without);
            // the last observations of a stream end after its reader has all of it
            await(() -> springAiMeters(with).size() > 9 && springAiMeters(with).equals(springAiMeters(without)));
            assertThat(springAiMeters(with)).isEqualTo(springAiMeters(without)).hasSizeGreaterThan(9);
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private static void askBothWays(SpringAiApplication any) throws Exception {
        any.server.answersBy(request -> request.text().contains("\"stream\":true") ? fixedStream() : fixedChat());
        any.client().prompt("Hello").call().content();
        any.client().prompt("Hello").stream().content().collectList().block();
    }

    private static Answer fixedChat() {
        return new OpenAiLedger().chat("Fine.");
    }

    private static Answer fixedStream() {
        return new OpenAiLedger().stream("Fine.");
    }

    /** How often each of Spring AI's meters moved; those of an advisor of ours are our own. */
    private static Map<String, Double> springAiMeters(SpringAiApplication any) {
        MeterRegistry registry = any.context.getBean(MeterRegistry.class);
        Map<String, Double> counts = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            Meter.Id id = meter.getId();
            boolean springAi = id.getName().startsWith("gen_ai.")
                    || id.getName().startsWith("spring.ai")
                    || id.getName().startsWith("okhttp.requests")
                    || id.getName().startsWith("db.vector");
            if (springAi && !id.toString().contains("unitcost")) {
                meter.measure().forEach(measurement -> {
                    String name = id.getName() + id.getTags() + measurement.getStatistic();
                    if (measurement.getStatistic().name().equals("COUNT")) {
                        counts.merge(
                                name.replaceAll("port=[^,\\]]*|target.port[^,\\]]*", ""),
                                measurement.getValue(),
                                Double::sum);
                    }
                });
            }
        }
        return counts;
    }
}
