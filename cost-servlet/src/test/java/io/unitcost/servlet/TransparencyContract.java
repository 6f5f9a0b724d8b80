package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * Whatever an application does to its response, the client gets the same bytes, in the same chunks, and the application the
 * same exceptions. A chunk ends where the container flushes: the same chunks are the same flushes.
 */
abstract class TransparencyContract extends ServletFixture {

    private static final int RESPONSES = Boolean.getBoolean("unitcost.long") ? 10_000 : 2_000;

    /** The last step of a request may not be in its response any more. */
    private final Map<String, String> failures = new ConcurrentHashMap<>();

    TransparencyContract(Container container) {
        super(container);
    }

    @Test
    void randomResponsesAreTheSame() throws Exception {
        on("/plain", this::respond);
        on("/taken", this::respond);
        on("/plain-inner", (request, response) -> new Steps(request, response, random(request)).several());
        serve(
                List.of(CostFilter.builder(meter)
                        .feature(BY_PATH)
                        .serves(request -> "openai")
                        .build()),
                ALL);
        for (int seed = 0; seed < RESPONSES; seed++) {
            List<String> paths = List.of("/plain?as=plain&seed=" + seed, "/taken?as=taken&seed=" + seed);
            Map<String, String> responses = RawHttp.responses(port(), paths);
            String plain = responses.get(paths.get(0));
            assertThat(plain).as("seed " + seed).startsWith("HTTP/1.1 ");
            // error pages say the path
            assertThat(responses.get(paths.get(1)).replace("taken", "plain"))
                    .as("seed " + seed)
                    .isEqualTo(plain);
        }
        stop();
        for (int seed = 0; seed < RESPONSES; seed++) {
            assertThat(failures.get("taken" + seed)).as("seed " + seed).isEqualTo(failures.get("plain" + seed));
        }
        meter.close();
        assertThat(costs.drain()).hasSize(RESPONSES);
        assertThat(failures.values()).as("some do throw").isNotEmpty();
    }

    private static Random random(HttpServletRequest request) {
        Random random = new Random(Long.parseLong(request.getParameter("seed")));
        random.nextInt(); // neighbours begin alike
        return random;
    }

    private void respond(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Random random = random(request);
        Steps steps = new Steps(request, response, random);
        steps.prepare();
        switch (random.nextInt(6)) {
            case 0 -> {
                AsyncContext async =
                        random.nextBoolean() ? request.startAsync() : request.startAsync(request, response);
                Steps later = new Steps(request, (HttpServletResponse) async.getResponse(), random);
                later.alone = false;
                later(() -> {
                    later.several();
                    later.tryTo(async::complete);
                });
            }
            case 1 -> nonBlocking(request.startAsync(), random);
            case 2 -> request.getRequestDispatcher("/plain-inner").forward(request, response);
            case 3 -> {
                steps.several();
                request.getRequestDispatcher("/plain-inner").include(request, response);
                steps.several();
            }
            default -> steps.several();
        }
    }

    private void nonBlocking(AsyncContext async, Random random) throws IOException {
        int pieces = random.nextInt(5);
        ServletOutputStream out = async.getResponse().getOutputStream();
        out.setWriteListener(new WriteListener() {
            private int piece;

            @Override
            public void onWritePossible() throws IOException {
                while (out.isReady()) {
                    if (piece++ >= pieces) {
                        async.complete();
                        return;
                    }
                    byte[] bytes = text(random, 3_000).getBytes(StandardCharsets.UTF_8);
                    if (random.nextBoolean()) {
                        out.write(bytes);
                    } else {
                        out.write(ByteBuffer.wrap(bytes));
                    }
                }
            }

            @Override
            public void onError(Throwable failure) {
                seen.add(failure);
            }
        });
    }

