package io.unitcost.servlet;

import static io.unitcost.servlet.ServedBodies.JSON;
import static io.unitcost.servlet.ServedBodies.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter reads, in any container, from models' answers that the application itself serves. */
abstract class ServedAnswerContract extends ServletFixture {

    /** How an application writes its answer. */
    private interface Writing {
        void write(HttpServletRequest request, HttpServletResponse response, String body) throws Exception;
    }

    private final CostFilter serving = CostFilter.builder(meter)
            .feature(BY_PATH)
            .serves(request -> "openai")
            .build();

    ServedAnswerContract(Container container) {
        super(container);
    }

    private Map<String, Writing> writings() {
        Map<String, Writing> all = new LinkedHashMap<>();
        all.put("stream", (request, response, body) -> stream(response, body));
        all.put("writer", (request, response, body) -> everyWay(response, body));
        all.put("buffers", (request, response, body) -> buffers(response, body));
        all.put("async", (request, response, body) -> {
            AsyncContext async = request.startAsync();
            later(() -> {
                stream(async.getResponse(), body);
                async.complete();
            });
        });
        all.put("async-with-arguments", (request, response, body) -> {
            AsyncContext async = request.startAsync(request, response);
            later(() -> {
                everyWay(async.getResponse(), body);
                async.complete();
            });
        });
        all.put("async-known-to-the-request", (request, response, body) -> {
            request.startAsync();
            later(() -> {
                stream(request.getAsyncContext().getResponse(), body);
                request.getAsyncContext().complete();
            });
        });
        all.put("dispatch", (request, response, body) -> {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                stream(response, body);
            } else {
                request.startAsync().dispatch();
            }
        });
        all.put("second-cycle", (request, response, body) -> {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                AsyncContext async = request.startAsync();
                later(() -> {
                    everyWay(async.getResponse(), body);
                    async.complete();
                });
            } else {
                request.startAsync().dispatch();
            }
        });
        all.put("forward", (request, response, body) -> {
            request.setAttribute("body", body);
            request.getRequestDispatcher("/plain-inner").forward(request, response);
        });
        all.put("include", (request, response, body) -> {
            request.setAttribute("body", body);
            request.getRequestDispatcher("/plain-inner").include(request, response);
        });
        all.put("non-blocking", (request, response, body) -> nonBlocking(request, body));
        return all;
    }

    @Test
    void readsWhateverIsServedHoweverItIsWritten() throws Exception {
        Map<String, Writing> writings = writings();
        on("/chat", (request, response) -> {
            response.setCharacterEncoding("UTF-8");
            try {
                writings.get(request.getParameter("writing"))
                        .write(request, response, ServedBodies.ALL.get(request.getParameter("body")));
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        on("/plain-inner", (request, response) -> stream(response, (String) request.getAttribute("body")));
        serve(List.of(serving), ALL);
        for (String writing : writings.keySet()) {
            for (Map.Entry<String, String> body : ServedBodies.ALL.entrySet()) {
                HttpResponse<String> answer = get("/chat?writing=" + writing + "&body=" + body.getKey());
                assertThat(answer.body()).as(writing).isEqualTo(body.getValue());
                RequestCost cost = costs.take();
                assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
                assertThat(cost.attempts()).as(writing + ", " + body.getKey()).hasSize(1);
                assertThat(cost.attempts().get(0).attempt().quality())
                        .as(writing + ", " + body.getKey())
                        .isEqualTo(Quality.REPORTED);
                // 1,000 × 2.50 ÷ 1,000,000 + 500 × 10 ÷ 1,000,000
                assertThat(cost.total()).as(writing).isEqualTo(Money.usd("0.0075"));
            }
        }
    }

    @Test
    void anAnswerThatAClientHookHasBookedIsBookedOnce() throws Exception {
        on("/chat", (request, response) -> {
            meter.record(Attempt.of("openai", "gpt-test")
                    .responseId(ServedBodies.ID)
                    .usage(Usage.tokens(1_000, 500))
                    .build());
            stream(response, STREAM);
        });
        serve(List.of(serving), ALL);
        get("/chat");
        assertOneRequest("chat", 1);
    }

    @Test
    void anAnswerWithAnotherIdIsAnotherCall() throws Exception {
        on("/chat", (request, response) -> {
            meter.record(Attempt.of("openai", "gpt-test")
                    .responseId("another")
                    .usage(Usage.tokens(1_000, 500))
                    .build());
            stream(response, STREAM);
        });
        serve(List.of(serving), ALL);
        get("/chat");
        assertOneRequest("chat", 2);
    }

    /** Embeddings have no id: an answer without one is the same if it counts the same of the same model. */
    @Test
    void embeddingsThatAClientHookHasBookedAreBookedOnce() throws Exception {
        String body = """
                {"object":"list","model":"gpt-test","data":[{"object":"embedding","index":0,"embedding":[0.5]}],\
                "usage":{"prompt_tokens":8,"total_tokens":8}}
                """;
        on("/chat", (request, response) -> {
            meter.record(Attempt.of("openai", "gpt-test")
                    .usage(Usage.of(Unit.INPUT_TOKENS, 8))
                    .build());
            stream(response, body);
        });
        on("/code", (request, response) -> {
            meter.record(Attempt.of("openai", "gpt-test")
                    .usage(Usage.of(Unit.INPUT_TOKENS, 9))
                    .build());
            stream(response, body);
        });
        serve(List.of(serving), ALL);
        get("/chat");
        assertOneRequest("chat", 1);
        get("/code");
        assertOneRequest("code", 2);
    }

    @Test
    void twoFiltersWithOneMeterReadItOnce() throws Exception {
        on("/chat", (request, response) -> stream(response, STREAM));
        serve(
                List.of(
                        serving,
                        CostFilter.builder(meter)
                                .unmapped("inner")
                                .serves(request -> "openai")
                                .build()),
                ALL);
        get("/chat");
        assertOneRequest("chat", 1);
    }

    @Test
    void twoMetersEachReadIt() throws Exception {
        RecordedCosts otherCosts = new RecordedCosts();
        try (CostMeter other = meterBuilder().listener(otherCosts).build()) {
            on("/chat", (request, response) -> {
                AsyncContext async = request.startAsync();
                later(() -> {
                    stream(async.getResponse(), STREAM);
                    async.complete();
                });
            });
            serve(
                    List.of(
                            serving,
                            CostFilter.builder(other)
                                    .unmapped("inner")
                                    .serves(request -> "openai")
                                    .build()),
                    ALL);
            assertThat(get("/chat").body()).isEqualTo(STREAM);
            assertOneRequest("chat", 1);
            RequestCost inner = otherCosts.take();
            assertThat(inner.feature()).isEqualTo("inner");
            assertThat(inner.attempts()).hasSize(1);
            stop();
        }
        otherCosts.assertNothingLeft();
    }

    @Test
    void anAnswerOfAnOwnPoolCostsWhatThePoolCosts() throws Exception {
        RecordedCosts pooled = new RecordedCosts();
        CapacityPool pool = CapacityPool.builder("our-gpus")
                .pricePerHour("3.60")
                .plannedUtilization("0.5")
                .calibrate("gpt-test", c -> c.secondsPer1kTokens("0.1", "0.4"))
                .build();
        try (CostMeter own = meterBuilder().pool(pool).listener(pooled).build()) {
            on("/chat", (request, response) -> stream(response, STREAM));
            serve(
                    List.of(CostFilter.builder(own)
                            .unmapped("chat")
                            .serves(request -> "our-gpus")
                            .build()),
                    ALL);
            get("/chat");
            RequestCost cost = pooled.take();
            // 1 k tokens × 0.1 s + 0.5 k × 0.4 s = 0.3 s; × 3.60 $ ÷ 3,600 s = 0.0003; half of the pool is idle: as
            // much again
            assertThat(cost.inference()).isEqualTo(Money.usd("0.0003"));
            assertThat(cost.idle()).isEqualTo(Money.usd("0.0003"));
            stop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity"})
    void whatTheApplicationCompressedIsNotRead(String encoding) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(JSON.getBytes(StandardCharsets.UTF_8));
        }
        on("/chat", (request, response) -> {
            ServletOutputStream out = response.getOutputStream();
            response.setHeader("Content-Encoding", encoding);
            out.write(encoding.equals("gzip") ? bytes.toByteArray() : JSON.getBytes(StandardCharsets.UTF_8));
        });
        serve(List.of(serving), ALL);
        get("/chat");
        assertThat(costs.take().attempts()).hasSize(encoding.equals("gzip") ? 0 : 1);
    }

    @Test
    void anErrorIsNotACall() throws Exception {
        on("/chat", (request, response) -> {
            response.setStatus(429);
            stream(response, "{\"error\":{\"message\":\"slow down\",\"type\":\"rate_limit_error\"}}");
        });
        on("/broken", (request, response) -> {
            stream(response, JSON);
            response.sendError(500);
        });
        serve(List.of(serving), ALL);
        get("/chat");
        RequestCost cost = takeAfterGrace();
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.attempts()).isEmpty();
        assertThat(get("/broken").body()).isEqualTo("sorry");
        assertThat(takeAfterGrace().attempts())
                .as("what the error has replaced")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "resetBuffer"})
    void whatTheApplicationTakesBackIsForgotten(String how) throws Exception {
        on("/chat", (request, response) -> {
            response.setCharacterEncoding("UTF-8");
            stream(response, "{\"model\":\"gpt-test\",\"usage\":{\"prompt_tokens\":77,\"comp");
            if (how.equals("reset")) {
                response.reset();
                response.setCharacterEncoding("UTF-8");
                // refused before, and allowed again
                everyWay(response, JSON);
            } else {
                response.resetBuffer();
                stream(response, JSON);
            }
        });
        serve(List.of(serving), ALL);
        assertThat(get("/chat").body()).isEqualTo(JSON);
        RequestCost cost = costs.take();
        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.total()).isEqualTo(Money.usd("0.0075"));
    }

    @Test
    void aRequestWhoseAnswerIsNoModelsIsNotRead() throws Exception {
        on("/chat", (request, response) -> {
            response.getWriter().write(JSON);
        });
        serve(
                List.of(CostFilter.builder(meter)
                        .feature(BY_PATH)
                        .serves(request -> null)
                        .build()),
                ALL);
        get("/chat");
        assertOneRequest("chat", 0);
    }

    @Test
    void anAbortedStreamIsWhatWasServedOfIt() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        on("/openai", (request, response) -> streamUntilAborted(response, "", ServedBodies.CHUNK, gone));
        on(
                "/anthropic",
                (request, response) ->
                        streamUntilAborted(response, ServedBodies.MESSAGE_START, ServedBodies.MESSAGE_DELTA, gone));
        serve(List.of(serving), ALL);

        abort("/openai", gone);
        assertThat(seen()).as("an abort in the words of the container").isEqualTo(true);
        RequestCost openai = takeAfterGrace();
        assertThat(openai.outcome()).isEqualTo(Outcome.CANCELLED);
        Attempt attempt = onlyAttempt(openai);
        assertThat(attempt.status()).isEqualTo(Attempt.Status.CANCELLED);
        assertThat(attempt.quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isPositive();

        abort("/anthropic", gone);
        assertThat(seen()).as("an abort in the words of the container").isEqualTo(true);
        RequestCost anthropic = takeAfterGrace();
        assertThat(anthropic.outcome()).isEqualTo(Outcome.CANCELLED);
        attempt = onlyAttempt(anthropic);
        assertThat(attempt.status()).isEqualTo(Attempt.Status.CANCELLED);
        assertThat(attempt.quality()).isEqualTo(Quality.PARTIAL);
        assertThat(attempt.usage().count(Unit.INPUT_TOKENS)).isEqualTo(1_000);
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isGreaterThan(1);
    }

    /** A writer tells nobody. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAbortIsNoticedThroughAWriter(boolean applicationAsks) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        on("/chat", (request, response) -> {
            PrintWriter writer = response.getWriter();
            writer.write(ServedBodies.CHUNK);
            writer.flush();
            await(gone);
            for (int i = 0; i < 1_000 && !(applicationAsks && writer.checkError()); i++) {
                writer.write(ServedBodies.CHUNK);
                writer.flush();
            }
        });
        serve(List.of(serving), ALL);
        abort("/chat", gone);
        RequestCost cost = takeAfterGrace();
        assertThat(cost.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(onlyAttempt(cost).status()).isEqualTo(Attempt.Status.CANCELLED);
    }

    @Test
    void anAbortIsNoticedWithoutBlocking() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        byte[] chunk = ServedBodies.CHUNK.getBytes(StandardCharsets.UTF_8);
        on("/chat", (request, response) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(0);
            ServletOutputStream out = async.getResponse().getOutputStream();
            out.setWriteListener(new WriteListener() {
                private boolean begun;

                @Override
                public void onWritePossible() throws IOException {
                    while (out.isReady()) {
                        if (begun) {
                            await(gone);
                        }
                        out.write(chunk);
                        if (out.isReady()) {
                            out.flush();
                        }
                        begun = true;
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    async.complete();
                }
            });
        });
        serve(List.of(serving), ALL);
        abort("/chat", gone);
        RequestCost cost = takeAfterGrace();
        assertThat(cost.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(cost.attempts()).hasSize(1);
    }

    /** It is the application that is wrong, and the client has all that it was promised. */
    @Test
    void writingAfterTheEndIsNoAbort() throws Exception {
        on("/closed", (request, response) -> {
            ServletOutputStream out = response.getOutputStream();
            out.write('x');
            out.close();
            tryTo(() -> out.write('y'));
        });
        on("/long", (request, response) -> {
            response.setContentLength(1);
            response.getOutputStream().write('x');
            tryTo(() -> response.getOutputStream().write("yz".getBytes(StandardCharsets.UTF_8)));
        });
        on("/foreign", (request, response) -> {
            response.getOutputStream().print("x");
            tryTo(() -> response.getOutputStream().print("\u20ac"));
        });
        serve(List.of(serving), ALL);
        for (String path : List.of("/closed", "/long", "/foreign")) {
            assertThat(HttpSocket.get(port(), path).body()).startsWith("x");
            assertThat(costs.take().outcome()).as(path).isEqualTo(Outcome.DELIVERED);
        }
    }

    @Test
    void theContainersExceptionsReachTheApplicationUnchanged() throws Exception {
        on("/chat", (request, response) -> {
            response.getOutputStream();
            describe(response::getWriter);
            describe(() -> response.getOutputStream().write(new byte[1], 1, 1));
            describe(() -> response.getOutputStream().write(null, 0, 1));
            describe(() -> response.getOutputStream().setWriteListener(null));
            response.flushBuffer();
            describe(response::reset);
            describe(response::resetBuffer);
            describe(() -> response.sendError(500));
            describe(() -> response.sendRedirect("/"));
        });
        CostFilter telling = CostFilter.builder(meter)
                .feature(BY_PATH)
                .serves(request -> "openai")
                .costHeader("X-Cost")
                .build();
        serve(List.of(telling), ALL);
        HttpSocket.get(port(), "/chat");
        List<Object> with = List.copyOf(seen);
        seen.clear();
        costs.take();
        stop();
        serve(List.of(), ALL);
        HttpSocket.get(port(), "/chat");
        assertThat(with).isNotEmpty().isEqualTo(List.copyOf(seen));
        seen.clear();
    }

    private void describe(Task task) {
        try {
            task.run();
            seen.add("fine");
        } catch (Exception e) {
            // without what tells one object from another
            seen.add(e.getClass().getName() + ": " + e.getMessage().replaceAll("@\\w+", ""));
        }
    }

    private static void tryTo(Task task) {
        try {
            task.run();
        } catch (Exception e) {
            assertThat(e).isNotNull(); // containers differ in what they refuse
        }
    }

    private static Attempt onlyAttempt(RequestCost cost) {
        assertThat(cost.attempts()).hasSize(1);
        AttemptCost only = cost.attempts().get(0);
        return only.attempt();
    }

    private void abort(String path, CountDownLatch gone) throws IOException {
        try (HttpSocket client = new HttpSocket(port())) {
            client.ask(path, "HTTP/1.1");
            client.awaitText("gr");
            client.abort();
        }
        gone.countDown();
    }

    private void streamUntilAborted(HttpServletResponse response, String start, String piece, CountDownLatch gone)
            throws IOException {
        ServletOutputStream out = response.getOutputStream();
        try {
            out.write((start + piece).getBytes(StandardCharsets.UTF_8));
            out.flush();
            await(gone);
            for (int i = 0; i < 10_000; i++) {
                out.write(piece.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            seen.add(ClientAbort.isOne(e));
            throw e;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void stream(ServletResponse response, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(bytes.length);
        for (int i = 0; i < bytes.length; ) {
            int length = Math.min(bytes.length - i, 1 + random.nextInt(60));
            if (length == 1) {
                response.getOutputStream().write(bytes[i]);
            } else {
                response.getOutputStream().write(bytes, i, length);
            }
            if (random.nextInt(8) == 0 && body.startsWith("data:")) {
                response.getOutputStream().flush();
            }
            i += length;
        }
    }

    private static void buffers(ServletResponse response, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        int half = bytes.length / 2;
        ByteBuffer direct = ByteBuffer.allocateDirect(half);
        direct.put(bytes, 0, half).flip();
        response.getOutputStream().write(direct);
        response.getOutputStream().write(ByteBuffer.wrap(bytes, half, bytes.length - half));
    }

    /** Each method of a writer in turn, with characters of two halves in two writes. */
    private static void everyWay(ServletResponse response, String body) throws IOException {
        PrintWriter writer = response.getWriter();
        for (int i = 0, way = 0; i < body.length(); way++) {
            char c = body.charAt(i);
            int length = Math.min(way % 5 + 1, body.length() - i);
            String piece = body.substring(i, i + length);
            boolean line = piece.indexOf('\n') == 1 && System.lineSeparator().equals("\n");
            i += line ? 2 : length;
            if (line) {
                println(writer, c, way);
                continue;
            }
            switch (way % 11) {
                case 0 -> {
                    writer.write(c);
                    writer.write(piece, 1, piece.length() - 1);
                }
                case 1 -> writer.write(piece.toCharArray());
                case 2 -> writer.write(("##" + piece).toCharArray(), 2, piece.length());
                case 3 -> writer.write(piece);
                case 4 -> {
                    writer.print(c);
                    writer.print(piece.substring(1));
                }
                case 5 -> writer.print(piece.toCharArray());
                case 6 -> writer.print(new StringBuilder(piece));
                case 7 -> writer.append(piece).append("#" + piece, 1, 1);
                case 8 -> {
                    writer.append(c);
                    writer.append("#" + piece, 2, piece.length() + 1);
                }
                case 9 -> writer.printf("%s", piece).format(Locale.ROOT, "");
                default -> writer.format("%s", piece).printf(Locale.GERMANY, "");
            }
        }
    }

    private static void println(PrintWriter writer, char c, int way) {
        if (Character.isDigit(c)) {
            writer.println(Character.digit(c, 10));
            return;
        }
        switch (way % 5) {
            case 0 -> writer.println(c);
            case 1 -> writer.println(String.valueOf(c));
            case 2 -> writer.println(new char[] {c});
            case 3 -> writer.println(new StringBuilder().append(c));
            default -> {
                writer.print(c);
                writer.println();
            }
        }
    }

    private static void nonBlocking(HttpServletRequest request, String body) throws IOException {
        AsyncContext async = request.startAsync();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        ServletOutputStream out = async.getResponse().getOutputStream();
        out.setWriteListener(new WriteListener() {
            private int next;

            @Override
            public void onWritePossible() throws IOException {
                while (out.isReady()) {
                    if (next >= bytes.length) {
                        async.complete();
                        return;
                    }
                    int length = Math.min(50, bytes.length - next);
                    if (next % 100 == 0) {
                        out.write(ByteBuffer.wrap(bytes, next, length));
                    } else {
                        out.write(bytes, next, length);
                    }
                    next += length;
                }
            }

            @Override
            public void onError(Throwable failure) {
                RequestMeter.current().reject();
                async.complete();
            }
        });
    }
}
