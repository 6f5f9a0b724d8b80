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
import io.unitcost.CurrentRequestAccessor;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import io.unitcost.testing.ModelServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Spring's WebClient, over what it runs on. */
@Timeout(60)
class WebClientCostsTest {

    private static final String ASKED =
            "{\"model\":\"m-1\",\"messages\":[{\"role\":\"user\",\"content\":\"What is six times seven?\"}]}";
    private static final String ASKED_STREAM = ASKED.replace("{\"model", "{\"stream\":true,\"model");
    /** Six tokens asked. */
    private static final Money ASKING = Money.usd("0.000006");

    /** What a client of Spring runs on. */
    enum Over {
        NETTY {
            @Override
            ClientHttpConnector connector() {
                return new ReactorClientHttpConnector();
            }
        },
        NETTY_UNPACKING {
            @Override
            ClientHttpConnector connector() {
                return new ReactorClientHttpConnector(
                        reactor.netty.http.client.HttpClient.create().compress(true));
            }
        },
        JDK {
            @Override
            ClientHttpConnector connector() {
                return new JdkClientHttpConnector();
            }
        };

        abstract ClientHttpConnector connector();
    }

    private final SdkBench bench = new SdkBench();
    private final WebClient client = client(Over.NETTY);

    @AfterEach
    void close() {
        bench.assertNoErrors();
        bench.close();
        assertThat(bench.costs.open().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerIsOneAttemptAtItsPrice(Over over) throws Exception {
        WebClient metered = client(over);
        WebClient plain = WebClient.builder().clientConnector(over.connector()).build();
        for (Answer answer : List.of(
                ANSWERS.chat(),
                ANSWERS.chat().chunked(),
                ANSWERS.chat().gzip(),
                ANSWERS.chatStreamWithUsage(),
                ANSWERS.message(),
                ANSWERS.ollama())) {
            bench.server.answers(answer);
            AtomicReference<byte[]> read = new AtomicReference<>();
            RequestCost cost = bench.request(() -> {
                read.set(post(metered).bodyToMono(byte[].class).block());
                return null;
            });
            assertThat(cost.inference()).isEqualTo(ONE);
            assertThat(only(cost).attempt().quality()).isEqualTo(Quality.REPORTED);
            assertThat(only(cost).result()).isEqualTo(Result.DELIVERED);
            assertThat(post(plain).bodyToMono(byte[].class).block()).isEqualTo(read.get());
        }
        bench.server.requests().forEach(request -> {
            assertThat(request.text()).isEqualTo(ASKED);
            assertThat(request.header("Content-Length")).isEqualTo(String.valueOf(ASKED.length()));
        });
        bench.server.answers(ANSWERS.chat());
        assertThat(bench.unattributed(
                                () -> post(metered).bodyToMono(String.class).block())
                        .inference())
                .isEqualTo(ONE);
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsNotHeldBack(Over over) throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        bench.server.answers(ANSWERS.chatStreamWithUsage().pausedBefore(2, next));
        RequestCost cost = bench.request(() -> post(client(over))
                .bodyToFlux(String.class)
                .doOnNext(event -> next.countDown())
                .collectList()
                .block());
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(only(cost).attempt().firstTokenNanos()).isNotNegative();
    }

    @Test
    void whoeverTheContextHoldsPays() {
        CountDownLatch gate = new CountDownLatch(1);
        bench.server.answers(ANSWERS.chat().delayed(gate));
        List<RequestMeter> requests = List.of(bench.meter.open("a"), bench.meter.open("b"));
        List<Mono<String>> answers = new ArrayList<>();
        for (RequestMeter request : requests) {
            answers.add(post(client)
                    .bodyToMono(String.class)
                    .subscribeOn(Schedulers.parallel())
                    .contextWrite(context -> context.put(CurrentRequestAccessor.KEY, request)));
        }
        Mono<List<String>> all = Flux.merge(answers).collectList();
        Mono<List<String>> shared = all.cache();
        Disposable running = shared.subscribe();
        bench.server.awaitRequests(2);
        gate.countDown();
        shared.block();
        assertThat(running.isDisposed()).isTrue();
        requests.forEach(request -> request.end(Outcome.DELIVERED));
        List<RequestCost> costs = bench.recorded.take(2);
        assertThat(costs).extracting(RequestCost::feature).containsExactlyInAnyOrder("a", "b");
        assertThat(costs).allSatisfy(cost -> assertThat(cost.inference()).isEqualTo(ONE));
    }

    @Test
    void aFrameworkMayKeepTheRequestElsewhere() throws Exception {
        WebClient elsewhere = WebClient.builder()
                .filter(WebClientCosts.filter(bench.costs, context -> context.getOrDefault("mine", null)))
                .build();
        bench.server.answers(ANSWERS.chat());
        RequestMeter request = bench.meter.open("a");
        post(elsewhere)
                .bodyToMono(String.class)
                .contextWrite(context -> context.put("mine", request))
                .block();
        request.end(Outcome.DELIVERED);
        RequestCost cost = bench.recorded.take();
        assertThat(cost.feature()).isEqualTo("a");
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(bench.unattributed(
                                () -> post(elsewhere).bodyToMono(String.class).block())
                        .inference())
                .isEqualTo(ONE);
    }

    @Test
    void aFrameworkThatFailsIsCountedAndHarmless() throws Exception {
        try (SdkBench failing = new SdkBench()) {
            WebClient elsewhere = WebClient.builder()
                    .filter(WebClientCosts.filter(failing.costs, context -> {
                        throw new IllegalStateException("not ours");
                    }))
                    .build();
            failing.server.answers(ANSWERS.chat());
            RequestCost cost = failing.request(() -> elsewhere
                    .post()
                    .uri(address(failing))
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(ASKED)
                    .retrieve()
                    .bodyToMono(String.class)
                    .block());
            assertThat(cost.inference()).isEqualTo(ONE);
            assertThat(failing.meter.errors(io.unitcost.CostMeter.Site.CLIENT)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOwnerAboveReportsTheAnswer(Over over) throws Exception {
        bench.server.answers(Answers.unavailable(), ANSWERS.chat());
        RequestCost cost = bench.request(() -> {
            CallMeter call = bench.meter.call();
            post(client(over))
                    .bodyToMono(String.class)
                    .retry(1)
                    .contextWrite(context -> context.put(CurrentRequestAccessor.KEY, call))
                    .block();
            call.record(
                    Attempt.of("models", "m-1").usage(Usage.tokens(1_200, 34)).build());
            call.end();
            return null;
        });
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(1);
        assertThat(cost.total()).isEqualTo(ONE);
    }

    @ParameterizedTest
    @EnumSource
    void anotherSubscriptionIsAnotherTry(Over over) throws Exception {
        bench.server.answers(Answers.unavailable(), Answers.unavailable(), ANSWERS.chat());
        RequestCost cost = bench.request(
                () -> post(client(over)).bodyToMono(String.class).retry(2).block());
        assertThat(results(cost)).containsExactly(Result.FAILED, Result.FAILED, Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(ONE);
    }

    @Test
    void hooksOfEveryKindCountOnce() throws Exception {
        HttpClient jdk = MeteredHttpClient.wrap(HttpClient.newHttpClient(), bench.costs);
        WebClient both = WebClient.builder()
                .clientConnector(new JdkClientHttpConnector(jdk))
                .filter(WebClientCosts.filter(bench.costs))
                .filter((request, next) -> next.exchange(request).publishOn(Schedulers.parallel()))
                .filter(WebClientCosts.filter(bench.costs))
                .build();
        bench.server.answers(ANSWERS.chat(), ANSWERS.chatStreamWithUsage(), Answers.unavailable());
        RequestCost cost = bench.request(() -> {
            post(both).bodyToMono(String.class).block();
            // a body that is written on another thread
            both.post()
                    .uri(address(bench))
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Mono.just(ASKED).delayElement(Duration.ofMillis(1)), String.class)
                    .retrieve()
                    .bodyToFlux(String.class)
                    .collectList()
                    .block();
            assertThatThrownBy(() -> post(both).bodyToMono(String.class).block())
                    .isInstanceOf(WebClientResponseException.ServiceUnavailable.class);
            return null;
        });
        assertThat(results(cost)).containsExactly(Result.DELIVERED, Result.DELIVERED, Result.FAILED);
        assertThat(cost.total()).isEqualTo(Money.usd("0.002536"));
    }

    /** A client that fails at once answers on the thread that sends, where hooks further in are told to keep still. */
    @Test
    void whatIsAskedInsteadIsMetered() throws Exception {
        WebClient hopeless = client(new JdkClientHttpConnector(failingAtOnce()));
        HttpClient jdk = MeteredHttpClient.wrap(HttpClient.newHttpClient(), bench.costs);
        WebClient instead = WebClient.builder()
                .clientConnector(new JdkClientHttpConnector(jdk))
                .build();
        bench.server.answers(ANSWERS.chat());
        RequestMeter request = bench.meter.open("a");
        Mono<String> second = post(instead).bodyToMono(String.class);
        try (var scope = request.makeCurrent()) {
            post(hopeless)
                    .bodyToMono(String.class)
                    .onErrorResume(failure -> second)
                    .block();
        }
        request.end(Outcome.DELIVERED);
        RequestCost cost = bench.recorded.take();
        assertThat(results(cost)).containsExactly(Result.FAILED, Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(ONE);
    }

    private static HttpClient failingAtOnce() {
        HttpClient closed = HttpClient.newHttpClient();
        return new Hopeless(closed);
    }

    @ParameterizedTest
    @EnumSource
    void nothingListens(Over over) throws Exception {
        URI nowhere;
        try (ModelServer gone = ModelServer.start()) {
            nowhere = gone.uri("/v1/chat/completions");
        }
        RequestCost cost = bench.failing(() -> client(over)
                .post()
                .uri(nowhere)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(ASKED)
                .retrieve()
                .bodyToMono(String.class)
                .block());
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(only(cost).attempt().isBilled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"JDK, FIN", "JDK, RST", "NETTY, FIN", "NETTY, RST"})
    void anAnswerThatIsCutHasFailed(Over over, Cut how) throws Exception {
        bench.server.answers(ANSWERS.chat().cutAfter(300, how));
        RequestCost cost =
                bench.failing(() -> post(client(over)).bodyToMono(String.class).block());
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatIsGivenUpIsCancelledWithWhatCame(Over over) throws Exception {
        bench.server.answers(ANSWERS.chatStreamWithUsage().pausedBefore(3, new CountDownLatch(1)));
        RequestCost cost = bench.request(() -> post(client(over))
                .bodyToFlux(String.class)
                .takeUntil(event -> event.contains(" is"))
                .collectList()
                .block());
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        assertThat(only(cost).attempt().quality()).isEqualTo(Quality.ESTIMATED);
        if (over != Over.JDK) {
            bench.server.awaitAborted(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatIsGivenUpIsCancelled(Over over) throws Exception {
        bench.server.answers(ANSWERS.chat().hang());
        RequestCost cost = bench.request(() -> {
            Disposable running = post(client(over)).bodyToMono(String.class).subscribe();
            bench.server.awaitRequest();
            running.dispose();
            return null;
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        assertThat(cost.retry()).isEqualTo(ASKING);
    }

    @Test
    void anAnswerThatIsLateHasFailed() throws Exception {
        WebClient hasty = client(new ReactorClientHttpConnector(
                reactor.netty.http.client.HttpClient.create().responseTimeout(Duration.ofMillis(200))));
        bench.server.answers(ANSWERS.chat().hang());
        RequestCost cost =
                bench.failing(() -> post(hasty).bodyToMono(String.class).block());
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.retry()).isEqualTo(ASKING);
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsReleasedUnreadIsRead(Over over) throws Exception {
        bench.server.answers(ANSWERS.chat());
        RequestCost cost =
                bench.request(() -> post(client(over)).toBodilessEntity().block());
        // Spring lets the rest come and throws it away
        assertThat(results(cost)).containsExactly(Result.DELIVERED);
        assertThat(cost.inference()).isEqualTo(ONE);
    }

    @Test
    void aBodyThatIsDroppedIsNotLost() throws Exception {
        bench.server.answers(ANSWERS.chat());
        HttpCosts costs = bench.costs;
        WebClient keeping = WebClient.builder()
                .filter((request, next) -> next.exchange(request)
                        .map(dropped ->
                                ClientResponse.create(dropped.statusCode()).build()))
                .filter(WebClientCosts.filter(costs))
                .build();
        post(keeping).toBodilessEntity().block();
        List<RequestCost> seen = List.of();
        while (seen.isEmpty()) {
            System.gc();
            seen = bench.recorded.drain();
        }
        assertThat(results(seen.get(0))).containsExactly(Result.CANCELLED);
    }

    @Test
    void anOperatorThatWantsNoMoreThanTheHeadDoesNotEndIt() throws Exception {
        WebClient taking = WebClient.builder()
                .clientConnector(new JdkClientHttpConnector())
                .filter((request, next) -> Flux.from(next.exchange(request)).next())
                .filter(WebClientCosts.filter(bench.costs))
                .build();
        bench.server.answers(ANSWERS.chat());
        assertThat(bench.request(() -> post(taking).bodyToMono(String.class).block())
                        .inference())
                .isEqualTo(ONE);
    }

    @ParameterizedTest
    @EnumSource
    void aBodyInPiecesIsReadAsItGoesOut(Over over) throws Exception {
        bench.server.answers(ANSWERS.chatStream());
        Flux<DataBuffer> pieces = Flux.fromStream(() -> ASKED.chars().mapToObj(each -> (char) each))
                .map(each -> DefaultDataBufferFactory.sharedInstance.wrap(
                        each.toString().getBytes(StandardCharsets.UTF_8)));
        RequestCost cost = bench.request(() -> client(over)
                .post()
                .uri(address(bench))
                .contentType(MediaType.APPLICATION_JSON)
                .body(pieces, DataBuffer.class)
                .retrieve()
                .bodyToMono(String.class)
                .block());
        assertThat(bench.server.awaitRequest().text()).isEqualTo(ASKED);
        assertThat(only(cost).attempt().usage()).isEqualTo(Usage.tokens(6, 4));
    }

    @Test
    void whatIsNoCallToAModelIsNotTouched() {
        bench.server.answers(Answer.json(200, "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}"));
        URI elsewhere = URI.create(bench.server.uri("/orders").toString().replace("127.0.0.1", "localhost"));
        WebClient watching = WebClient.builder()
                .filter(WebClientCosts.filter(bench.costs))
                .filter((request, next) -> {
                    assertThat(WebClientRequest.isMetered(request)).isFalse();
                    return next.exchange(request);
                })
                .build();
        watching.post()
                .uri(elsewhere)
                .bodyValue(ASKED)
                .retrieve()
                .toBodilessEntity()
                .block();
        watching.get().uri(address(bench)).retrieve().toBodilessEntity().block();
        bench.server.awaitRequests(2);
    }

    @Test
    void asksForUsageWhereThatIsSwitchedOn() throws Exception {
        try (SdkBench asking = new SdkBench(HttpCosts.Builder::askForUsageInStreams)) {
            asking.server.answersBy(request ->
                    request.text().contains("include_usage") ? ANSWERS.chatStreamWithUsage() : ANSWERS.chatStream());
            for (Over over : Over.values()) {
                WebClient hooked = WebClient.builder()
                        .clientConnector(over.connector())
                        .filter(WebClientCosts.filter(asking.costs))
                        .build();
                RequestCost cost = asking.request(() -> hooked.post()
                        .uri(address(asking))
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(ASKED_STREAM)
                        .retrieve()
                        .bodyToMono(String.class)
                        .block());
                assertThat(cost.inference()).isEqualTo(ONE);
            }
            String sent = ASKED_STREAM.substring(0, ASKED_STREAM.length() - 1)
                    + ",\"stream_options\":{\"include_usage\":true}}";
            asking.server.requests().forEach(request -> {
                assertThat(request.text()).isEqualTo(sent);
                assertThat(request.header("Content-Length")).isEqualTo(String.valueOf(sent.length()));
            });
            asking.request(() -> WebClient.builder()
                    .filter(WebClientCosts.filter(asking.costs))
                    .build()
                    .post()
                    .uri(address(asking))
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Mono.empty(), String.class)
                    .retrieve()
                    .bodyToMono(String.class)
                    .block());
            asking.assertNoErrors();
        }
    }

    /** As many calls at once as there are connections, each exact. */
    @ParameterizedTest
    @EnumSource
    void streamsAreExactUnderLoad(Over over) {
        bench.server.answers(ANSWERS.chatStreamWithUsage().inPiecesOf(7));
        WebClient metered = client(over);
        int calls = 100;
        Flux.range(0, calls)
                .flatMap(
                        i -> {
                            RequestMeter request = bench.meter.open("load");
                            return post(metered)
                                    .bodyToFlux(String.class)
                                    .then()
                                    .doFinally(signal -> request.end(Outcome.DELIVERED))
                                    .contextWrite(context -> context.put(CurrentRequestAccessor.KEY, request));
                        },
                        16)
                .blockLast(Duration.ofSeconds(TimeUnit.MINUTES.toSeconds(1)));
        assertThat(bench.recorded.take(calls))
                .allSatisfy(cost -> assertThat(cost.total()).isEqualTo(ONE));
    }

    private WebClient client(Over over) {
        return client(over.connector());
    }

    private WebClient client(ClientHttpConnector connector) {
        return client(builder -> builder.clientConnector(connector));
    }

    private WebClient client(UnaryOperator<WebClient.Builder> options) {
        return options.apply(WebClient.builder())
                .filter(WebClientCosts.filter(bench.costs))
                .build();
    }

    private WebClient.ResponseSpec post(WebClient of) {
        return of.post()
                .uri(address(bench))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(ASKED)
                .retrieve();
    }

    private static URI address(SdkBench of) {
        return URI.create(of.url() + "/chat/completions");
    }
}
