package io.unitcost.http;

import static io.unitcost.http.SdkBench.ANSWERS;
import static io.unitcost.http.SdkBench.ONE;
import static io.unitcost.http.SdkBench.calls;
import static io.unitcost.http.SdkBench.only;
import static io.unitcost.http.SdkBench.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CallMeter;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import io.unitcost.testing.ModelServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OkHttp by itself. */
@Timeout(30)
class OkHttpCostsTest {

    private static final MediaType JSON = MediaType.get("application/json");
    private static final String ASKED =
            "{\"model\":\"m-1\",\"messages\":[{\"role\":\"user\",\"content\":\"What is six times seven?\"}]}";
    private static final String ASKED_STREAM = ASKED.replace("{\"model", "{\"stream\":true,\"model");
    private static final Money ZERO = Money.usd("0");
    /** Six tokens asked. */
    private static final Money ASKING = Money.usd("0.000006");

    private final SdkBench bench = new SdkBench();
    private final OkHttpClient client = installed(options -> options);

    @AfterEach
    void close() {
        bench.assertNoErrors();
        bench.close();
        assertThat(bench.costs.handovers().enter("any")).isTrue();
    }

    @Test
    void anAnswerIsOneAttemptAtItsPrice() throws Exception {
        bench.server.answers(ANSWERS.chat(), ANSWERS.chat().gzip(), ANSWERS.chatStreamWithUsage());
        for (int i = 0; i < 3; i++) {
            RequestCost cost = bench.request(() -> read(client));
            assertThat(cost.inference()).isEqualTo(ONE);
            assertThat(only(cost).attempt().quality()).isEqualTo(Quality.REPORTED);
        }
        assertThat(bench.unattributed(() -> read(client)).inference()).isEqualTo(ONE);
    }

