package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.RequestCost;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import io.unitcost.testing.ReceivedRequest;
import io.unitcost.usage.SeenText;
import io.unitcost.usage.TokenEstimator;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** With the hook and without it an application sees the same, and so does the server; also when the hook fails. */
class MeteredHttpClientTransparencyTest {

    private static final int CASES = Boolean.getBoolean("unitcost.long") ? 10_000 : 1_000;
    private static final String NUMBER = "X-Number";

    @Test
    void everyAnswerIsSeenAsItIs() {
        try (Loopback loopback = Loopback.start()) {
            HttpClient plain = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build();
            HttpClient metered = loopback.metered(HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build());
            loopback.server.answersBy(request -> {
                long number = Long.parseLong(request.header(NUMBER));
                return number % 37 == 0 && !request.target().endsWith("again")
                        ? Answer.empty(308).redirectTo(loopback.server.uri(request.target() + "again"))
                        : answer(new Random(number));
            });
            int read = 0;
            for (int number = 0; number < CASES; number++) {
                Seen.Way way = Seen.Way.values()[number % 4];
                Seen bare = Seen.of(plain, request(loopback.server.uri(), number), way);
                Seen hooked = Seen.of(metered, request(loopback.server.uri(), number), way);
                hooked.assertSameAs(bare, "case " + number);
                read += hooked.body().remaining();
            }
            assertThat(read).isGreaterThan(CASES * 1_000);
            assertSentTheSame(loopback.server.requests());
            List<RequestCost> costs = loopback.costs.drain();
            assertThat(costs.stream().flatMap(cost -> cost.attempts().stream()).map(AttemptCost::result))
                    .hasSizeGreaterThan(CASES / 2)
                    .contains(AttemptCost.Result.DELIVERED, AttemptCost.Result.FAILED);
        }
    }

    private static void assertSentTheSame(List<ReceivedRequest> requests) {
        List<List<Object>> sent = requests.stream()
                .map(request -> List.<Object>of(
                        request.method(),
                        request.target(),
                        request.version(),
                        request.headers(),
                        Arrays.hashCode(request.body())))
                .toList();
        int number = 0;
        for (int i = 0; i < sent.size(); number++) {
            int count = 1; // a redirect is two
            while (!requests.get(i + count).target().equals(requests.get(i).target())) {
                count++;
            }
            assertThat(sent.subList(i + count, i + 2 * count)).isEqualTo(sent.subList(i, i + count));
            i += 2 * count;
        }
        assertThat(number).isEqualTo(CASES);
    }

