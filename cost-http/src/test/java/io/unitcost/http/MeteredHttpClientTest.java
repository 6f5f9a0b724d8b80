package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.ReportedCost;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are metered, who pays for them, and what an attempt of the JDK's client is. */
class MeteredHttpClientTest {

    private Loopback loopback = Loopback.start();

    @AfterEach
    void nothingIsPublishedUnseen() {
        loopback.close();
    }

    @Test
    void theRequestOfTheCallingThreadPays() throws Exception {
        loopback.server.answers(Loopback.answer().chat());
        RequestMeter request = loopback.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            loopback.client.send(loopback.chat(), BodyHandlers.ofString());
        }
        loopback.costs.assertNothingLeft();
        request.end(Outcome.DELIVERED);
        RequestCost cost = loopback.costs.take();
        assertThat(cost.feature()).isEqualTo("chat");
        // 1,000 x 1 + 100 x 10 millionths
        assertThat(cost.inference()).isEqualTo(Money.usd("0.002"));
        assertThat(cost.total()).isEqualTo(Money.usd("0.002"));
        AttemptCost attempt = cost.attempts().get(0);
        assertThat(attempt.result()).isEqualTo(Result.DELIVERED);
        assertThat(attempt.attempt().quality()).isEqualTo(Quality.REPORTED);
        assertThat(attempt.attempt().responseId()).isEqualTo("r1");
        assertThat(attempt.attempt().durationNanos()).isPositive();
        assertThat(attempt.attempt().firstTokenNanos())
                .isPositive()
                .isLessThanOrEqualTo(attempt.attempt().durationNanos());
    }

    @Test
    void theRequestOfTheCallingThreadPaysForWhatOtherThreadsSeeThrough() {
        loopback.server.answers(Loopback.stream());
        RequestMeter request = loopback.meter.open("chat");
        CompletableFuture<HttpResponse<String>> future;
        try (Scope scope = request.makeCurrent()) {
            future = loopback.client.sendAsync(loopback.chatStream(), BodyHandlers.ofString());
        }
        request.end(Outcome.DELIVERED);
        assertThat(future.orTimeout(10, TimeUnit.SECONDS).join().statusCode()).isEqualTo(200);
        RequestCost cost = loopback.costs.take();
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.inference()).isEqualTo(Money.usd("0.002"));
    }

    @Test
    void aStreamKeepsTheAccountOpenAfterSendHasReturned() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        loopback.server.answers(Loopback.stream().pausedBefore(4, gate));
        RequestMeter request = loopback.meter.open("chat");
        HttpResponse<java.io.InputStream> response;
        try (Scope scope = request.makeCurrent()) {
            response = loopback.client.send(loopback.chatStream(), BodyHandlers.ofInputStream());
        }
        request.end(Outcome.DELIVERED);
        assertThat(request.isOpen()).isTrue();
        gate.countDown();
        response.body().readAllBytes();
        assertThat(loopback.costs.take().inference()).isEqualTo(Money.usd("0.002"));
    }

    @Test
    void aCallWithoutARequestIsUnattributed() throws Exception {
        loopback.server.answers(Loopback.answer().chat());
        loopback.client.send(loopback.chat(), BodyHandlers.ofString());
        RequestCost cost = loopback.costs.take();
        assertThat(cost.kind()).isEqualTo(RequestCost.Kind.UNATTRIBUTED);
        assertThat(cost.inference()).isEqualTo(Money.usd("0.002"));
    }

    @Test
    void theOwnerOfTheCallReportsTheAnswerAndTheHookTheTriesThatFailed() throws Exception {
        loopback.server.answers(Answers.unavailable(), Loopback.answer().chat());
        RequestMeter request = loopback.meter.open("chat");
        CallMeter call = request.call();
        try (Scope scope = call.makeCurrent()) {
            loopback.client.send(loopback.chat(), BodyHandlers.ofString());
            loopback.client.send(loopback.chat(), BodyHandlers.ofString());
            call.record(Attempt.of("acme", "m").usage(Usage.tokens(1, 1)).build());
        }
        call.end();
        request.end(Outcome.DELIVERED);
        RequestCost cost = loopback.costs.take();
        assertThat(cost.attempts())
                .extracting(
                        attempt -> attempt.result() + " " + attempt.attempt().isBilled())
                .containsExactly("RETRIED false", "DELIVERED true");
        assertThat(cost.total()).isEqualTo(Money.usd("0.000011"));
    }

    @Test
    void triesThatTheClientCountsAreOneCall() throws Exception {
        loopback.server.answers(
                Answers.unavailable(),
                Answers.rateLimited().retryAfterMillis(1),
                Loopback.answer().chat());
        RequestMeter request = loopback.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            for (int count = 0; count < 3; count++) {
                HttpRequest numbered = loopback.post(Loopback.CHAT, Loopback.ASKED)
                        .header("X-Stainless-Retry-Count", Integer.toString(count))
                        .build();
                loopback.client.send(numbered, BodyHandlers.ofString());
            }
        }
        request.end(Outcome.DELIVERED);
        RequestCost cost = loopback.costs.take();
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.result() + " " + attempt.call())
                .containsExactly("RETRIED 0", "RETRIED 0", "DELIVERED 0");
        assertThat(cost.inference()).isEqualTo(Money.usd("0.002"));
        assertThat(cost.retry()).isEqualTo(Money.usd("0"));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 408, 429, 500, 503, 529})
    void aRefusalCostsNothing(int status) throws Exception {
        loopback.server.answers(Answers.badRequest().status(status));
        assertThat(loopback.client
                        .send(loopback.chat(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(status);
        AttemptCost cost = loopback.only();
        assertThat(cost.result()).isEqualTo(Result.FAILED);
        assertThat(cost.attempt().isBilled()).isFalse();
        assertThat(cost.cost()).isEqualTo(Money.usd("0"));
        assertThat(cost.attempt().model()).isEqualTo("m");
    }

    @ParameterizedTest
    @ValueSource(ints = {504, 524})
    void aGatewayThatGaveUpWaitingCostsThePrompt(int status) throws Exception {
        loopback.server.answers(
                Answer.body(status, "text/html", new byte[] {'<', '>'}),
                Answers.serverError().status(status));
        for (int i = 0; i < 2; i++) {
            loopback.client.send(loopback.chat(), BodyHandlers.ofString());
            AttemptCost cost = loopback.only();
            assertThat(cost.result()).isEqualTo(Result.FAILED);
            assertThat(cost.attempt().quality()).isEqualTo(Quality.ESTIMATED);
            // ten tokens at a millionth
            assertThat(cost.cost()).isEqualTo(Money.usd("0.00001"));
        }
    }

    @Test
    void aFailureThatIsBilledCostsThePrompt() throws Exception {
        restart(Loopback.start(
                hooks -> hooks.billedFailures((provider, status) -> provider.equals("acme") && status == 500)));
        loopback.server.answers(Answers.serverError(), Answers.unavailable());
        loopback.client.send(loopback.chat(), BodyHandlers.ofString());
        loopback.client.send(loopback.chat(), BodyHandlers.ofString());
        assertThat(loopback.only().cost()).isEqualTo(Money.usd("0.00001"));
        assertThat(loopback.only().cost()).isEqualTo(Money.usd("0"));
    }

    @Test
    void aRuleAboutBillsThatFailsLeavesTheFailureUnbilled() throws Exception {
        restart(Loopback.start(hooks -> hooks.billedFailures((provider, status) -> {
            throw new IllegalStateException("mine");
        })));
        loopback.server.answers(Answers.serverError());
        loopback.client.send(loopback.chat(), BodyHandlers.ofString());
        assertThat(loopback.only().attempt().isBilled()).isFalse();
        assertThat(loopback.meter.errors(CostMeter.Site.CLIENT)).isOne();
        loopback.expectFailures();
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308})
    void aRedirectThatIsFollowedIsTheSameAttempt(int status) throws Exception {
        HttpClient following = loopback.metered(
                HttpClient.newBuilder().followRedirects(Redirect.ALWAYS).build());
        loopback.server
                .answersTo(
                        "/old/v1/chat/completions", Answer.empty(status).redirectTo(loopback.server.uri(Loopback.CHAT)))
                .answersTo(Loopback.CHAT, Loopback.answer().chatStream());
        HttpResponse<String> response = following.send(
                loopback.post("/old" + Loopback.CHAT, Loopback.ASKED).build(), BodyHandlers.ofString());
        assertThat(response.previousResponse()).hasValueSatisfying(previous -> assertThat(previous.statusCode())
                .isEqualTo(status));
        assertThat(loopback.server.requests()).hasSize(2).allSatisfy(sent -> assertThat(sent.text())
                .isEqualTo(Loopback.ASKED));
        AttemptCost cost = loopback.only();
        // the prompt was sent twice and is estimated once; " is forty-two." has three tokens and a half
        assertThat(cost.attempt().usage()).isEqualTo(Usage.tokens(10, 4));
        assertThat(cost.result()).isEqualTo(Result.DELIVERED);
    }

    @Test
    void aRedirectThatIsNotFollowedIsNoAttempt() throws Exception {
        loopback.server.answers(Answer.empty(307).redirectTo(loopback.server.uri("/else")));
        RequestMeter request = loopback.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            assertThat(loopback.client
                            .send(loopback.chat(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(307);
        }
        request.end(Outcome.DELIVERED);
        assertThat(loopback.costs.take().attempts()).isEmpty();
    }

    @Test
    void aRequestThatIsSentAgainWithAPasswordIsTheSameAttempt() throws Exception {
        HttpClient known = loopback.metered(HttpClient.newBuilder()
                .authenticator(new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        return new PasswordAuthentication("me", "secret".toCharArray());
                    }
                })
                .build());
        loopback.server.answers(
                Answer.json(401, "{}").header("WWW-Authenticate", "Basic realm=\"models\""),
                Loopback.answer().chatStream());
        assertThat(known.send(loopback.chat(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThat(loopback.server.requests()).hasSize(2);
        assertThat(loopback.server.requests().get(1).header("Authorization")).startsWith("Basic ");
        assertThat(loopback.only().attempt().usage()).isEqualTo(Usage.tokens(10, 4));
    }

    @Test
    void cookiesAreKept() throws Exception {
        HttpClient keeping = loopback.metered(
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build());
        loopback.server.answers(Loopback.answer().chat().header("Set-Cookie", "session=1"));
        keeping.send(loopback.chat(), BodyHandlers.ofString());
        keeping.send(loopback.chat(), BodyHandlers.ofString());
        assertThat(loopback.server.requests().get(1).header("Cookie")).isEqualTo("session=1");
        loopback.assertDelivered();
        loopback.assertDelivered();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE"})
    void onlyAPostCallsAModel(String method) throws Exception {
        loopback.server.answers(Loopback.answer().chat());
        HttpRequest request = HttpRequest.newBuilder(loopback.server.uri(Loopback.CHAT))
                .method(method, BodyPublishers.noBody())
                .build();
        assertThat(loopback.client.send(request, BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThat(loopback.client
                        .sendAsync(request, BodyHandlers.ofString())
                        .get(10, TimeUnit.SECONDS)
                        .statusCode())
                .isEqualTo(200);
        assertThat(loopback.client
                        .sendAsync(request, BodyHandlers.ofString(), null)
                        .get(10, TimeUnit.SECONDS)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aPostToSomethingElseIsLeftAlone() throws Exception {
        loopback.server.answers(Loopback.answer().chat());
        HttpRequest request = loopback.post("/orders", Loopback.ASKED).build();
        HttpResponse<String> response = unnamed().send(request, BodyHandlers.ofString());
        assertThat(response.request().bodyPublisher()).isEqualTo(request.bodyPublisher());
    }

    @Test
    void aHostThatNobodyNamedHasNoPrice() throws Exception {
        loopback.server.answers(Loopback.answer().chat());
        unnamed().send(loopback.chat(), BodyHandlers.ofString());
        AttemptCost cost = loopback.only();
        assertThat(cost.attempt().provider())
                .isEqualTo("127.0.0.1:" + loopback.server.uri().getPort());
        assertThat(cost.unpriced()).isEqualTo(Unpriced.UNKNOWN_PROVIDER);
        assertThat(cost.cost()).isNull();
        assertThat(cost.attempt().usage().isEmpty()).isFalse();
    }

    @Test
    void aHostMayBeNamedWithItsPort() throws Exception {
        int port = loopback.server.uri().getPort();
        HttpCosts named = HttpCosts.builder(loopback.meter)
                .provider("127.0.0.1:" + (port + 1), "other")
                .provider("127.0.0.1:" + port, "acme")
                .build();
        loopback.server.answers(Loopback.answer().chat());
        MeteredHttpClient.wrap(loopback.plain(), named).send(loopback.chat(), BodyHandlers.ofString());
        loopback.assertDelivered();
    }

    @Test
    void aHostMayBeOnesOwnCapacity() throws Exception {
        CapacityPool pool = CapacityPool.builder("gpu")
                .pricePerHour("3.60")
                .calibrate("m", c -> c.sustainedRequestsPerSecond("1")
                        .reference(1_000, 100)
                        .outputWeight("10"))
                .build();
        restart(Loopback.start(meter -> meter.pool(pool), hooks -> hooks));
        HttpCosts own =
                HttpCosts.builder(loopback.meter).provider("127.0.0.1", "gpu").build();
        loopback.server.answers(Loopback.answer().chat());
        MeteredHttpClient.wrap(loopback.plain(), own).send(loopback.chat(), BodyHandlers.ofString());
        RequestCost cost = loopback.costs.take();
        // 3.60 / 3,600 s at one such request a second; half of the pool is idle by plan
        assertThat(cost.inference()).isEqualTo(Money.usd("0.001"));
        assertThat(cost.idle()).isEqualTo(Money.usd("0.001"));
    }

    @Test
    void whatTheGatewayBillsGoesAlong() throws Exception {
        restart(Loopback.start(meter -> meter.reportedCost("acme", ReportedCost.USE), hooks -> hooks));
        loopback.server.answers(
                Loopback.answer().liteLlm("0.0077"), Loopback.answer().openRouter("0.0055"));
        loopback.client.send(loopback.chat(), BodyHandlers.ofString());
        assertThat(loopback.costs.take().inference()).isEqualTo(Money.usd("0.0077"));
        loopback.client.send(loopback.chat(), BodyHandlers.ofString());
        assertThat(loopback.costs.take().inference()).isEqualTo(Money.usd("0.0055"));
    }

    @Test
    void theDeploymentInThePathIsTheModelWhereTheAnswerIsSilent() throws Exception {
        loopback.server.answers(
                Answer.json(200, "{\"choices\":[{\"message\":{\"content\":\"" + Loopback.FORTY + "\"}}]}"));
        String asked = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + Loopback.FORTY + "\"}]}";
        loopback.client.send(
                loopback.post("/openai/deployments/m/chat/completions?api-version=1", asked)
                        .build(),
                BodyHandlers.ofString());
        AttemptCost cost = loopback.only();
        assertThat(cost.attempt().model()).isEqualTo("m");
        // 10 x 1 + 10 x 10 millionths
        assertThat(cost.cost()).isEqualTo(Money.usd("0.00011"));
        assertThat(cost.attempt().quality()).isEqualTo(Quality.ESTIMATED);
    }

    @Test
    void theModelOfAConversationIsInItsPath() throws Exception {
        loopback.server.answers(Loopback.answer().converse());
        loopback.client.send(
                loopback.post("/model/m/converse", "{\"messages\":[]}").build(), BodyHandlers.ofString());
        loopback.assertDelivered();
    }

    @Test
    void embeddingsAreSupport() throws Exception {
        loopback.server.answers(Loopback.answer().embeddings());
        loopback.client.send(
                loopback.post("/v1/embeddings", "{\"model\":\"m\",\"input\":\"a\"}")
                        .build(),
                BodyHandlers.ofString());
        RequestCost cost = loopback.costs.take();
        assertThat(cost.support()).isEqualTo(Money.usd("0.001"));
        assertThat(cost.attempts().get(0).service()).isEqualTo("embedding");
    }

    @Test
    void aPathThatMayBeAnythingIsACallIfItsAnswerReportsUsage() throws Exception {
        HttpClient client = unnamed();
        loopback.server.answers(Loopback.answer().ollama(), Answer.json(200, "{\"message\":\"hello\"}"));
        RequestMeter request = loopback.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            client.send(loopback.post("/api/chat", Loopback.ASKED).build(), BodyHandlers.ofString());
            client.send(loopback.post("/api/chat", Loopback.ASKED).build(), BodyHandlers.ofString());
        }
        request.end(Outcome.DELIVERED);
        assertThat(loopback.costs.take().attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.attempt().usage()).isEqualTo(Usage.tokens(1_000, 100)));
        client.send(loopback.post("/api/chat", Loopback.ASKED).build(), BodyHandlers.ofString());
    }

    @Test
    void twoHooksOnOneWayMeterOnce() throws Exception {
        HttpClient twice = loopback.metered(new Delegating(loopback.client));
        loopback.server.answers(Loopback.answer().chat());
        twice.send(loopback.chat(), BodyHandlers.ofString());
        loopback.assertDelivered();
        twice.sendAsync(loopback.chat(), BodyHandlers.ofString()).get(10, TimeUnit.SECONDS);
        loopback.assertDelivered();
        assertThat(loopback.metered(loopback.client)).isSameAs(loopback.client);
    }

    @Test
    void aClientThatAnswersByItselfHasMadeNoAttempt() throws Exception {
        HttpResponse<String> known = loopback.plain()
                .send(HttpRequest.newBuilder(loopback.server.uri("/")).build(), BodyHandlers.ofString());
        HttpClient caching = loopback.metered(new Delegating(loopback.plain()) {
            @Override
            @SuppressWarnings("unchecked")
            public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
                return (HttpResponse<T>) known;
            }

            @Override
            public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                    HttpRequest request, HttpResponse.BodyHandler<T> handler) {
                return CompletableFuture.completedFuture(send(request, handler));
            }
        });
        assertThat(caching.send(loopback.chat(), BodyHandlers.ofString())).isSameAs(known);
        AttemptCost cost = loopback.only();
        assertThat(cost.attempt().isBilled()).isFalse();
        assertThat(caching.sendAsync(loopback.chat(), BodyHandlers.ofString()).join())
                .isSameAs(known);
        assertThat(loopback.only().attempt().isBilled()).isFalse();
    }

    @Test
    void theNextCallOfABodyHandlerIsMeteredOnWhateverThreadItRuns() throws Exception {
        HttpClient direct =
                loopback.metered(HttpClient.newBuilder().executor(Runnable::run).build());
        loopback.server.answers(Loopback.answer().chat());
        CompletableFuture<CompletableFuture<HttpResponse<String>>> second = new CompletableFuture<>();
        direct.sendAsync(loopback.chat(), info -> {
                    second.complete(direct.sendAsync(loopback.chat(), BodyHandlers.ofString()));
                    return BodyHandlers.ofString().apply(info);
                })
                .get(10, TimeUnit.SECONDS);
        second.get(10, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
        loopback.assertDelivered();
        loopback.assertDelivered();
    }

    @Test
    void theApplicationsCodeOnTheCallingThreadIsOutsideTheHook() throws Exception {
        loopback.server.answers(Loopback.answer().chat());
        List<Caller> callers = new CopyOnWriteArrayList<>();
        HttpClient asking = loopback.metered(HttpClient.newBuilder()
                .proxy(new ProxySelector() {
                    @Override
                    public List<Proxy> select(URI uri) {
                        callers.add(Caller.current());
                        return List.of(Proxy.NO_PROXY);
                    }

                    @Override
                    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                        throw new AssertionError(failure);
                    }
                })
                .build());
        asking.send(loopback.chat(), BodyHandlers.ofString());
        asking.sendAsync(loopback.chat(), BodyHandlers.ofString()).get(10, TimeUnit.SECONDS);
        assertThat(callers).hasSizeGreaterThanOrEqualTo(2).noneMatch(Caller::isMetered);
        loopback.assertDelivered();
        loopback.assertDelivered();
    }

    @Test
    void theHookLeavesNothingOnThreadsOfAPool() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            HttpClient client =
                    loopback.metered(HttpClient.newBuilder().executor(pool).build());
            loopback.server.answers(Loopback.answer().chat());
            RequestMeter request = loopback.meter.open("chat");
            try (Scope scope = request.makeCurrent()) {
                client.sendAsync(loopback.chat(), BodyHandlers.ofString()).get(10, TimeUnit.SECONDS);
            }
            assertThat(pool.submit(Caller::current).get(10, TimeUnit.SECONDS))
                    .satisfies(caller -> assertThat(caller.isMetered()).isFalse())
                    .satisfies(caller ->
                            assertThat(caller.request().isAttributed()).isFalse());
            assertThat(Caller.current().isMetered()).isFalse();
            request.end(Outcome.DELIVERED);
            assertThat(loopback.costs.take().inference()).isEqualTo(Money.usd("0.002"));
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void whatIsMissingTheClientItselfSays() {
        HttpRequest request = loopback.chat();
        assertThatThrownBy(() -> loopback.client.send(null, BodyHandlers.ofString()))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> loopback.client.send(request, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> loopback.client.sendAsync(null, BodyHandlers.ofString()))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> loopback.client.sendAsync(request, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> loopback.client.sendAsync(null, null, null)).isInstanceOf(NullPointerException.class);
        HttpRequest nowhere = new OwnRequest(request) {
            @Override
            public URI uri() {
                return null;
            }
        };
        assertThatThrownBy(() -> loopback.client.send(nowhere, BodyHandlers.ofString()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("uri must be non null");
    }

    @Test
    void aBodyHandlerWithoutABodyIsTheClientsToRefuse() {
        HttpAttempt attempt = loopback.hooks.begin("POST", loopback.server.uri(Loopback.CHAT), name -> null);
        ResponseInfo info = new ResponseInfo() {
            @Override
            public int statusCode() {
                return 200;
            }

            @Override
            public java.net.http.HttpHeaders headers() {
                return java.net.http.HttpHeaders.of(Map.of(), (name, value) -> true);
            }

            @Override
            public HttpClient.Version version() {
                return HttpClient.Version.HTTP_1_1;
            }
        };
        assertThat(new JdkBody<>(asked -> null, attempt).apply(info)).isNull();
        attempt.failed(new NullPointerException());
        assertThat(loopback.only().result()).isEqualTo(Result.FAILED);
    }

    @Test
    void anApplicationsOwnKindOfRequestIsMetered() throws Exception {
        loopback.server.answers(Loopback.answer().chat());
        HttpRequest own = new OwnRequest(loopback.post(Loopback.CHAT, Loopback.ASKED)
                .header("X-Own", "1")
                .header(Handovers.HEADER, "none")
                .build());
        assertThat(loopback.client.send(own, BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        loopback.assertDelivered();
        assertThat(loopback.server.awaitRequest())
                .satisfies(sent -> assertThat(sent.header("X-Own")).isEqualTo("1"))
                .satisfies(sent -> assertThat(sent.header(Handovers.HEADER)).isNull())
                .satisfies(sent -> assertThat(sent.text()).isEqualTo(Loopback.ASKED));
    }

    @Test
    void theRequestOfAResponseCanBeSentAgain() throws Exception {
        loopback.server.answers(
                Answer.empty(200).dropped(Cut.FIN), Loopback.answer().chatStream());
        HttpRequest first = loopback.chat();
        assertThatThrownBy(() -> loopback.client.send(first, BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        HttpRequest again = loopback.client.send(first, BodyHandlers.ofString()).request();
        assertThat(again).isEqualTo(first);
        loopback.client.send(again, BodyHandlers.ofString());
        assertThat(loopback.server.requests()).hasSize(3).allSatisfy(sent -> assertThat(sent.text())
                .isEqualTo(Loopback.ASKED));
        assertThat(loopback.only().result()).isEqualTo(Result.FAILED);
        for (int i = 0; i < 2; i++) {
            assertThat(loopback.only().attempt().usage()).isEqualTo(Usage.tokens(10, 4));
        }
    }

    @Test
    void whatIsForHooksOnlyIsNotSent() throws Exception {
        loopback.server.answers(Loopback.answer().chat());
        for (String path : List.of(Loopback.CHAT, "/orders")) {
            HttpRequest request = loopback.post(path, Loopback.ASKED)
                    .header(Handovers.HEADER, "none")
                    .header("X-Own", "1")
                    .timeout(Duration.ofSeconds(9))
                    .build();
            unnamed().send(request, BodyHandlers.ofString());
            assertThat(loopback.server.awaitRequest())
                    .satisfies(sent -> assertThat(sent.header("X-Own")).isEqualTo("1"))
                    .satisfies(sent -> assertThat(sent.header(Handovers.HEADER)).isNull())
                    .satisfies(sent -> assertThat(sent.text()).isEqualTo(Loopback.ASKED));
        }
        assertThat(loopback.only().result()).isEqualTo(Result.DELIVERED);
    }

    @Test
    void aRequestThatThrowsWhenItIsLookedAtIsTheClientsToRefuse() {
        HttpRequest broken = new OwnRequest(loopback.chat()) {
            @Override
            public java.net.http.HttpHeaders headers() {
                throw new IllegalStateException("mine");
            }
        };
        assertThatThrownBy(() -> loopback.client.send(broken, BodyHandlers.ofString()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("mine");
        loopback.expectFailures();
    }

    @Test
    void aBodyThatCannotBeSeenIsSentAsItIs() throws Exception {
        loopback.server.answers(Loopback.answer().chat());
        HttpRequest shy = new OwnRequest(loopback.chat()) {
            private boolean asked;

            @Override
            public Optional<BodyPublisher> bodyPublisher() {
                if (!asked) {
                    asked = true;
                    throw new IllegalStateException("mine");
                }
                return super.bodyPublisher();
            }
        };
        assertThat(loopback.client.send(shy, BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThat(loopback.server.awaitRequest().text()).isEqualTo(Loopback.ASKED);
        loopback.assertDelivered();
        assertThat(loopback.meter.errors(CostMeter.Site.CLIENT)).isOne();
        loopback.expectFailures();
    }

    @Test
    void theClientIsTheOneThatItWrapsInAllElse() {
        HttpClient wrapped = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(3))
                .followRedirects(Redirect.NORMAL)
                .cookieHandler(new CookieManager())
                .proxy(ProxySelector.of(null))
                .version(HttpClient.Version.HTTP_1_1)
                .authenticator(new Authenticator() {})
                .executor(Runnable::run)
                .build();
        HttpClient client = loopback.metered(wrapped);
        assertThat(client.connectTimeout()).isEqualTo(wrapped.connectTimeout()).isPresent();
        assertThat(client.followRedirects()).isEqualTo(Redirect.NORMAL);
        assertThat(client.cookieHandler()).isEqualTo(wrapped.cookieHandler()).isPresent();
        assertThat(client.proxy()).isEqualTo(wrapped.proxy()).isPresent();
        assertThat(client.sslContext()).isSameAs(wrapped.sslContext());
        assertThat(client.sslParameters().getProtocols())
                .isEqualTo(wrapped.sslParameters().getProtocols());
        assertThat(client.authenticator()).isEqualTo(wrapped.authenticator()).isPresent();
        assertThat(client.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(client.executor()).isEqualTo(wrapped.executor()).isPresent();
        assertThat(client.newWebSocketBuilder()).isNotNull();
        assertThat(client).hasToString("metered " + wrapped);
    }

    /** A client that knows no host by name. */
    private HttpClient unnamed() {
        return MeteredHttpClient.wrap(loopback.plain(), HttpCosts.create(loopback.meter));
    }

    private void restart(Loopback other) {
        loopback.close();
        loopback = other;
    }

    /** A request of a kind that the JDK does not know. */
    static class OwnRequest extends HttpRequest {
        private final HttpRequest request;

        OwnRequest(HttpRequest request) {
            this.request = request;
        }

        @Override
        public Optional<BodyPublisher> bodyPublisher() {
            return request.bodyPublisher();
        }

        @Override
        public String method() {
            return request.method();
        }

        @Override
        public Optional<Duration> timeout() {
            return request.timeout();
        }

        @Override
        public boolean expectContinue() {
            return request.expectContinue();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public Optional<HttpClient.Version> version() {
            return request.version();
        }

        @Override
        public java.net.http.HttpHeaders headers() {
            return request.headers();
        }
    }

    /** A client of an application that does something of its own. */
    static class Delegating extends HttpClient {
        private final HttpClient client;

        Delegating(HttpClient client) {
            this.client = client;
        }

        @Override
        public Optional<CookieHandler> cookieHandler() {
            return client.cookieHandler();
        }

        @Override
        public Optional<Duration> connectTimeout() {
            return client.connectTimeout();
        }

        @Override
        public Redirect followRedirects() {
            return client.followRedirects();
        }

        @Override
        public Optional<ProxySelector> proxy() {
            return client.proxy();
        }

        @Override
        public SSLContext sslContext() {
            return client.sslContext();
        }

        @Override
        public SSLParameters sslParameters() {
            return client.sslParameters();
        }

        @Override
        public Optional<Authenticator> authenticator() {
            return client.authenticator();
        }

        @Override
        public Version version() {
            return client.version();
        }

        @Override
        public Optional<java.util.concurrent.Executor> executor() {
            return client.executor();
        }

        @Override
        public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
                throws IOException, InterruptedException {
            return client.send(request, handler);
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, HttpResponse.BodyHandler<T> handler) {
            return client.sendAsync(request, handler);
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request,
                HttpResponse.BodyHandler<T> handler,
                HttpResponse.@Nullable PushPromiseHandler<T> pushed) {
            return client.sendAsync(request, handler, pushed);
        }
    }
}