    @Test
    void whoeverEnqueuesPays() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        bench.server.answers(ANSWERS.chat().delayed(gate));
        List<RequestMeter> requests = List.of(bench.meter.open("a"), bench.meter.open("b"));
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (RequestMeter request : requests) {
            try (Scope scope = request.makeCurrent()) {
                answers.add(enqueue(client.newCall(post(ASKED))));
            }
        }
        bench.server.awaitRequests(2);
        gate.countDown();
        for (CompletableFuture<String> answer : answers) {
            answer.get();
        }
        requests.forEach(request -> request.end(Outcome.DELIVERED));
        List<RequestCost> costs = bench.recorded.take(2);
        assertThat(costs).extracting(RequestCost::feature).containsExactlyInAnyOrder("a", "b");
        assertThat(costs).allSatisfy(cost -> assertThat(cost.inference()).isEqualTo(ONE));
    }

    @Test
    void anOwnerAboveReportsTheAnswer() throws Exception {
        bench.server.answers(Answers.unavailable().retryAfter(0), ANSWERS.chat());
        RequestCost cost = bench.request(() -> {
            CallMeter call = bench.meter.call();
            try (Scope scope = call.makeCurrent()) {
                read(client);
            }
            call.record(
                    Attempt.of("models", "m-1").usage(Usage.tokens(1_200, 34)).build());
            call.end();
            return null;
        });
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(ONE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatOkHttpFollowsUpByItselfIsAnAttempt(boolean exact) throws Exception {
        OkHttpClient either = exact ? client : intercepted();
        bench.server.answers(Answers.unavailable().retryAfter(0), ANSWERS.chat());
        RequestCost cost = bench.request(() -> read(either));
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(1);
        assertThat(cost.total()).isEqualTo(ONE);
        bench.server.answers(Answers.serverError().status(408), ANSWERS.chat());
        cost = bench.request(() -> read(either));
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(ONE);
        assertThat(bench.server.requests()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatOkHttpFollowsUpIsBilledWhereThatIsSaid(boolean exact) throws Exception {
        try (SdkBench billing = new SdkBench(costs -> costs.billedFailures((provider, status) -> true))) {
            OkHttpClient either = exact
                    ? OkHttpCosts.install(new OkHttpClient.Builder(), billing.costs)
                            .build()
                    : new OkHttpClient.Builder()
                            .addInterceptor(OkHttpCosts.interceptor(billing.costs))
                            .build();
            billing.server.answers(Answers.unavailable().retryAfter(0), ANSWERS.chat());
            RequestCost cost = billing.request(() -> read(either.newCall(post(billing, ASKED))));
            assertThat(cost.retry()).isEqualTo(ASKING);
            assertThat(cost.inference()).isEqualTo(ONE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRedirectIsNoAttempt(boolean exact) throws Exception {
        bench.server.answersTo("/v1/chat/completions", Answer.empty(307).redirectTo(bench.server.uri("/there")));
        bench.server.answersTo("/there", ANSWERS.chat());
        RequestCost cost = bench.request(() -> read(exact ? client : intercepted()));
        assertThat(results(cost)).containsExactly(Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(ONE);
        assertThat(bench.server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRoundOfAuthenticationIsAnAttemptThatCostsNothing(boolean exact) throws Exception {
        UnaryOperator<OkHttpClient.Builder> signing =
                options -> options.authenticator((route, response) -> response.request()
                        .newBuilder()
                        .header("Authorization", "Bearer key")
                        .build());
        OkHttpClient either = exact
                ? installed(signing)
                : signing.apply(new OkHttpClient.Builder().addInterceptor(OkHttpCosts.interceptor(bench.costs)))
                        .build();
        bench.server.answers(Answer.json(401, "{}"), ANSWERS.chat());
        RequestCost cost = bench.request(() -> read(either));
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(ONE);
        assertThat(bench.server.requests().get(1).text()).isEqualTo(ASKED);
    }

    @Test
    void aBrokenConnectionIsTriedAgainAndMayHaveCost() throws Exception {
        bench.server.answers(ANSWERS.chat(), ANSWERS.chat().dropped(Cut.FIN), ANSWERS.chat());
        bench.request(() -> read(client));
        RequestCost cost = bench.request(() -> read(client));
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(1);
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(cost.retry()).isEqualTo(ASKING);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true"})
    void nothingListens(boolean exact, boolean buffered) throws Exception {
        String nowhere;
        try (ModelServer gone = ModelServer.start()) {
            nowhere = gone.uri("/v1/chat/completions").toString();
        }
        Request request = new Request.Builder()
                .url(nowhere)
                .post(RequestBody.create(ASKED, JSON))
                .build();
        RequestCost cost =
                bench.failing(() -> looking(exact, buffered).newCall(request).execute());
        // somebody who looks at the body has not sent it
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(only(cost).attempt().isBilled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void whoLooksAtTheBodyDoesNotMakeItLonger(boolean exact, boolean buffered) throws Exception {
        bench.server.answers(ANSWERS.chatStream());
        assertThat(only(bench.request(() -> read(looking(exact, buffered))))
                        .attempt()
                        .usage())
                .isEqualTo(Usage.tokens(6, 4));
    }

    /** With somebody further in who looks at the body, as a log does. */
    private OkHttpClient looking(boolean exact, boolean buffered) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder();
        return (exact
                        ? OkHttpCosts.install(builder, bench.costs)
                        : builder.addInterceptor(OkHttpCosts.interceptor(bench.costs)))
                .addInterceptor(chain -> {
                    BufferedSink sink = buffered ? new Buffer() : Okio.buffer(Okio.blackhole());
                    chain.request().body().writeTo(sink);
                    sink.flush();
                    return chain.proceed(chain.request());
                })
                .build();
    }

    @Test
    void aCallThatIsGivenUpIsCancelled() throws Exception {
        bench.server.answers(ANSWERS.chat().hang());
        RequestCost cost = bench.request(() -> {
            Call call = client.newCall(post(ASKED));
            CompletableFuture<String> answer = enqueue(call);
            bench.server.awaitRequest();
            call.cancel();
            return assertThatThrownBy(answer::get).hasRootCauseInstanceOf(IOException.class);
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        assertThat(cost.retry()).isEqualTo(ASKING);
    }

    @Test
    void anAnswerThatIsGivenUpIsCancelled() throws Exception {
        bench.server.answers(ANSWERS.chatStreamWithUsage().pausedBefore(3, new CountDownLatch(1)));
        RequestCost cost = bench.failing(() -> {
            Call call = client.newCall(post(ASKED));
            try (Response response = call.execute()) {
                while (!response.body().source().readUtf8LineStrict().contains(" is")) {}
                call.cancel();
                return response.body().string();
            }
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
    }

    @Test
    void aCallThatIsLateHasFailed() throws Exception {
        OkHttpClient hasty = installed(options -> options.callTimeout(Duration.ofMillis(200)));
        bench.server.answers(ANSWERS.chat().hang());
        RequestCost cost = bench.failing(() -> read(hasty));
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.retry()).isEqualTo(ASKING);
        bench.server.answers(ANSWERS.chatStream().pausedBefore(2, new CountDownLatch(1)));
        assertThat(results(bench.failing(() -> read(hasty)))).containsExactly(Result.FAILED);
        OkHttpClient impatient = installed(options -> options.readTimeout(Duration.ofMillis(100)));
        assertThat(results(bench.failing(() -> read(impatient)))).containsExactly(Result.FAILED);
    }

    @Test
    void anInterruptedCallIsCancelled() throws Exception {
        bench.server.answers(ANSWERS.chat());
        RequestCost cost = bench.request(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> read(client))
                    .isInstanceOfAny(InterruptedIOException.class, InterruptedException.class);
            return Thread.interrupted();
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatIsCutHasFailed(Cut how) throws Exception {
        bench.server.answers(ANSWERS.chat().cutAfter(300, how));
        RequestCost cost = bench.failing(() -> read(client));
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
    }

    @Test
    void aBodyThatIsNotReadIsGivenUp() throws Exception {
        bench.server.answers(ANSWERS.chat());
        RequestCost cost = bench.request(() -> {
            client.newCall(post(ASKED)).execute().close();
            return null;
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        assertThat(client.connectionPool().idleConnectionCount()).isEqualTo(1);
    }

    @Test
    void aBodyThatIsDroppedIsNotLost() throws Exception {
        bench.server.answers(ANSWERS.chat());
        client.newCall(post(ASKED)).execute();
        List<RequestCost> costs = List.of();
        while (costs.isEmpty()) {
            System.gc();
            costs = bench.recorded.drain();
        }
        assertThat(results(costs.get(0))).containsExactly(Result.CANCELLED);
    }

    @Test
    void whatIsNoCallToAModelIsNotTouched() throws Exception {
        bench.server.answers(Answer.json(200, "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}"));
        AtomicInteger same = new AtomicInteger();
        String elsewhere = bench.server.uri("/orders").toString().replace("127.0.0.1", "localhost");
        Request get = new Request.Builder().url(url(bench)).build();
        Request head = get.newBuilder().head().build();
        Request order = new Request.Builder()
                .url(elsewhere)
                .post(RequestBody.create("{}", JSON))
                .build();
        OkHttpClient watched = OkHttpCosts.install(
                        new OkHttpClient.Builder().addInterceptor(chain -> chain.proceed(chain.request())), bench.costs)
                .addInterceptor(chain -> {
                    same.addAndGet(List.of(get, head, order).contains(chain.request()) ? 1 : 0);
                    return chain.proceed(chain.request());
                })
                .build();
        for (Request request : List.of(get, head, order)) {
            try (Response response = watched.newCall(request).execute()) {
                assertThat(response.body()).isNotInstanceOf(OkHttpResponseBody.class);
            }
        }
        assertThat(same).hasValue(3);
        bench.server.awaitRequests(3);
    }

    @Test
    void theApplicationSeesItsOwnRequest() throws Exception {
        bench.server.answersTo("/v1/chat/completions", Answer.empty(307).redirectTo(bench.server.uri("/there")));
        bench.server.answersTo("/there", ANSWERS.chat());
        bench.server.answersTo("/v1/responses", ANSWERS.response());
        Request redirected = post(ASKED);
        Request direct = redirected
                .newBuilder()
                .url(bench.server.uri("/v1/responses").toString())
                .tag("mine")
                .build();
        bench.request(() -> {
            try (Response response = client.newCall(direct).execute()) {
                assertThat(response.request()).isSameAs(direct);
                response.body().string();
            }
            try (Response response = client.newCall(redirected).execute()) {
                assertThat(response.request().body()).isSameAs(redirected.body());
                assertThat(response.request().url().encodedPath()).isEqualTo("/there");
                response.body().string();
            }
            return null;
        });
    }

    @Test
    void theApplicationsEventListenerHearsEverything() throws Exception {
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        OkHttpClient listened = installed(options -> options.eventListener(new EventListener() {
            @Override
            public void callStart(Call call) {
                events.add("start");
            }

            @Override
            public void callEnd(Call call) {
                events.add("end");
            }
        }));
        bench.server.answers(ANSWERS.chat());
        bench.request(() -> read(listened));
        assertThat(events).containsExactly("start", "end");
    }

    @Test
    void aBodyForOneReaderIsReadOnce() throws Exception {
        AtomicInteger written = new AtomicInteger();
        RequestBody once = new RequestBody() {
            @Override
            public MediaType contentType() {
                return JSON;
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                written.incrementAndGet();
                sink.writeUtf8(ASKED_STREAM);
            }
        };
        try (SdkBench asking = new SdkBench(HttpCosts.Builder::askForUsageInStreams)) {
            OkHttpClient hooked = OkHttpCosts.install(new OkHttpClient.Builder(), asking.costs)
                    .build();
            asking.server.answers(Answers.unavailable().retryAfter(0), ANSWERS.chatStream());
            RequestCost cost = asking.request(() -> read(hooked.newCall(
                    new Request.Builder().url(url(asking)).post(once).build())));
            assertThat(results(cost)).containsExactly(Result.FAILED);
            assertThat(written).hasValue(1);
            assertThat(asking.server.awaitRequest().text()).isEqualTo(ASKED_STREAM);
            assertThat(asking.server.requests()).hasSize(1);
        }
    }

    @Test
    void asksForUsageWhereThatIsSwitchedOn() throws Exception {
        try (SdkBench asking = new SdkBench(HttpCosts.Builder::askForUsageInStreams)) {
            OkHttpClient hooked = OkHttpCosts.install(new OkHttpClient.Builder(), asking.costs)
                    .build();
            asking.server.answersBy(request ->
                    request.text().contains("include_usage") ? ANSWERS.chatStreamWithUsage() : ANSWERS.chatStream());
            Request stream = post(asking, ASKED_STREAM);
            RequestCost cost = asking.request(() -> {
                try (Response response = hooked.newCall(stream).execute()) {
                    assertThat(response.request()).isSameAs(stream);
                    return response.body().string();
                }
            });
            assertThat(cost.inference()).isEqualTo(ONE);
            String sent = asking.server.awaitRequest().text();
            assertThat(sent)
                    .isEqualTo(ASKED_STREAM.substring(0, ASKED_STREAM.length() - 1)
                            + ",\"stream_options\":{\"include_usage\":true}}");
            assertThat(asking.server.requests().get(0).header("Content-Length"))
                    .isEqualTo(String.valueOf(sent.length()));
            for (String left : List.of(ASKED, ASKED_STREAM.replace("{\"stream", "{\"stream_options\":{},\"stream"))) {
                asking.request(() -> read(hooked.newCall(post(asking, left))));
                assertThat(asking.server
                                .requests()
                                .get(asking.server.requests().size() - 1)
                                .text())
                        .isEqualTo(left);
            }
            asking.assertNoErrors();
        }
    }

    @Test
    void aReaderIsNotHeldBack() throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        bench.server.answers(ANSWERS.chatStreamWithUsage().inPiecesOf(1).pausedBefore(1, next));
        RequestCost cost = bench.request(() -> {
            try (Response response = client.newCall(post(ASKED)).execute()) {
                assertThat(response.body().source().readByte()).isEqualTo((byte) 'd');
                next.countDown();
                return response.body().string();
            }
        });
        assertThat(cost.inference()).isEqualTo(ONE);
    }

    private OkHttpClient installed(UnaryOperator<OkHttpClient.Builder> options) {
        return OkHttpCosts.install(options.apply(new OkHttpClient.Builder()), bench.costs)
                .build();
    }

    private OkHttpClient intercepted() {
        return new OkHttpClient.Builder()
                .addInterceptor(OkHttpCosts.interceptor(bench.costs))
                .build();
    }

    private String read(OkHttpClient of) throws IOException {
        return read(of.newCall(post(ASKED)));
    }

    private static String read(Call call) throws IOException {
        try (Response response = call.execute()) {
            return response.body().string();
        }
    }

    private Request post(String body) {
        return post(bench, body);
    }

    private static Request post(SdkBench of, String body) {
        return new Request.Builder()
                .url(url(of))
                .post(RequestBody.create(body, JSON))
                .build();
    }

    private static HttpUrl url(SdkBench of) {
        return HttpUrl.get(of.url() + "/chat/completions");
    }

    private static CompletableFuture<String> enqueue(Call call) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call failed, IOException failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onResponse(Call answered, Response response) throws IOException {
                try (response) {
                    answer.complete(response.body().string());
                }
            }
        });
        return answer;
    }
}