    private static String text(Random random, int most) {
        String alphabet = random.nextInt(3) > 0 ? "data: {\"usage\":1}\n" : "grüß 🙂 \n";
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(8) == 0 ? random.nextInt(most) : random.nextInt(40);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /** What an application may do, one after another. */
    private final class Steps {
        private final HttpServletRequest request;
        private final HttpServletResponse response;
        private final Random random;
        private final boolean asWriter;
        /** On another thread, a container may begin its error page while the application still writes. */
        private boolean alone = true;

        Steps(HttpServletRequest request, HttpServletResponse response, Random random) {
            this.request = request;
            this.response = response;
            this.random = random;
            this.asWriter = random.nextBoolean();
        }

        void prepare() {
            response.setContentType(random.nextBoolean() ? "text/event-stream" : "application/json");
            response.setCharacterEncoding(
                    List.of("UTF-8", "ISO-8859-1", "UTF-16").get(random.nextInt(3)));
            if (random.nextInt(4) == 0) {
                response.setLocale(Locale.GERMANY);
            }
            if (random.nextInt(4) == 0) {
                response.setBufferSize(1 << (9 + random.nextInt(6)));
            }
            if (random.nextInt(6) == 0) {
                response.setStatus(200 + random.nextInt(4));
            }
        }

        void several() {
            int steps = random.nextInt(8);
            for (int i = 0; i < steps; i++) {
                tryTo(this::step);
            }
        }

        void tryTo(Task task) {
            try {
                task.run();
            } catch (Exception e) {
                failures.merge(
                        request.getParameter("as") + request.getParameter("seed"),
                        e.getClass().getName(),
                        (a, b) -> a + "," + b);
            }
        }

        private void step() throws IOException {
            switch (random.nextInt(24)) {
                case 0 -> response.flushBuffer();
                case 1 -> response.addHeader("X-Step", text(random, 10).strip().replaceAll("[^a-z]", ""));
                case 2 -> {
                    if (random.nextInt(4) == 0) {
                        response.reset();
                    } else {
                        response.resetBuffer();
                    }
                }
                case 3 -> {
                    if (random.nextInt(4) == 0 && alone) {
                        response.sendError(400 + random.nextInt(5));
                    }
                }
                case 4 -> redirect();
                case 5 -> {
                    String body = text(random, 500);
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    if (random.nextInt(3) == 0) {
                        response.setHeader("Content-Length", String.valueOf(bytes.length));
                    } else if (random.nextInt(3) == 0) {
                        response.setContentLengthLong(bytes.length);
                    }
                    response.getOutputStream().write(bytes);
                }
                default -> {
                    if (asWriter) {
                        write(response.getWriter());
                    } else {
                        write(response.getOutputStream());
                    }
                }
            }
        }

        private void redirect() throws IOException {
            switch (random.nextInt(16)) {
                case 0 -> response.sendRedirect("/elsewhere");
                case 1 -> response.sendRedirect("/elsewhere", 307);
                case 2 -> response.sendRedirect("/elsewhere", false);
                case 3 -> response.sendRedirect("/elsewhere", 303, false);
                default -> response.setIntHeader("X-Number", random.nextInt(9));
            }
        }

        private void write(ServletOutputStream out) throws IOException {
            String text = text(random, 40_000);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            switch (random.nextInt(20)) {
                case 0, 1 -> out.write(random.nextInt());
                case 2, 3, 4, 5 -> out.write(bytes);
                case 6 -> out.write(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
                case 7 -> out.write(ByteBuffer.wrap(bytes));
                case 8 ->
                    out.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
                case 9 -> out.print(text);
                case 10 -> out.println(text);
                case 11 -> out.print(random.nextInt());
                case 12 -> out.print(random.nextLong());
                case 13 -> {
                    out.print(random.nextFloat());
                    out.println(random.nextDouble());
                }
                case 14 -> {
                    out.print(random.nextBoolean());
                    out.println(random.nextBoolean());
                }
                case 15 -> {
                    out.print('x');
                    out.println('ü');
                    out.println();
                }
                case 16 -> {
                    out.println(1);
                    out.println(1L);
                    out.println(1f);
                    out.print(1d);
                }
                case 17 -> {
                    if (random.nextInt(4) == 0) {
                        out.close();
                    }
                }
                default -> out.flush();
            }
        }

        private void write(PrintWriter out) {
            String text = text(random, 40_000);
            switch (random.nextInt(20)) {
                case 0 -> out.write(0x20 + random.nextInt(200));
                case 1, 2, 3 -> out.write(text);
                case 4 -> out.write(text, text.length() / 2, text.length() - text.length() / 2);
                case 5 -> out.write(text.toCharArray());
                case 6 -> out.write(text.toCharArray(), text.length() / 2, text.length() - text.length() / 2);
                case 7 -> out.print(text);
                case 8 -> out.print((Object) null);
                case 9 -> out.print(random.nextInt() + random.nextDouble());
                case 10 -> {
                    out.print(random.nextLong());
                    out.println(random.nextFloat());
                    out.println('x');
                    out.print(1f);
                    out.print(true);
                }
                case 11 -> out.println(text);
                case 12 -> {
                    out.println();
                    out.println(1);
                    out.println(1L);
                    out.println(1d);
                    out.println(true);
                    out.println(text.toCharArray());
                }
                case 13 -> out.append(text).append(null).append("abc", 1, 2).append('d');
                case 14 -> out.printf("%,d %.2f%n", random.nextInt(), random.nextDouble());
                case 15 -> out.format(Locale.FRANCE, "%,d %.2f%n", random.nextInt(), random.nextDouble());
                case 16 -> out.println((Object) text);
                case 17 -> {
                    if (random.nextInt(4) == 0) {
                        out.close();
                    } else {
                        out.checkError();
                    }
                }
                default -> out.flush();
            }
        }
    }
}
