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
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import io.unitcost.testing.ModelServer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.MediaType;
import org.springframework.http.RequestEntity;
import org.springframework.http.client.BufferingClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestTemplate;

/** Spring's RestClient and RestTemplate, over what they run on. */
@Timeout(60)
class RestClientCostsTest {

    private static final String ASKED =
            "{\"model\":\"m-1\",\"messages\":[{\"role\":\"user\",\"content\":\"What is six times seven?\"}]}";
    private static final String ASKED_STREAM = ASKED.replace("{\"model", "{\"stream\":true,\"model");
    /** Six tokens asked. */
    private static final Money ASKING = Money.usd("0.000006");

    /** What a client of Spring runs on. */
    enum Over {
        JDK {
            @Override
            ClientHttpRequestFactory factory() {
                return new JdkClientHttpRequestFactory();
            }
        },
        JDK_UNPACKING {
            @Override
            ClientHttpRequestFactory factory() {
                JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory();
                factory.enableCompression(true);
                return factory;
            }
        },
        URL_CONNECTION {
            @Override
            ClientHttpRequestFactory factory() {
                return new SimpleClientHttpRequestFactory();
            }
        },
        NETTY {
            @Override
            ClientHttpRequestFactory factory() {
                return new ReactorClientHttpRequestFactory();
            }
        };

        abstract ClientHttpRequestFactory factory();
    }

    private final SdkBench bench = new SdkBench();
    private final RestClient client = client(Over.JDK);

