package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.price.Money;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who pays, how it ended and what is said about it, in any container. */
abstract class OutcomeContract extends ServletFixture {

    private final String abort;
    private final Outcome caughtAbort;

    /**
     * @param abort what a write throws when the client is gone
     * @param caughtAbort what the container's callbacks make of it, if the application catches that
     */
    OutcomeContract(Container container, String abort, Outcome caughtAbort) {
        super(container);
        this.abort = abort;
        this.caughtAbort = caughtAbort;
    }

    @Test
    void theRuleOfTheApplicationDecides() throws Exception {
        on("/missing", (request, response) -> response.setStatus(404));
        on("/busy", (request, response) -> response.sendError(503));
        on("/broken", (request, response) -> {
            throw new IOException("provoked");
        });
        on("/slow", (request, response) -> request.startAsync().setTimeout(50));
        on("/confused", (request, response) -> response.setStatus(207));
        serve(
                List.of(CostFilter.builder(meter)
                        .feature(BY_PATH)
                        .outcome(ending -> {
                            if (ending.status() == 207) {
                                throw new IllegalStateException("provoked by the rule");
                            }
                            return ending.isTimeout()
                                    ? Outcome.CANCELLED
                                    : ending.failure() == null && ending.status() == 404
                                            ? Outcome.DELIVERED
                                            : ending.status() == 503 ? null : ending.outcome();
                        })
                        .build()),
                ALL);
        assertThat(outcome("/missing")).isEqualTo(Outcome.DELIVERED);
        assertThat(outcome("/busy")).as("no answer is the usual one").isEqualTo(Outcome.FAILED);
        assertThat(outcome("/broken")).isEqualTo(Outcome.FAILED);
        assertThat(outcome("/slow")).isEqualTo(Outcome.CANCELLED);
        assertThat(outcome("/confused")).as("neither is an exception").isEqualTo(Outcome.DELIVERED);
        provoked.add(Site.BOUNDARY);
    }

