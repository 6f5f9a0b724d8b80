package io.unitcost.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server does what it is told, seen by the JDK's client and by plain sockets. */
@Timeout(30)
class ModelServerTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";

    private final ModelServer server = ModelServer.start();
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

    @AfterEach
    void leavesNoThread() {
        server.close();
        assertThat(threads("")).isEmpty();
    }

    @Test
    void remembersWhatItWasAsked() throws Exception {
        server.answers(Answer.json(200, "{}"));
        client.send(
                HttpRequest.newBuilder(server.uri("/v1/chat?alt=sse"))
                        .header("X-Key", "one")
                        .header("x-key", "two")
                        .POST(BodyPublishers.ofString("häh?"))
                        .build(),
                BodyHandlers.discarding());
        ReceivedRequest request = server.awaitRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/v1/chat");
        assertThat(request.target()).isEqualTo("/v1/chat?alt=sse");
        assertThat(request.text()).isEqualTo("häh?");
        assertThat(request.header("CONTENT-LENGTH")).isEqualTo("5");
        assertThat(request.headers().get("X-KEY")).containsExactly("one", "two");
        assertThat(request.header("absent")).isNull();
        assertThat(server.requests()).containsExactly(request);
    }

    @Test
    void readsARequestInChunks() throws Exception {
        server.answers(Answer.json(200, "{}"));
        byte[] body = "0123456789".repeat(10_000).getBytes(UTF_8);
        post(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
        assertThat(server.awaitRequest().header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(server.requests().get(0).body()).isEqualTo(body);
        try (Raw raw = new Raw("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;why=not\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-Trailer: yes\r\n\r\n"
                + LAST)) {
            raw.rest();
        }
        assertThat(server.requests().get(1).text()).isEqualTo("abc0123456789");
        assertThat(server.requests().get(2).method()).isEqualTo("GET");
    }

    @Test
    void waitsForARequestUntilItComes() {
        server.answers(Answer.json(200, "1"), Answer.json(200, "2"));
        CompletableFuture<HttpResponse<String>> first = getLater();
        assertThat(server.awaitRequest().method()).isEqualTo("GET");
        CompletableFuture<HttpResponse<String>> second = getLater();
        assertThat(server.awaitRequest()).isSameAs(server.awaitRequests(2).get(1));
        assertThat(first.join().body()).isEqualTo("1");
        assertThat(second.join().body()).isEqualTo("2");
    }

    @Test
    void answersInOrder_andTheLastAgain() throws Exception {
        server.answers(Answers.unavailable(), Answers.rateLimited().retryAfter(3), Answer.json(200, "{}"));
        assertThat(get().statusCode()).isEqualTo(503);
        HttpResponse<String> limited = get();
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("retry-after")).hasValue("3");
        assertThat(get().statusCode()).isEqualTo(200);
        assertThat(get().statusCode()).isEqualTo(200);
        server.answers(Answers.serverError());
        assertThat(get().statusCode()).isEqualTo(500);
        assertThatIllegalArgumentException().isThrownBy(server::answers).withMessageContaining("at least one");
    }

    @Test
    void aPathHasItsOwnAnswers_andAnUnknownOneNone() throws Exception {
        server.answersTo("/a", Answer.json(200, "a1"), Answer.json(200, "a2"));
        assertThat(get("/a?x=1").body()).isEqualTo("a1");
        assertThat(get("/b").statusCode()).isEqualTo(404);
        assertThat(get("/b").body()).contains("GET /b");
        server.answers(Answer.json(200, "any"));
        assertThat(get("/b").body()).isEqualTo("any");
        assertThat(get("/a").body()).isEqualTo("a2");
    }

    @Test
    void answersAsAFunctionSays() throws Exception {
        server.answersBy(request -> Answer.json(200, request.path()));
        assertThat(get("/echo").body()).isEqualTo("/echo");
        server.answersBy(request -> {
            throw new IllegalStateException("no idea");
        });
        assertThat(get().statusCode()).isEqualTo(500);
        assertThat(get().body()).contains("no idea");
    }

    @Test
    void aConnectionServesManyRequests() throws Exception {
        server.answers(Answer.json(200, "{}"), Answer.events("1", "2"), Answer.empty(204), Answer.json(200, "{}"));
        for (int i = 0; i < 5; i++) {
            get();
        }
        assertThat(server.requests()).hasSize(5).allSatisfy(request -> assertThat(request.connection())
                .isEqualTo(1));
        assertThat(server.connections()).isEqualTo(1);
        try (Raw raw = new Raw(GET + GET + LAST)) {
            assertThat(raw.rest().split("HTTP/1.1 200", -1)).hasSize(4);
        }
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void framesABodyAsToldTo() throws Exception {
        Answer pieces = Answer.pieces(200, "text/plain", List.of(bytes("hello"), bytes(""), bytes("there you")));
        server.answers(pieces, pieces.contentLength(), pieces.untilClose());
        try (Raw raw = new Raw(LAST)) {
            assertThat(raw.rest())
                    .isEqualTo("HTTP/1.1 200 As-Told\r\nConnection: close\r\nContent-Type: text/plain\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n9\r\nthere you\r\n0\r\n\r\n");
        }
        try (Raw raw = new Raw(LAST)) {
            assertThat(raw.rest()).contains("\r\nContent-Length: 14\r\n").endsWith("\r\n\r\nhellothere you");
        }
        try (Raw raw = new Raw(GET)) {
            assertThat(raw.rest())
                    .contains("\r\nConnection: close\r\n")
                    .doesNotContain("Content-Length", "Transfer-Encoding")
                    .endsWith("\r\n\r\nhellothere you");
        }
        assertThat(server.aborted()).isZero();
    }

    @Test
    void headAndNoContentHaveNoBody() throws Exception {
        server.answers(Answer.json(200, "four"), Answer.json(204, "none"));
        try (Raw raw = new Raw(LAST.replace("GET", "HEAD"))) {
            assertThat(raw.rest()).contains("Content-Length: 4\r\n").endsWith("\r\n\r\n");
        }
        try (Raw raw = new Raw(LAST)) {
            assertThat(raw.rest()).doesNotContain("Content-Length").endsWith("\r\n\r\n");
        }
    }

    @Test
    void aLengthCanBeALie() throws Exception {
        server.answers(Answer.json(200, "four").header("content-length", "400").header("Connection", "close"));
        try (Raw raw = new Raw(GET)) {
            assertThat(raw.rest()).contains("ontent-length: 400\r\n").endsWith("\r\n\r\nfour");
        }
    }

    @Test
    void eventsAndLinesLookAsTheyShould() throws Exception {
        server.answers(
                Answer.events("{\"a\":1}", "event: ping\ndata: {}\n", ": comment", "two\nlines", "[DONE]"),
                Answer.lines("{}", "{\"done\":true}"));
        HttpResponse<String> events = get();
        assertThat(events.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(events.body())
                .isEqualTo("data: {\"a\":1}\n\nevent: ping\ndata: {}\n\n: comment\n\n"
                        + "data: two\ndata: lines\n\ndata: [DONE]\n\n");
        HttpResponse<String> lines = get();
        assertThat(lines.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
        assertThat(lines.body()).isEqualTo("{}\n{\"done\":true}\n");
    }

    @Test
    void cutsPiecesToASize() throws Exception {
        Answer answer = Answer.pieces(200, "text/plain", List.of(bytes("abc"), bytes("de")));
        server.answers(answer.inPiecesOf(1), answer.inPiecesOf(4), answer.inPiecesOf(9));
        for (String chunks :
                List.of("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n1\r\nd\r\n1\r\ne", "4\r\nabcd\r\n1\r\ne", "5\r\nabcde")) {
            try (Raw raw = new Raw(LAST)) {
                assertThat(raw.rest()).endsWith("\r\n\r\n" + chunks + "\r\n0\r\n\r\n");
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer.inPiecesOf(0))
                .withMessageContaining("size is 0");
    }

    @Test
    void compresses() throws Exception {
        Answer answer = Answer.events("one", "two").gzip();
        server.answers(
                answer,
                answer.contentLength(),
                answer.inPiecesOf(1),
                Answer.empty(200).gzip());
        for (String text :
                List.of("data: one\n\ndata: two\n\n", "data: one\n\ndata: two\n\n", "data: one\n\ndata: two\n\n", "")) {
            HttpResponse<InputStream> response = client.send(request(), BodyHandlers.ofInputStream());
            assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
            assertThat(new GZIPInputStream(response.body()).readAllBytes())
                    .asString()
                    .isEqualTo(text);
        }
    }

    @Test
    void aCompressedPieceCanBeReadWhenItArrives() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        server.answers(Answer.events("one", "two").gzip().pausedBefore(1, gate));
        try (InputStream body = new GZIPInputStream(stream(), 1)) {
            assertThat(body.readNBytes(11)).asString().isEqualTo("data: one\n\n");
            gate.countDown();
            assertThat(body.readAllBytes()).asString().isEqualTo("data: two\n\n");
        }
    }

    @Test
    void holdsAStreamUntilAGateOpens() throws Exception {
        AtomicReference<String> second = new AtomicReference<>("made too early");
        CountDownLatch latch = new CountDownLatch(1);
        CompletableFuture<String> future = new CompletableFuture<>();
        Answer answer = Answer.pieces(200, "text/plain", () -> twoPieces(second));
        server.answers(answer.pausedBefore(1, latch), answer.pausedBefore(1, future));
        for (Runnable opening : List.<Runnable>of(
                latch::countDown, () -> future.completeExceptionally(new IllegalStateException("also opens")))) {
            second.set("made too early");
            try (InputStream body = stream()) {
                assertThat(body.read()).isEqualTo('1');
                second.set("2");
                opening.run();
                assertThat(body.readAllBytes()).asString().isEqualTo("2");
            }
        }
    }

    @Test
    void sendsTheHeadBeforeAPauseAtZero_andAllOfTheBodyBeforeOneAtTheEnd() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        server.answers(Answer.events("one").pausedBefore(0, first).pausedBefore(1, end));
        try (Raw raw = new Raw(LAST)) {
            assertThat(raw.head()).contains("text/event-stream");
            first.countDown();
            assertThat(raw.next(16)).isEqualTo("b\r\ndata: one\n\n\r\n");
            end.countDown();
            assertThat(raw.rest()).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void answersNotBeforeItMay() throws Exception {
        AtomicReference<String> text = new AtomicReference<>("made too early");
        CountDownLatch latch = new CountDownLatch(1);
        CompletableFuture<Void> future = new CompletableFuture<>();
        Answer answer = Answer.pieces(
                200, "text/plain", () -> Stream.of(bytes(text.get())).iterator());
        server.answers(answer.delayed(latch), answer.delayed(future));
        for (Runnable opening : List.<Runnable>of(latch::countDown, () -> future.complete(null))) {
            text.set("made too early");
            CompletableFuture<HttpResponse<String>> response = getLater();
            server.awaitRequest();
            assertThat(response).isNotDone();
            text.set("on time");
            opening.run();
            assertThat(response.get(10, TimeUnit.SECONDS).body()).isEqualTo("on time");
        }
    }

    @Test
    void endsInOrderInTheMiddle() throws Exception {
        Answer answer = Answer.pieces(200, "text/plain", List.of(bytes("hello"), bytes("there")));
        server.answers(
                answer.cutAfter(7, Cut.FIN),
                answer.cutAfter(5, Cut.FIN),
                answer.cutAfter(0, Cut.FIN),
                answer.cutAfter(10, Cut.FIN),
                answer.cutAfter(11, Cut.FIN),
                answer.contentLength().cutAfter(7, Cut.FIN));
        for (String body : List.of(
                "5\r\nhello\r\n5\r\nth",
                "5\r\nhello\r\n",
                "",
                "5\r\nhello\r\n5\r\nthere\r\n",
                "5\r\nhello\r\n5\r\nthere\r\n0\r\n\r\n",
                "helloth")) {
            try (Raw raw = new Raw(body.contains("0\r\n\r\n") ? LAST : GET)) {
                raw.head();
                assertThat(raw.rest()).isEqualTo(body);
            }
        }
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(server.aborted()).isZero();
    }

    @Test
    void resetsInTheMiddle() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        Answer answer = Answer.pieces(200, "text/plain", List.of(bytes("hello"), bytes("there")));
        server.answers(
                answer.cutAfter(5, Cut.RST).pausedBefore(1, gate),
                answer.cutAfter(7, Cut.RST),
                answer.contentLength().cutAfter(7, Cut.RST));
        try (Raw raw = new Raw(GET)) {
            raw.head();
            assertThat(raw.next(10)).isEqualTo("5\r\nhello\r\n");
            gate.countDown();
            assertThatThrownBy(raw::rest).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
        try (Raw raw = new Raw(GET)) {
            assertThatThrownBy(raw::rest).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(server.aborted()).isZero();
    }

    @Test
    void dropsAConnectionWithoutAnAnswer() throws Exception {
        server.answers(Answer.empty(200).dropped(Cut.FIN), Answer.empty(200).dropped(Cut.RST));
        try (Raw raw = new Raw(GET)) {
            assertThat(raw.rest()).isEmpty();
        }
        try (Raw raw = new Raw(GET)) {
            assertThatThrownBy(raw::rest).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
    }

    @Test
    void sendsAClientElsewhere() throws Exception {
        try (ModelServer elsewhere = ModelServer.start()) {
            elsewhere.answers(Answer.json(200, "here"));
            server.answers(
                    Answer.empty(200).redirectTo(elsewhere.uri("/there")),
                    Answer.empty(303).redirectTo(elsewhere.uri("/there")));
            assertThat(post(BodyPublishers.ofString("body")).body()).isEqualTo("here");
            assertThat(elsewhere.awaitRequest().text()).isEqualTo("body");
            assertThat(post(BodyPublishers.ofString("body")).body()).isEqualTo("here");
            assertThat(elsewhere.awaitRequest().method()).isEqualTo("GET");
        }
    }

    @Test
    void proceedsForWhoExpectsIt() throws Exception {
        server.answers(Answer.json(200, "{}"));
        HttpRequest request = HttpRequest.newBuilder(server.uri())
                .expectContinue(true)
                .POST(BodyPublishers.ofString("body"))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("{}");
        assertThat(server.awaitRequest().text()).isEqualTo("body");
    }

    @Test
    void refusesWhatIsNotHttp() throws Exception {
        for (String nonsense : List.of(
                "HELO you\r\n\r\n",
                "GET / HTTP/1.1\r\nnonsense\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n")) {
            try (Raw raw = new Raw(nonsense)) {
                assertThat(raw.rest()).startsWith("HTTP/1.1 400 ");
            }
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void noticesAClientThatLeavesWhileTheAnswerWaits() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Answer answer = Answer.events("one", "two");
        server.answers(answer.pausedBefore(1, never), answer.delayed(never), answer.hang());
        try (InputStream body = stream()) {
            assertThat(body.readNBytes(11)).asString().isEqualTo("data: one\n\n");
        }
        server.awaitAborted(1);
        for (int aborted = 2; aborted <= 3; aborted++) {
            try (Raw raw = new Raw(GET)) {
                server.awaitRequests(aborted);
                assertThat(raw.in.available()).isZero();
            }
            server.awaitAborted(aborted);
        }
        assertThat(server.aborted()).isEqualTo(3);
    }

    @Test
    void whatAClientThatLeftHadAskedForBesidesIsAbortedToo() throws Exception {
        server.answers(Answer.empty(200).hang());
        try (Raw raw = new Raw(GET + GET)) {
            server.awaitRequests(2);
            assertThat(raw.in.available()).isZero();
        }
        server.awaitAborted(2);
    }

    @ParameterizedTest
    @EnumSource
    void noticesAClientThatLeavesWhileTheAnswerIsWritten(Cut how) throws Exception {
        Iterable<byte[]> endless = () -> Stream.generate(() -> new byte[8_192]).iterator();
        server.answers(Answer.pieces(200, "text/plain", endless));
        try (Raw raw = new Raw(GET)) {
            raw.head();
            raw.next(100_000);
            raw.socket.setSoLinger(how == Cut.RST, 0);
        }
        server.awaitAborted(1);
    }

    @Test
    void noticesAClientThatLeavesInItsRequest() throws Exception {
        new Raw("POST / HTTP/1.1\r\nContent-Le").close();
        server.awaitAborted(1);
        new Raw("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nfour").close();
        server.awaitAborted(2);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aClientThatLeavesAfterTheLastEventHasNotAborted() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        server.answers(Answer.events("[DONE]").pausedBefore(1, never), Answer.events("[DONE]"), Answer.empty(200));
        for (int i = 0; i < 3; i++) {
            try (Raw raw = new Raw(GET)) {
                raw.head();
                assertThat(raw.next(i < 2 ? 19 : 0)).contains(i < 2 ? "data: [DONE]\n\n" : "");
            }
            for (Thread thread : threads("-" + (i + 1) + "-")) {
                thread.join(10_000);
            }
        }
        assertThat(server.aborted()).isZero();
    }

    @Test
    void closesWhateverWaits() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        server.answers(
                Answer.json(200, "idle"),
                Answer.empty(200).hang(),
                Answer.events("one").pausedBefore(0, new CompletableFuture<>()),
                Answer.events("one").pausedBefore(1, never),
                Answer.pieces(200, "text/plain", () -> Stream.generate(() -> new byte[8_192])
                        .iterator()));
        List<Raw> clients = IntStream.rangeClosed(1, 5)
                .mapToObj(count -> {
                    Raw raw = new Raw(GET);
                    server.awaitRequests(count);
                    return raw;
                })
                .toList();
        server.close();
        assertThat(threads("")).isEmpty();
        assertThat(server.aborted()).isZero();
        for (Raw raw : clients) {
            raw.close();
        }
    }

    @Test
    void isQuietWhenClosedTwice() {
        server.close();
        server.close();
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
    }

    /** The second is made when it is asked for. */
    private static Iterator<byte[]> twoPieces(AtomicReference<String> second) {
        Iterator<Supplier<String>> texts =
                List.<Supplier<String>>of(() -> "1", second::get).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return texts.hasNext();
            }

            @Override
            public byte[] next() {
                return bytes(texts.next().get());
            }
        };
    }

    private HttpResponse<String> get() throws Exception {
        return get("");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(server.uri(path)).build(), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> getLater() {
        return client.sendAsync(request(), BodyHandlers.ofString());
    }

    private InputStream stream() throws Exception {
        return client.send(request(), BodyHandlers.ofInputStream()).body();
    }

    private HttpResponse<String> post(HttpRequest.BodyPublisher body) throws Exception {
        return client.send(HttpRequest.newBuilder(server.uri()).POST(body).build(), BodyHandlers.ofString());
    }

    private HttpRequest request() {
        URI uri = server.uri();
        return HttpRequest.newBuilder(uri).build();
    }

    private List<Thread> threads(String part) {
        String name = "model-server-" + server.uri().getPort() + part;
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** A client that says what it is told and reads what comes. */
    private final class Raw implements AutoCloseable {

        final Socket socket;
        final InputStream in;

        Raw(String request) {
            try {
                socket = new Socket(
                        InetAddress.getLoopbackAddress(), server.uri().getPort());
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(bytes(request));
                in = socket.getInputStream();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                head.append((char) in.read());
            }
            return head.toString();
        }

        String next(int count) throws IOException {
            return new String(in.readNBytes(count), ISO_8859_1);
        }

        String rest() throws IOException {
            return new String(in.readAllBytes(), ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
