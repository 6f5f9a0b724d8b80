package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.price.Money;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter promises in any container. */
abstract class CostFilterContract extends ServletFixture {

    CostFilterContract(Container container) {
        super(container);
    }

    @Test
    void closesTheAccountOnce_onReturn() throws Exception {
        on("/chat", (request, response) -> response.getWriter().write("hello"));
        serve();
        assertThat(get("/chat").body()).isEqualTo("hello");
        RequestCost cost = costs.take();
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.reaped()).isNull();
        assertThat(cost.attempts()).isEmpty();
    }

    @Test
    void aRequestCostsWhatItsAttemptsCost() throws Exception {
        on("/chat", (request, response) -> meter.record(attempt()));
        serve();
        get("/chat");
        RequestCost cost = costs.take();
        assertThat(cost.attempts()).hasSize(1);
        // 1,000 × 2.50 ÷ 1,000,000 + 500 × 10 ÷ 1,000,000 = 0.0025 + 0.005
        assertThat(cost.total()).isEqualTo(Money.usd("0.0075"));
        assertThat(cost.inference()).isEqualTo(Money.usd("0.0075"));
        assertThat(cost.unpricedAttempts()).isZero();
    }

    @Test
    void closesTheAccountOnce_onException() throws Exception {
        on("/chat", (request, response) -> {
            meter.record(attempt());
            throw new ServletException("provoked");
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(500);
        RequestCost cost = costs.take();
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        // a failed request still costs what it used
        assertThat(cost.total()).isEqualTo(Money.usd("0.0075"));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 429, 500, 503})
    void closesTheAccountOnce_onError(int status) throws Exception {
        on("/chat", (request, response) -> response.sendError(status));
        on(Container.ERROR_PAGE, (request, response) -> seen.add(hasScope()));
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(status);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(seen()).as("the error page belongs to its request").isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 304, 399})
    void anythingBelow400IsDelivered(int status) throws Exception {
        on("/chat", (request, response) -> response.setStatus(status));
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(status);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void joinsTheOpenAccount_onForward() throws Exception {
        on("/chat", (request, response) -> {
            meter.record(attempt());
            request.getRequestDispatcher("/answer").forward(request, response);
        });
        on("/answer", (request, response) -> {
            meter.record(attempt());
            response.getWriter().write("hello");
        });
        serve();
        assertThat(get("/chat").body()).isEqualTo("hello");
        assertOneRequest("chat", 2);
    }

    @Test
    void joinsTheOpenAccount_onInclude() throws Exception {
        on("/chat", (request, response) -> {
            request.getRequestDispatcher("/answer").include(request, response);
            meter.record(attempt());
        });
        on("/answer", (request, response) -> {
            meter.record(attempt());
            response.getWriter().write("hello");
        });
        serve();
        assertThat(get("/chat").body()).isEqualTo("hello");
        assertOneRequest("chat", 2);
    }

    @Test
    void aFailedForwardThatIsAnsweredAnywayIsDelivered() throws Exception {
        on("/chat", (request, response) -> {
            try {
                request.getRequestDispatcher("/answer").forward(request, response);
            } catch (ServletException e) {
                response.getWriter().write("recovered");
            }
        });
        on("/answer", (request, response) -> {
            throw new ServletException("provoked in the forward");
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(200);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void joinsTheOpenAccount_whenStackedTwice() throws Exception {
        on("/chat", (request, response) -> {
            meter.record(attempt());
            AsyncContext async = request.startAsync();
            later(async::complete);
        });
        serve(List.of(filter, CostFilter.create(meter, request -> "inner")), ALL);
        assertThat(get("/chat").statusCode()).isEqualTo(200);
        assertOneRequest("chat", 1);
    }

    @Test
    void twoMetersEachKeepTheirOwnAccount() throws Exception {
        RecordedCosts otherCosts = new RecordedCosts();
        try (CostMeter other = meterBuilder().listener(otherCosts).build()) {
            on("/chat", (request, response) -> response.sendError(500));
            serve(List.of(filter, CostFilter.create(other, request -> "inner")), ALL);
            assertThat(get("/chat").statusCode()).isEqualTo(500);
            assertThat(costs.take().feature()).isEqualTo("chat");
            assertThat(otherCosts.take().feature()).isEqualTo("inner");
            stop();
        }
        otherCosts.assertNothingLeft();
    }

    @Test
    void seesUsageFromAnotherThread() throws Exception {
        on("/chat", (request, response) -> {
            CompletableFuture.runAsync(RequestMeter.current().wrap(() -> meter.record(attempt())), workers)
                    .join();
            response.getWriter().write("hello");
        });
        serve();
        assertThat(get("/chat").body()).isEqualTo("hello");
        assertOneRequest("chat", 1);
    }

    @Test
    void leavesNoScopeOnThePooledThread() throws Exception {
        int rounds = 25;
        on("/chat", (request, response) -> response.getWriter().write("hello"));
        on("/broken", (request, response) -> {
            throw new ServletException("provoked");
        });
        on("/refused", (request, response) -> response.sendError(429));
        on("/async", (request, response) -> {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                response.getWriter().write("hello");
            } else {
                AsyncContext async = request.startAsync();
                later(async::dispatch);
            }
        });
        on("/plain", (request, response) -> seen.add(hasScope()));
        serve();
        for (int i = 0; i < rounds; i++) {
            for (String path : List.of("/chat", "/broken", "/refused", "/async", "/plain")) {
                get(path);
            }
        }
        assertThat(costs.take(4 * rounds)).extracting(RequestCost::feature).contains("chat", "async");
        assertThat(seen).hasSize(rounds).containsOnly(false);
    }

    @Test
    void featureFunctionFailureDoesNotReachTheCaller() throws Exception {
        provoked.add(Site.BOUNDARY);
        on("/chat", (request, response) -> response.getWriter().write("hello"));
        on("/refused", (request, response) -> response.sendError(429));
        serve(
                List.of(CostFilter.create(meter, request -> {
                    throw new IllegalStateException("provoked by the feature function");
                })),
                ALL);
        assertThat(get("/chat").body()).isEqualTo("hello");
        assertThat(meter.errors(Site.BOUNDARY)).isEqualTo(1);
        // the error dispatch does not ask again
        assertThat(get("/refused").statusCode()).isEqualTo(429);
        assertThat(meter.errors(Site.BOUNDARY)).isEqualTo(2);
    }

    @Test
    void listenerFailureDoesNotReachTheCaller() throws Exception {
        try (CostMeter failing = meterBuilder()
                .listener(cost -> {
                    throw new IllegalStateException("provoked by a listener");
                })
                .listener(costs)
                .build()) {
            on("/chat", (request, response) -> response.getWriter().write("hello"));
            serve(List.of(CostFilter.create(failing, BY_PATH)), ALL);
            assertThat(get("/chat").body()).isEqualTo("hello");
            assertThat(costs.take().feature()).isEqualTo("chat");
            assertThat(failing.errors(Site.LISTENER)).isEqualTo(1);
        }
    }

    @Test
    void unmappedRequestOpensNoAccount() throws Exception {
        on("/plain", (request, response) -> {
            seen.add(hasScope());
            AsyncContext async = request.startAsync();
            later(async::complete);
        });
        on("/plain-error", (request, response) -> response.sendError(500));
        serve();
        assertThat(get("/plain").statusCode()).isEqualTo(200);
        assertThat(seen()).isEqualTo(false);
        // neither does its error page
        assertThat(get("/plain-error").statusCode()).isEqualTo(500);
    }

    @Test
    void unmappedRequestOpensNoAccount_onItsAsyncDispatch() throws Exception {
        on("/plain", (request, response) -> request.startAsync().dispatch("/chat"));
        on("/chat", (request, response) -> seen.add(hasScope()));
        serve();
        assertThat(get("/plain").statusCode()).isEqualTo(200);
        assertThat(seen()).isEqualTo(false);
    }

    @Test
    void aForwardOfAnUnmappedRequestMayOpenOne() throws Exception {
        on("/plain", (request, response) -> request.getRequestDispatcher("/chat")
                .forward(request, response));
        on("/chat", (request, response) -> meter.record(attempt()));
        serve();
        assertThat(get("/plain").statusCode()).isEqualTo(200);
        assertOneRequest("chat", 1);
    }

    @Test
    void theExceptionReachesTheContainerUnchanged() throws Exception {
        List<Throwable> failures = List.of(
                new IOException("provoked"),
                new ServletException("provoked"),
                new IllegalStateException("provoked"),
                new AssertionError("provoked"),
                new InterruptedException("provoked, and not declared"));
        on("/chat", (request, response) -> {
            if (request.getParameter("async") != null) {
                request.startAsync();
            }
            CostFilterContract.<RuntimeException>throwAnyway(
                    failures.get(Integer.parseInt(request.getParameter("failure"))));
        });
        serve();
        for (int i = 0; i < failures.size(); i++) {
            Throwable failure = failures.get(i);
            for (String query : List.of("?failure=" + i, "?async&failure=" + i)) {
                assertThat(get("/chat" + query).statusCode()).isEqualTo(500);
                Throwable thrown = inside.thrown.poll(10, TimeUnit.SECONDS);
                // a container may have put an Error into a ServletException before any filter sees it
                assertThat(thrown).satisfiesAnyOf(t -> assertThat(t).isSameAs(failure), t -> assertThat(t)
                        .hasCause(failure));
                assertThat(outside.thrown.poll(10, TimeUnit.SECONDS)).isSameAs(thrown);
                assertThat(takeAfterGrace().outcome()).isEqualTo(Outcome.FAILED);
            }
        }
    }

    @Test
    void lateUsageIsCountedNotDropped() throws Exception {
        on("/chat", (request, response) -> seen.add(RequestMeter.current()));
        serve();
        get("/chat");
        assertThat(costs.take().kind()).isEqualTo(Kind.REQUEST);
        ((RequestMeter) seen()).record(attempt());
        RequestCost late = costs.take();
        assertThat(late.kind()).isEqualTo(Kind.LATE);
        assertThat(late.feature()).isEqualTo("chat");
        assertThat(late.total()).isEqualTo(Money.usd("0.0075"));
    }

    @Test
    void usageOfAnErrorPageIsPartOfItsRequest() throws Exception {
        on("/chat", (request, response) -> response.sendError(500));
        on(Container.ERROR_PAGE, (request, response) -> meter.record(attempt()));
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(500);
        RequestCost cost = costs.take();
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.attempts()).hasSize(1);
    }

    @Test
    void theResponseIsByteIdentical() throws Exception {
        on("/empty", (request, response) -> response.setStatus(204));
        on("/text", (request, response) -> {
            response.setContentType("text/plain;charset=utf-8");
            response.setContentLength(6);
            response.getWriter().write("grüß");
        });
        on("/big", (request, response) -> response.getOutputStream().write(new byte[100_000]));
        on("/stream", (request, response) -> {
            response.setContentType("text/event-stream");
            for (int i = 0; i < 3; i++) {
                response.getOutputStream().print("data: " + i + "\n\n");
                response.flushBuffer();
            }
        });
        on("/async", (request, response) -> {
            AsyncContext async = request.startAsync();
            later(() -> {
                async.getResponse().getWriter().write("data: 1\n\n");
                async.getResponse().flushBuffer();
                async.getResponse().getWriter().write("data: [DONE]\n\n");
                async.complete();
            });
        });
        on("/forward", (request, response) -> request.getRequestDispatcher("/text")
                .forward(request, response));
        on("/redirect", (request, response) -> response.sendRedirect("/text"));
        on("/refused", (request, response) -> response.sendError(429));
        on("/broken", (request, response) -> {
            throw new ServletException("provoked");
        });
        List<String> paths =
                List.of("/empty", "/text", "/big", "/stream", "/async", "/forward", "/redirect", "/refused", "/broken");
        serve(List.of(), ALL);
        Map<String, String> without = RawHttp.responses(port(), paths);
        stop();
        serve();
        assertThat(RawHttp.responses(port(), paths)).isEqualTo(without);
        assertThat(costs.take(paths.size())).hasSize(paths.size());
        assertThat(without.get("/text")).startsWith("HTTP/1.1 200").contains("\r\nContent-Length: 6\r\n");
        assertThat(without.get("/broken")).startsWith("HTTP/1.1 500").contains("sorry");
    }

    /** Throws what the compiler would not let us. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwAnyway(Throwable failure) throws T {
        throw (T) failure;
    }
}