    private Outcome outcome(String path) throws Exception {
        get(path);
        return takeAfterGrace().outcome();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerThatTheApplicationRejectsHasFailed(boolean async) throws Exception {
        on("/chat", (request, response) -> {
            response.getWriter().write("nonsense");
            if (async) {
                AsyncContext context = request.startAsync();
                later(RequestMeter.current().wrap(() -> {
                    RequestMeter.current().reject();
                    context.complete();
                })::run);
            } else {
                RequestMeter.current().reject();
            }
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(200);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void whatIsSaidOfARequestReachesItsCost() throws Exception {
        on("/chat", (request, response) -> RequestMeter.current().attribute("prompt", "v7"));
        on("/silent", (request, response) -> response.getWriter().write("hello"));
        serve(
                List.of(CostFilter.builder(meter)
                        .feature(BY_PATH)
                        .describe((request, account) -> {
                            if (request.getServletPath().equals("/silent")) {
                                throw new IllegalStateException("provoked by the description");
                            }
                            account.attribute("tenant", request.getParameter("tenant"));
                            account.attribute("session", "s-1");
                            account.revenue(Money.usd("0.02"));
                        })
                        .build()),
                ALL);
        get("/chat?tenant=acme");
        RequestCost cost = costs.take();
        assertThat(cost.attributes()).isEqualTo(Map.of("tenant", "acme", "session", "s-1", "prompt", "v7"));
        assertThat(cost.revenue()).isEqualTo(Money.usd("0.02"));
        assertThat(get("/silent").body()).isEqualTo("hello");
        assertThat(costs.take().attributes()).isEmpty();
        provoked.add(Site.BOUNDARY);
    }

    @Test
    void featuresAreFoundByPath_andTheRestIsUnmapped() throws Exception {
        for (String path : List.of("/chat", "/chat/*", "/code/*", "*.ai", "/other")) {
            on(path, (request, response) -> response.getWriter().write("hello"));
        }
        serve(
                List.of(CostFilter.builder(meter)
                        .features("/chat/* : chat; /code/* : code-assist\n*.ai : page")
                        .unmapped("web")
                        .build()),
                ALL);
        List<String> paths = List.of(
                "/chat", "/chat/", "/chat/now", "/chat;v=1/now?x=/code/", "/code/a", "/code/a.ai", "/x/a.ai", "/other");
        for (String path : paths) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(costs.take(paths.size()))
                .extracting(RequestCost::feature)
                .containsExactly("chat", "chat", "chat", "chat", "code-assist", "code-assist", "page", "web");
    }

    @Test
    void aClientThatGoesAwayHasCancelled() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        on("/chat", (request, response) -> flushUntilAborted(response, gone));
        serve();
        goAwayFrom("/chat", gone);
        assertThat(takeAfterGrace().outcome()).isEqualTo(Outcome.CANCELLED);
    }

    /** Where the response is looked at, whoever catches what. */
    @Test
    void aClientThatGoesAwayHasCancelled_evenIfTheApplicationCatchesIt() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        on("/sync", (request, response) -> catchAbort(response, gone));
        on("/async", (request, response) -> catchAbortLater(request.startAsync(), gone));
        serve(
                List.of(CostFilter.builder(meter)
                        .feature(BY_PATH)
                        .serves(request -> "openai")
                        .build()),
                ALL);
        for (String path : List.of("/sync", "/async")) {
            goAwayFrom(path, gone);
            assertThat(seen()).isEqualTo(abort);
            assertThat(takeAfterGrace().outcome()).as(path).isEqualTo(Outcome.CANCELLED);
        }
    }

    @Test
    void aCaughtAbortIsWhatTheContainerMakesOfIt() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        on("/async", (request, response) -> catchAbortLater(request.startAsync(), gone));
        serve();
        goAwayFrom("/async", gone);
        assertThat(seen()).isEqualTo(abort);
        assertThat(takeAfterGrace().outcome()).isEqualTo(caughtAbort);
    }

    private void catchAbortLater(AsyncContext async, CountDownLatch gone) {
        later(() -> {
            catchAbort((HttpServletResponse) async.getResponse(), gone);
            complete(async);
        });
    }

    private void goAwayFrom(String path, CountDownLatch gone) throws IOException {
        try (HttpSocket client = new HttpSocket(port())) {
            client.ask(path, "HTTP/1.1");
            client.awaitText("hello");
            client.abort();
        }
        gone.countDown();
    }

    private void catchAbort(HttpServletResponse response, CountDownLatch gone) {
        try {
            flushUntilAborted(response, gone);
        } catch (IOException e) {
            assertThat(ClientAbort.isOne(e)).isTrue();
            seen.add(e.getClass().getSimpleName());
        }
    }

    /** Its own client is not the one that has gone. */
    @Test
    void aModelServerThatGoesAwayIsAFailure() throws Exception {
        HttpClient models = HttpClient.newHttpClient();
        try (ServerSocket server = new ServerSocket(0)) {
            URI uri = URI.create("http://localhost:" + server.getLocalPort() + "/");
            later(() -> resetEveryone(server));
            on("/chat", (request, response) -> {
                try {
                    models.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            });
            on("/socket", (request, response) -> {
                try (Socket socket = new Socket("localhost", server.getLocalPort())) {
                    socket.getOutputStream().write('x');
                    assertThat(socket.getInputStream().read()).isNotNegative();
                }
            });
            serve();
            for (String path : List.of("/chat", "/socket")) {
                assertThat(get(path).statusCode()).isEqualTo(500);
                assertThat(takeAfterGrace().outcome()).as(path).isEqualTo(Outcome.FAILED);
            }
        }
        URI nobody = URI.create("http://localhost:1/");
        stop();
        on("/chat", (request, response) -> {
            try {
                models.send(HttpRequest.newBuilder(nobody).build(), BodyHandlers.ofString());
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(500);
        assertThat(takeAfterGrace().outcome()).isEqualTo(Outcome.FAILED);
    }

    /** Clients may try again. */
    private static void resetEveryone(ServerSocket server) throws IOException {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                assertThat(socket.getInputStream().read()).isPositive();
                socket.setSoLinger(true, 0);
            } catch (SocketException e) {
                assertThat(server.isClosed()).isTrue();
            }
        }
    }

    private static void complete(AsyncContext async) {
        try {
            async.complete();
        } catch (RuntimeException e) {
            assertThat(e).isNotNull(); // some containers have completed it by now, and say so
        }
    }

    private static void flushUntilAborted(HttpServletResponse response, CountDownLatch gone) throws IOException {
        ServletOutputStream out = response.getOutputStream();
        out.print("hello");
        out.flush();
        try {
            assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        for (int i = 0; i < 10_000; i++) {
            out.print("hello");
            out.flush();
        }
    }
}