    private static HttpRequest request(URI server, int number) {
        Random random = new Random(~number);
        String path =
                one(random, Loopback.CHAT, Loopback.CHAT, "/v1/messages", "/v1/responses", "/api/chat", "/orders");
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path + "?n=" + number))
                .header(NUMBER, Integer.toString(number))
                .header("Accept-Encoding", one(random, "gzip", "identity", "br"))
                .POST(body(random));
        if (random.nextInt(10) == 0) {
            request.header("X-Twice", "1").header("X-Twice", "2").timeout(Duration.ofSeconds(20));
        }
        if (random.nextInt(20) == 0) {
            request.expectContinue(true);
        }
        return random.nextInt(10) == 0 ? new MeteredHttpClientTest.OwnRequest(request.build()) : request.build();
    }

    private static BodyPublisher body(Random random) {
        byte[] noise = new byte[random.nextInt(3_000)];
        random.nextBytes(noise);
        byte[] bytes = one(
                random,
                Loopback.ASKED.getBytes(StandardCharsets.UTF_8),
                Loopback.ASKED_STREAM.getBytes(StandardCharsets.UTF_8),
                noise);
        return switch (random.nextInt(5)) {
            case 0 -> BodyPublishers.ofByteArrays(List.of(bytes, bytes));
            case 1 -> BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
            case 2 -> BodyPublishers.ofString(new String(bytes, StandardCharsets.ISO_8859_1));
            case 3 -> BodyPublishers.noBody();
            default -> BodyPublishers.ofByteArray(bytes);
        };
    }

    private static Answer answer(Random random) {
        Answer answer = content(random);
        for (int i = random.nextInt(4); i > 0; i--) {
            answer = answer.header("X-Some-" + random.nextInt(9), "value " + random.nextInt());
        }
        answer = switch (random.nextInt(4)) {
            case 0 -> answer.chunked();
            case 1 -> answer.untilClose();
            case 2 -> answer.contentLength();
            default -> answer;
        };
        if (random.nextInt(4) == 0) {
            answer = answer.gzip();
        }
        if (random.nextInt(3) == 0) {
            answer = answer.inPiecesOf(1 + random.nextInt(200));
        }
        if (random.nextInt(6) == 0) {
            answer = answer.status(one(random, 201, 204, 400, 404, 429, 500, 503));
        }
        if (random.nextInt(12) == 0) {
            answer = answer.cutAfter(random.nextInt(400), Cut.FIN);
        }
        return answer;
    }

    private static Answer content(Random random) {
        Answers answers = Answers.of("m", random.nextInt(5_000), random.nextInt(500), "r" + random.nextInt())
                .text(one(random, "Hi", "äöü € 😀", "\"usage\":{", "x".repeat(random.nextInt(9_000))));
        byte[] noise = new byte[random.nextInt(20_000)];
        random.nextBytes(noise);
        return switch (random.nextInt(9)) {
            case 0 -> answers.chat();
            case 1 -> answers.chatStream();
            case 2 -> answers.chatStreamWithUsage();
            case 3 -> answers.message();
            case 4 -> answers.messageStream();
            case 5 -> answers.responseStream();
            case 6 -> Answers.badRequest();
            case 7 ->
                Answer.body(200, "application/json", noise)
                        .header("Content-Encoding", one(random, "gzip", "deflate", "br", "identity", "x"));
            default -> Answer.body(200, "text/plain", noise);
        };
    }

    @SafeVarargs
    private static <T> T one(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Kinds of failure that code of ours, or of the application, may have. */
    enum Failure {
        EXCEPTION(() -> new IllegalStateException("injected")),
        ERROR(() -> new AssertionError("injected")),
        LINKAGE(() -> new NoClassDefFoundError("injected")),
        STACK(() -> new StackOverflowError("injected"));

        private final Supplier<Throwable> failure;

        Failure(Supplier<Throwable> failure) {
            this.failure = failure;
        }

        <T> T fail() {
            return Failure.<RuntimeException, T>asIs(failure.get());
        }

        @SuppressWarnings("unchecked")
        private static <E extends Throwable, T> T asIs(Throwable failure) throws E {
            throw (E) failure;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEstimatorThatFailsChangesNothing(Failure failure) {
        TokenEstimator failing = (text, model) -> failure.fail();
        assertUnchanged(
                Loopback.start(hooks -> hooks.estimator(failing)),
                Loopback.answer().chatStream());
    }

    @ParameterizedTest
    @EnumSource
    void anEstimatorThatFailsAtOnceChangesNothing(Failure failure) {
        TokenEstimator failing = new TokenEstimator() {
            @Override
            public long tokens(SeenText text, @Nullable String model) {
                return 1;
            }

            @Override
            public boolean wantsSample() {
                return failure.fail();
            }
        };
        assertUnchanged(
                Loopback.start(hooks -> hooks.estimator(failing)),
                Loopback.answer().chatStream());
    }

    @ParameterizedTest
    @EnumSource
    void aRuleAboutBillsThatFailsChangesNothing(Failure failure) {
        assertUnchanged(
                Loopback.start(hooks -> hooks.billedFailures((provider, status) -> failure.fail())),
                Answers.serverError());
    }

    @ParameterizedTest
    @EnumSource
    void aListenerThatFailsChangesNothing(Failure failure) {
        Loopback loopback = Loopback.start(meter -> meter.listener(cost -> failure.fail()), hooks -> hooks);
        assertUnchanged(loopback, Loopback.answer().chat());
    }

    static Stream<Arguments> readings() {
        return Stream.of(Failure.values())
                .flatMap(failure -> Stream.of(1, 2, 3, 4, 5, 6).map(reading -> Arguments.of(failure, reading)));
    }

    @ParameterizedTest
    @MethodSource("readings")
    void aTickerThatFailsChangesNothing(Failure failure, int reading) {
        AtomicInteger left = new AtomicInteger();
        LongSupplier failing = () -> left.getAndDecrement() == 1 ? failure.<Long>fail() : System.nanoTime();
        for (Seen.Way way : Seen.Way.values()) {
            try (Loopback loopback = Loopback.start(meter -> meter.ticker(failing), hooks -> hooks)) {
                loopback.server.answers(Loopback.stream());
                Seen bare = Seen.of(loopback.plain(), loopback.chatStream(), way);
                left.set(reading);
                Seen hooked = Seen.of(loopback.client, loopback.chatStream(), way);
                boolean failed = left.getAndSet(0) < 1;
                hooked.assertSameAs(bare, way.name());
                if (failed) {
                    assertThat(loopback.failures()).isPositive();
                    loopback.expectFailures();
                }
                loopback.meter.close();
                loopback.costs.drain();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTickerThatFailsForGoodChangesNothing(Failure failure) {
        AtomicBoolean broken = new AtomicBoolean();
        Loopback loopback = Loopback.start(
                meter -> meter.ticker(() -> broken.get() ? failure.<Long>fail() : System.nanoTime()), hooks -> hooks);
        loopback.server.answers(Loopback.stream());
        for (Seen.Way way : Seen.Way.values()) {
            Seen bare = Seen.of(loopback.plain(), loopback.chatStream(), way);
            broken.set(true);
            Seen hooked = Seen.of(loopback.client, loopback.chatStream(), way);
            broken.set(false);
            hooked.assertSameAs(bare, way.name());
        }
        loopback.meter.close();
        loopback.costs.drain();
        loopback.expectFailures();
        loopback.close();
    }

    private static void assertUnchanged(Loopback started, Answer answer) {
        try (Loopback loopback = started) {
            List<Answer> answers = new ArrayList<>(List.of(answer, answer.gzip(), answer.inPiecesOf(5)));
            answers.add(answer.cutAfter(60, Cut.FIN));
            for (Answer each : answers) {
                loopback.server.answers(each);
                for (Seen.Way way : Seen.Way.values()) {
                    long before = loopback.failures();
                    Seen.of(loopback.client, loopback.chatStream(), way)
                            .assertSameAs(Seen.of(loopback.plain(), loopback.chatStream(), way), way.name());
                    assertThat(loopback.failures()).isGreaterThan(before);
                }
            }
            for (CostMeter.Site site : List.of(CostMeter.Site.BOUNDARY, CostMeter.Site.SCOPE)) {
                assertThat(loopback.meter.errors(site)).isZero();
            }
            loopback.expectFailures();
            loopback.costs.drain();
        }
    }
}
