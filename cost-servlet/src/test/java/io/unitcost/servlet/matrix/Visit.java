package io.unitcost.servlet.matrix;

import io.unitcost.Attempt;
import io.unitcost.RequestMeter;
import io.unitcost.price.Usage;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One pass of a request through the servlet of a scenario, and what servlets of scenarios like to do. */
final class Visit {

    /** The application's time limit for asynchronous requests, where it runs out. Tomcat looks once a second. */
    static final long TIMEOUT_MILLIS = 300;

    private static final long LONGEST_STREAM_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final byte[] EVENT = ("data: " + "x".repeat(1_000) + "\n\n").getBytes(StandardCharsets.US_ASCII);

    /** What a servlet, or a task of it on another thread, does. */
    interface Task {
        void run() throws Exception;
    }

    final HttpServletRequest request;
    final HttpServletResponse response;
    final String id;
    final RequestMeter account = RequestMeter.current();
    private final Stage stage;

    Visit(HttpServletRequest request, HttpServletResponse response, Stage stage) {
        this.request = request;
        this.response = response;
        this.id = Ids.of(request);
        this.stage = stage;
    }

    /** The last part of the path: empty on the first pass. */
    String step() {
        String path = request.getAttribute("jakarta.servlet.include.path_info") instanceof String included
                ? included
                : request.getPathInfo();
        String[] parts = path.split("/");
        return parts.length > 2 ? parts[2] : "";
    }

    String path(String step) {
        return request.getServletPath() + "/" + Ids.scenario(id) + "/" + step;
    }

    void forward(String step) throws ServletException, IOException {
        request.getRequestDispatcher(path(step)).forward(request, response);
    }

    void include(String step) throws ServletException, IOException {
        request.getRequestDispatcher(path(step)).include(request, response);
    }

    /** Uses a model, on whatever thread. */
    void use() {
        stage.ledger.of(id).used.incrementAndGet();
        account.record(
                Attempt.of("openai", "gpt-test").usage(Usage.tokens(10, 5)).build());
    }

    void text(String text) throws IOException {
        response.setContentType("text/plain");
        response.getWriter().write(text);
    }

    /** One event, flushed. */
    void event() throws IOException {
        OutputStream out = response.getOutputStream();
        out.write(EVENT);
        out.flush();
    }

    /** Streams until writing fails, and throws what it failed with. */
    void streamUntilBroken() throws IOException {
        long end = System.nanoTime() + LONGEST_STREAM_NANOS;
        while (System.nanoTime() < end) {
            event();
            // a pace that leaves the container time to hear of the client
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** The same with a writer, which has to be asked. */
    void writeUntilBroken() throws IOException {
        long end = System.nanoTime() + LONGEST_STREAM_NANOS;
        PrintWriter out = response.getWriter();
        while (!out.checkError() && System.nanoTime() < end) {
            out.write("x".repeat(1_000));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    AsyncContext start(long timeoutMillis) {
        AsyncContext async = request.startAsync();
        async.setTimeout(timeoutMillis);
        return async;
    }

    void tell(String what) {
        stage.tell(id, what);
    }

    void await(String what) throws Exception {
        stage.await(id, what);
    }

    /** On a thread of the application, now. What it throws ends it, as it would end a task of an executor. */
    void elsewhere(Task task) {
        stage.workers.execute(() -> {
            try {
                task.run();
            } catch (Throwable failure) {
                stage.tell(id, "task failed");
            }
        });
    }

    /** On a thread of the application, once the first pass has returned to the container. */
    void afterReturn(Task task) {
        elsewhere(() -> {
            await(Stage.LEFT);
            task.run();
        });
    }
}
