package io.unitcost.http;

import static io.unitcost.http.SdkBench.ANSWERS;
import static io.unitcost.http.SdkBench.ONE;
import static io.unitcost.http.SdkBench.only;
import static io.unitcost.http.SdkBench.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.okhttp.OkHttpClient;
import com.openai.core.RequestOptions;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpMethod;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpRequestBody;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.WebSocketClient;
import io.unitcost.AttemptCost.Result;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import io.unitcost.testing.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's transport by itself. */
@Timeout(30)
class OpenAiTransportTest {

    private static final String ASKED =
            "{\"stream\":true,\"model\":\"m-1\",\"messages\":[{\"content\":\"What is six times seven?\"}]}";

    private final SdkBench bench = new SdkBench();
    private final OkHttpClient sdk = OkHttpClient.builder().build();
    private final HttpClient transport = OpenAiCosts.transport(sdk, bench.costs);

    @AfterEach
    void close() {
        transport.close();
        bench.assertNoErrors();
        bench.close();
    }

    @Test
    void cancellingTheFutureCancelsTheExchange() throws Exception {
        bench.server.answers(ANSWERS.chat().hang());
        RequestCost cost = bench.request(() -> {
            CompletableFuture<HttpResponse> answer = transport.executeAsync(post(bench, ASKED), RequestOptions.none());
            bench.server.awaitRequest();
            answer.cancel(true);
            bench.server.awaitAborted(1);
            return assertThatThrownBy(answer::join).isInstanceOf(CancellationException.class);
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
        assertThat(cost.retry()).isEqualTo(Money.usd("0.000006"));
    }

    @Test
    void anAnswerThatComesTooLateIsClosed() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        bench.server.answers(ANSWERS.chat().delayed(gate));
        RequestCost cost = bench.request(() -> {
            CompletableFuture<HttpResponse> answer = transport.executeAsync(post(bench, ASKED), RequestOptions.none());
            bench.server.awaitRequest();
            answer.completeExceptionally(new IllegalStateException("given up"));
            gate.countDown();
            return null;
        });
        assertThat(results(cost)).containsExactly(Result.CANCELLED);
    }

    /** As in a transport of one's own that has such an OkHttp somewhere inside. */
    @Test
    void aHookFurtherInLeavesItAlone() throws Exception {
        OkHttpClient hooked = OkHttpClient.builder()
                .addInterceptor(OkHttpCosts.interceptor(bench.costs))
                .build();
        HttpClient own = OpenAiCosts.transport(new Own(hooked), bench.costs);
        bench.server.answers(ANSWERS.chat());
        RequestCost cost = bench.request(() -> read(own, post(bench, ASKED)));
        assertThat(cost.inference()).isEqualTo(ONE);
        assertThat(only(cost).result()).isEqualTo(Result.DELIVERED);
        assertThat(OpenAiCosts.transport(hooked, bench.costs)).isSameAs(hooked);
        hooked.close();
    }

    @Test
    void webSocketsAreThereWhereTheTransportHasThem() {
        assertThat(transport).isInstanceOf(WebSocketClient.class);
        assertThat(OpenAiCosts.transport(new Own(sdk), bench.costs)).isNotInstanceOf(WebSocketClient.class);
    }

    @Test
    void asksForUsageWhereThatIsSwitchedOn() throws Exception {
        try (SdkBench asking = new SdkBench(HttpCosts.Builder::askForUsageInStreams)) {
            HttpClient hooked = OpenAiCosts.transport(OkHttpClient.builder().build(), asking.costs);
            asking.server.answersBy(request ->
                    request.text().contains("include_usage") ? ANSWERS.chatStreamWithUsage() : ANSWERS.chatStream());
            RequestCost cost = asking.request(() -> read(hooked, post(asking, ASKED)));
            assertThat(cost.inference()).isEqualTo(ONE);
            String sent = asking.server.awaitRequest().text();
            assertThat(sent).endsWith(",\"stream_options\":{\"include_usage\":true}}");
            assertThat(asking.server.requests().get(0).header("Content-Length")).isEqualTo("" + sent.length());
            // what can be read only once is left as it is
            asking.request(() -> read(hooked, post(asking, new Body(ASKED, false))));
            assertThat(asking.server.requests().get(1).text()).isEqualTo(ASKED);
            hooked.close();
            asking.assertNoErrors();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyMayBeTakenAsAStream(boolean repeatable) throws Exception {
        HttpClient pulling = OpenAiCosts.transport(new Own(sdk), bench.costs);
        bench.server.answers(ANSWERS.chatStream());
        RequestCost cost = bench.request(() -> read(pulling, post(bench, new Body(ASKED, repeatable))));
        assertThat(bench.server.awaitRequest().text()).isEqualTo(ASKED);
        assertThat(only(cost).attempt().usage().count(io.unitcost.price.Unit.OUTPUT_TOKENS))
                .isEqualTo(4);
        if (repeatable) {
            assertThat(only(cost).attempt().usage()).isEqualTo(Usage.tokens(6, 4));
        }
    }

    @Test
    void otherRequestsPassAsTheyAre() {
        bench.server.answers(Answer.json(200, "{}"));
        HttpRequest[] seen = new HttpRequest[1];
        HttpClient watching = OpenAiCosts.transport(
                new Own(sdk) {
                    @Override
                    public HttpResponse execute(HttpRequest request, RequestOptions options) {
                        seen[0] = request;
                        return super.execute(request, options);
                    }
                },
                bench.costs);
        HttpRequest get = HttpRequest.builder()
                .method(HttpMethod.GET)
                .baseUrl(bench.url())
                .addPathSegment("models")
                .build();
        try (HttpResponse response = watching.execute(get, RequestOptions.none())) {
            assertThat(response.statusCode()).isEqualTo(200);
        }
        assertThat(seen[0]).isSameAs(get);
    }

    private static String read(HttpClient of, HttpRequest request) throws IOException {
        try (HttpResponse response = of.execute(request, RequestOptions.none())) {
            return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static HttpRequest post(SdkBench of, String body) {
        return post(of, new Body(body, true));
    }

    private static HttpRequest post(SdkBench of, HttpRequestBody body) {
        return HttpRequest.builder()
                .method(HttpMethod.POST)
                .baseUrl(of.url())
                .addPathSegments("chat", "completions")
                .body(body)
                .build();
    }

    /** A transport that takes bodies as streams and does not say what is in it. */
    private static class Own implements HttpClient {
        private final Object inside;

        Own(HttpClient inside) {
            this.inside = inside;
        }

        @Override
        public HttpResponse execute(HttpRequest request, RequestOptions options) {
            return ((HttpClient) inside).execute(pulled(request), options);
        }

        @Override
        public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
            return ((HttpClient) inside).executeAsync(pulled(request), options);
        }

        @Override
        public void close() {
            ((HttpClient) inside).close();
        }

        private static HttpRequest pulled(HttpRequest request) {
            if (request.body() == null) {
                return request;
            }
            try (InputStream content = request.body().content()) {
                return request.toBuilder()
                        .body(new Body(new String(content.readAllBytes(), StandardCharsets.UTF_8), true))
                        .build();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private record Body(String text, boolean repeatable) implements HttpRequestBody {

        private byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void writeTo(OutputStream out) {
            SdkOutput.write(bytes(), out);
        }

        @Override
        public InputStream content() {
            return new ByteArrayInputStream(bytes());
        }

        @Override
        public String contentType() {
            return "application/json";
        }

        @Override
        public long contentLength() {
            return bytes().length;
        }

        @Override
        public void close() {}
    }
}
