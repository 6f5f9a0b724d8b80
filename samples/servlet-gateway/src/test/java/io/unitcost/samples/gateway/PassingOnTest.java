package io.unitcost.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.unitcost.Attempt;
import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a provider sends, and when, against one that does as each test says. */
class PassingOnTest {

    private static final String BODY =
            "{\"model\":\"gpt-4o-mini\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String FIRST = "data: {\"id\":\"a\",\"choices\":[{\"delta\":{\"content\":\"One \"}}]}\n\n";
    private static final String LAST = "data: [DONE]\n\n";
    private static final int SECONDS = 30;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicReference<HttpHandler> provider = new AtomicReference<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpServer server;
    private Stage stage;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> provider.get().handle(exchange));
        server.start();
        stage = Stage.before(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        stage.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void aPieceIsPassedOnBeforeTheProviderSendsTheNext() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        provider.set(exchange -> {
            OutputStream out = stream(exchange);
            write(out, FIRST);
            // this test ends only if the client has the first piece without the second
            await(read);
            write(out, LAST);
            exchange.close();
        });
        HttpResponse<InputStream> answer = http.send(request(), BodyHandlers.ofInputStream());
        InputStream in = answer.body();
        assertThat(new String(in.readNBytes(FIRST.length()), StandardCharsets.UTF_8))
                .isEqualTo(FIRST);
        read.countDown();
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(LAST);
        assertThat(stage.receipts.next().outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void theProvidersConnectionIsClosedWhenTheClientLeaves() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        provider.set(exchange -> {
            OutputStream out = stream(exchange);
            write(out, FIRST);
            await(left);
            try {
                while (closed.getCount() > 0) {
                    write(out, ": still there?\n\n");
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            } catch (IOException broken) {
                closed.countDown();
                throw broken;
            }
        });
        HttpResponse<InputStream> answer = http.send(request(), BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            assertThat(in.readNBytes(FIRST.length())).hasSize(FIRST.length());
        }
        left.countDown();
        boolean noticed = closed.await(SECONDS, TimeUnit.SECONDS);
        closed.countDown(); // ends the provider's loop in either case
        assertThat(noticed).as("the provider still sends").isTrue();
        RequestCost cost = stage.receipts.next();
        assertThat(cost.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(Stage.onlyTry(cost).attempt().status()).isEqualTo(Attempt.Status.CANCELLED);
    }

    @Test
    void statusHeadersAndBodyOfAnErrorPassThrough() throws Exception {
        String error = "{\"error\":{\"message\":\"slow down\",\"type\":\"tokens\"}}";
        provider.set(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
            exchange.getResponseHeaders().set("Retry-After", "7");
            exchange.getResponseHeaders().set("x-ratelimit-remaining-tokens", "0");
            exchange.getResponseHeaders().set("Set-Cookie", "of=the provider");
            exchange.sendResponseHeaders(429, error.length());
            write(exchange.getResponseBody(), error);
            exchange.close();
        });
        HttpResponse<String> answer = http.send(request(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.body()).isEqualTo(error);
        assertThat(answer.headers().map())
                .containsEntry("retry-after", java.util.List.of("7"))
                .containsEntry("x-ratelimit-remaining-tokens", java.util.List.of("0"))
                .doesNotContainKey("set-cookie");
        assertThat(stage.receipts.next().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void theProviderGetsItsOwnKey_andNothingThatIsTheClients() throws Exception {
        AtomicReference<Headers> seen = new AtomicReference<>();
        AtomicReference<String> body = new AtomicReference<>();
        provider.set(exchange -> {
            seen.set(exchange.getRequestHeaders());
            body.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        String plain = BODY.replace("true", "false");
        http.send(
                HttpRequest.newBuilder(request(), (name, value) -> true)
                        .header("Cookie", "canary")
                        .header("X-Team", "canary")
                        .POST(BodyPublishers.ofString(plain))
                        .build(),
                BodyHandlers.discarding());
        assertThat(seen.get()).containsEntry("Authorization", java.util.List.of("Bearer any"));
        assertThat(seen.get().toString()).doesNotContain("canary", Stage.RED);
        assertThat(body.get()).isEqualTo(plain);
        stage.receipts.next();
    }

    @Test
    void aProviderThatCannotBeReachedIs502_andNotBilled() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        try (Stage lonely = Stage.before(URI.create("http://127.0.0.1:" + nobody))) {
            HttpResponse<String> answer = http.send(request(lonely), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("\"error\"", "the provider did not answer");
            RequestCost cost = lonely.receipts.next();
            assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(cost.total().isZero()).isTrue();
        }
    }

    @Test
    void aBodyThatBreaksBeforeAnythingWasSentIs502_andLaterBreaksTheClientsConnection() throws Exception {
        provider.set(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            write(exchange.getResponseBody(), "{\"id\":");
            throw new IOException("as the test asks");
        });
        assertThat(http.send(request(), BodyHandlers.ofString()).statusCode()).isEqualTo(502);
        assertThat(stage.receipts.next().outcome()).isEqualTo(Outcome.FAILED);

        CountDownLatch read = new CountDownLatch(1);
        provider.set(exchange -> {
            write(stream(exchange), FIRST);
            await(read);
            throw new IOException("as the test asks");
        });
        InputStream in = http.send(request(), BodyHandlers.ofInputStream()).body();
        assertThat(in.readNBytes(FIRST.length())).hasSize(FIRST.length());
        read.countDown();
        assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
        assertThat(stage.receipts.next().outcome()).isEqualTo(Outcome.FAILED);
    }

    private HttpRequest request() {
        return request(stage);
    }

    private static HttpRequest request(Stage stage) {
        return HttpRequest.newBuilder(stage.gateway.uri().resolve(Metering.CHAT))
                .header("Authorization", "Bearer " + Stage.RED)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(BODY))
                .build();
    }

    private static OutputStream stream(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