    @AfterEach
    void close() {
        bench.assertNoErrors();
        bench.close();
        assertThat(bench.costs.open().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerIsOneAttemptAtItsPrice(Over over) throws Exception {
        RestClient metered = client(over);
        RestClient plain = RestClient.builder().requestFactory(over.factory()).build();
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
                read.set(post(metered).body(byte[].class));
                return null;
            });
            assertThat(cost.inference()).isEqualTo(ONE);
            assertThat(only(cost).attempt().quality()).isEqualTo(Quality.REPORTED);
            assertThat(only(cost).result()).isEqualTo(Result.DELIVERED);
            assertThat(post(plain).body(byte[].class)).isEqualTo(read.get());
        }
        bench.server.requests().forEach(request -> assertThat(request.text()).isEqualTo(ASKED));
        bench.server.answers(ANSWERS.chat());
        assertThat(bench.unattributed(() -> post(metered).body(String.class)).inference())
                .isEqualTo(ONE);
    }

    @Test
    void aRestTemplateIsTheSame() throws Exception {
        RestTemplate template = new RestTemplate(new JdkClientHttpRequestFactory());
        template.getInterceptors().add(RestClientCosts.interceptor(bench.costs));
        bench.server.answers(ANSWERS.chat());
        RequestCost cost = bench.request(() -> template.exchange(
                RequestEntity.post(address(bench))
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(ASKED),
                String.class));
        assertThat(cost.total()).isEqualTo(ONE);
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalIsAFailedTry(Over over) throws Exception {
        RestClient metered = client(over);
        bench.server.answers(Answers.unavailable(), ANSWERS.chat());
        RequestCost cost = bench.request(() -> {
            assertThatThrownBy(() -> post(metered).body(String.class)).isInstanceOf(HttpServerErrorException.class);
            return post(metered).body(String.class);
        });
        assertThat(results(cost)).containsExactly(Result.FAILED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(2);
        assertThat(cost.attempts().get(0).attempt().isBilled()).isFalse();
        assertThat(cost.total()).isEqualTo(ONE);
    }

    @Test
    void anOwnerAboveReportsTheAnswer() throws Exception {
        bench.server.answers(Answers.unavailable(), ANSWERS.chat());
        RequestCost cost = bench.request(() -> {
            CallMeter call = bench.meter.call();
            try (Scope scope = call.makeCurrent()) {
                assertThatThrownBy(() -> post(client).body(String.class)).isInstanceOf(HttpServerErrorException.class);
                post(client).body(String.class);
            }
            call.record(
                    Attempt.of("models", "m-1").usage(Usage.tokens(1_200, 34)).build());
            call.end();
            return null;
        });
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(1);
        assertThat(cost.total()).isEqualTo(ONE);
    }

    @Test
    void hooksOfEveryKindCountOnce() throws Exception {
        HttpClient jdk = MeteredHttpClient.wrap(
                MeteredHttpClient.wrap(HttpClient.newHttpClient(), bench.costs), HttpCosts.create(bench.meter));
        RestClient both = RestClient.builder()
                .requestFactory(new JdkClientHttpRequestFactory(jdk))
                .requestInterceptor(RestClientCosts.interceptor(bench.costs))
                .requestInterceptor(RestClientCosts.interceptor(bench.costs))
                .build();
        bench.server.answers(ANSWERS.chat(), ANSWERS.chatStreamWithUsage(), Answers.unavailable());
        RequestCost cost = bench.request(() -> {
            post(both).body(String.class);
            post(both).body(String.class);
            assertThatThrownBy(() -> post(both).body(String.class)).isInstanceOf(HttpServerErrorException.class);
            return null;
        });
        assertThat(results(cost)).containsExactly(Result.DELIVERED, Result.DELIVERED, Result.FAILED);
        assertThat(cost.total()).isEqualTo(Money.usd("0.002536"));
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
                .body(ASKED)
                .retrieve()
                .body(String.class));
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(only(cost).attempt().isBilled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"JDK, FIN", "JDK, RST", "URL_CONNECTION, RST", "NETTY, FIN", "NETTY, RST"})
    void anAnswerThatIsCutHasFailed(Over over, Cut how) throws Exception {
        bench.server.answers(ANSWERS.chat().cutAfter(300, how));
        RequestCost cost = bench.failing(() -> post(client(over)).body(String.class));
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
    }

    @Test
    void anAnswerThatIsCutHasFailed_evenIfTheClientDoesNotMind() throws Exception {
        bench.server.answers(ANSWERS.chat().cutAfter(300, Cut.FIN));
        RequestCost cost = bench.request(() -> {
            try {
                return post(client(Over.URL_CONNECTION)).body(String.class);
            } catch (RestClientException newerOnesMind) {
                return "";
            }
        });
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
    }

    @Test
    void anAnswerThatIsLateHasFailed() throws Exception {
        JdkClientHttpRequestFactory hasty = new JdkClientHttpRequestFactory();
        hasty.setReadTimeout(Duration.ofMillis(200));
        bench.server.answers(ANSWERS.chat().hang());
        RequestCost cost = bench.failing(() -> post(client(hasty)).body(String.class));
        assertThat(results(cost)).containsExactly(Result.FAILED);
        assertThat(cost.retry()).isEqualTo(ASKING);
    }

    @Test
    void anInterruptedCallIsCancelled() throws Exception {
        bench.server.answers(ANSWERS.chat().hang());
        RequestCost cost = bench.request(() -> {
            Thread caller = Thread.currentThread();
            Thread other = new Thread(() -> {
                bench.server.awaitRequest();
                caller.interrupt();
            });
            other.start();
            assertThatThrownBy(() -> post(client).body(String.class)).isInstanceOf(ResourceAccessException.class);
            // the mark is taken off before this waits itself
            boolean interrupted = Thread.interrupted();
            other.join();
            return interrupted;
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        assertThat(cost.retry()).isEqualTo(ASKING);
    }

    @ParameterizedTest
    @EnumSource
    void aReaderIsNotHeldBack(Over over) throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        bench.server.answers(ANSWERS.chatStreamWithUsage().pausedBefore(2, next));
        RequestCost cost = bench.request(() -> exchange(client(over), response -> {
            // no more at once: over Netty a read waits until all is there that was asked for
            assertThat(response.getBody().readNBytes(5)).asString().isEqualTo("data:");
            next.countDown();
            return response.getBody().readAllBytes();
        }));
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(only(cost).attempt().firstTokenNanos()).isNotNegative();
    }

    @Test
    void aBodyThatIsNotReadIsGivenUp() throws Exception {
        bench.server.answers(ANSWERS.chat());
        RequestCost cost = bench.request(() -> exchange(client, response -> null));
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        assertThat(only(cost).attempt().quality()).isEqualTo(Quality.ESTIMATED);
    }

    @Test
    void aStreamThatIsGivenUpIsCancelledWithWhatCame() throws Exception {
        CountDownLatch rest = new CountDownLatch(1);
        bench.server.answers(ANSWERS.chatStreamWithUsage().pausedBefore(3, rest));
        RequestCost cost = bench.request(() -> exchange(client, response -> {
            BufferedReader lines = new BufferedReader(new InputStreamReader(response.getBody()));
            while (!lines.readLine().contains(" is")) {}
            rest.countDown();
            return null;
        }));
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        assertThat(only(cost).attempt().quality()).isEqualTo(Quality.ESTIMATED);
    }

    @Test
    void aBodyThatIsDroppedIsNotLost() throws Exception {
        bench.server.answers(ANSWERS.chat());
        client.post()
                .uri(address(bench))
                .contentType(MediaType.APPLICATION_JSON)
                .body(ASKED)
                .exchange((request, response) -> "dropped", false);
        List<RequestCost> costs = List.of();
        while (costs.isEmpty()) {
            System.gc();
            costs = bench.recorded.drain();
        }
        assertThat(results(costs.get(0))).containsExactly(Result.CANCELLED);
    }

    @Test
    void theBodyIsTheSameHoweverItIsRead() throws Exception {
        byte[] whole = whole();
        List<Reading> ways = List.of(
                InputStream::readAllBytes,
                body -> body.readNBytes(whole.length),
                body -> {
                    ByteArrayOutputStream copy = new ByteArrayOutputStream();
                    body.transferTo(copy);
                    return copy.toByteArray();
                },
                body -> {
                    ByteArrayOutputStream copy = new ByteArrayOutputStream();
                    for (int value = body.read(); value >= 0; value = body.read()) {
                        copy.write(value);
                    }
                    return copy.toByteArray();
                },
                body -> {
                    assertThat(body.skip(7)).isPositive();
                    body.readAllBytes();
                    return whole;
                },
                body -> {
                    try (body) {
                        return body.readNBytes(whole.length);
                    }
                });
        for (Reading way : ways) {
            bench.server.answers(ANSWERS.chat());
            RequestCost cost = bench.request(() -> exchange(client, response -> {
                assertThat(way.read(response.getBody())).isEqualTo(whole);
                return null;
            }));
            assertThat(cost.inference()).isEqualTo(ONE);
            assertThat(results(cost)).containsExactly(Result.DELIVERED);
        }
    }

    @Test
    void aBodyThatIsReadTwiceCountsOnce() throws Exception {
        byte[] whole = whole();
        RestClient keeping = client(new BufferingClientHttpRequestFactory(new JdkClientHttpRequestFactory()));
        bench.server.answers(ANSWERS.chatStreamWithUsage());
        RequestCost cost = bench.request(() -> exchange(keeping, response -> {
            InputStream first = response.getBody();
            assertThat(first.markSupported()).isTrue();
            first.mark(100);
            byte[] begun = first.readNBytes(80);
            first.reset();
            assertThat(first.readNBytes(60)).isEqualTo(Arrays.copyOf(begun, 60));
            assertThat(response.getBody().readAllBytes()).hasSizeGreaterThan(whole.length);
            return response.getBody().readAllBytes();
        }));
        assertThat(cost.inference()).isEqualTo(ONE);
    }

    @Test
    void whatIsNoCallToAModelIsNotTouched() {
        bench.server.answers(Answer.json(200, "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}"));
        URI elsewhere = URI.create(bench.server.uri("/orders").toString().replace("127.0.0.1", "localhost"));
        client.post().uri(elsewhere).body(ASKED).exchange((request, response) -> response.getStatusCode());
        client.get().uri(address(bench)).exchange((request, response) -> response.getStatusCode());
        RestClient watching = RestClient.builder()
                .requestInterceptor((request, body, execution) -> {
                    ClientHttpResponse response = execution.execute(request, body);
                    assertThat(response).isNotInstanceOf(RestClientResponse.class);
                    return response;
                })
                .requestInterceptor(RestClientCosts.interceptor(bench.costs))
                .build();
        watching.post().uri(elsewhere).body(ASKED).retrieve().toBodilessEntity();
        bench.server.awaitRequests(3);
    }

    @Test
    void asksForUsageWhereThatIsSwitchedOn() throws Exception {
        try (SdkBench asking = new SdkBench(HttpCosts.Builder::askForUsageInStreams)) {
            asking.server.answersBy(request ->
                    request.text().contains("include_usage") ? ANSWERS.chatStreamWithUsage() : ANSWERS.chatStream());
            for (Over over : Over.values()) {
                RestClient hooked = RestClient.builder()
                        .requestFactory(over.factory())
                        .requestInterceptor(RestClientCosts.interceptor(asking.costs))
                        .build();
                RequestCost cost = asking.request(() -> hooked.post()
                        .uri(address(asking))
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(ASKED_STREAM)
                        .retrieve()
                        .body(String.class));
                assertThat(cost.inference()).isEqualTo(ONE);
            }
            asking.server.requests().forEach(request -> assertThat(request.text())
                    .isEqualTo(ASKED_STREAM.substring(0, ASKED_STREAM.length() - 1)
                            + ",\"stream_options\":{\"include_usage\":true}}"));
            asking.assertNoErrors();
        }
    }

    private interface Reading {
        byte[] read(InputStream body) throws IOException;
    }

    private byte[] whole() {
        bench.server.answers(ANSWERS.chat());
        return RestClient.create()
                .post()
                .uri(address(bench))
                .body(ASKED)
                .retrieve()
                .body(String.class)
                .getBytes(StandardCharsets.UTF_8);
    }

    private RestClient client(Over over) {
        return client(over.factory());
    }

    private RestClient client(ClientHttpRequestFactory factory) {
        return RestClient.builder()
                .requestFactory(factory)
                .requestInterceptor(RestClientCosts.interceptor(bench.costs))
                .build();
    }

    private RestClient.ResponseSpec post(RestClient of) {
        return of.post()
                .uri(address(bench))
                .contentType(MediaType.APPLICATION_JSON)
                .body(ASKED)
                .retrieve();
    }

    private interface Taking {
        Object take(ClientHttpResponse response) throws IOException;
    }

    private Object exchange(RestClient of, Taking taking) {
        return of.post()
                .uri(address(bench))
                .contentType(MediaType.APPLICATION_JSON)
                .body(ASKED)
                .exchange((request, response) -> taking.take(response));
    }

    private static URI address(SdkBench of) {
        return URI.create(of.url() + "/chat/completions");
    }
}
