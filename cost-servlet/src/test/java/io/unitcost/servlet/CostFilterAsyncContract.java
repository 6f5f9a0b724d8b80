package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Reaped;
import io.unitcost.RequestMeter;
import io.unitcost.price.Money;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter promises in any container about requests that go on after the chain has returned. */
abstract class CostFilterAsyncContract extends ServletFixture {

    CostFilterAsyncContract(Container container) {
        super(container);
    }

    @Test
    void closesTheAccountOnce_onAsyncComplete() throws Exception {
        on("/chat", (request, response) -> {
            AsyncContext async = request.startAsync();
            RequestMeter account = RequestMeter.current();
            later(() -> {
                seen.add(account.isOpen());
                async.getResponse().getWriter().write("hello");
                async.complete();
            });
        });
        serve();
        assertThat(get("/chat").body()).isEqualTo("hello");
        assertThat(seen()).as("open until completion").isEqualTo(true);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void closesTheAccountOnce_whenAnotherThreadCompletesBeforeTheReturn() throws Exception {
        on("/chat", (request, response) -> {
            AsyncContext async = request.startAsync(request, response);
            CompletableFuture.runAsync(() -> answer(async, "hello"), workers).join();
        });
        serve();
        assertThat(get("/chat").body()).isEqualTo("hello");
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void closesTheAccountOnce_onErrorOfAnAsyncRequest() throws Exception {
        on("/chat", (request, response) -> {
            AsyncContext async = request.startAsync();
            later(() -> {
                response.sendError(503);
                async.complete();
            });
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(503);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void closesTheAccountOnce_onAsyncTimeout() throws Exception {
        on("/chat", (request, response) -> {
            meter.record(attempt());
            request.startAsync().setTimeout(50);
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(500);
        RequestCost cost = costs.take();
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.reaped()).isNull();
        assertThat(cost.total()).isEqualTo(Money.usd("0.0075"));
    }

    @Test
    void closesTheAccountOnce_whenTheApplicationAnswersTheTimeout() throws Exception {
        on("/chat", (request, response) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(50);
            async.addListener(new OnTimeout(async, "too late"));
        });
        serve();
        assertThat(get("/chat").body()).isEqualTo("too late");
        assertThat(costs.take().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void closesTheAccountOnce_onAsyncError() throws Exception {
        on("/chat", (request, response) -> {
            request.startAsync();
            throw new IllegalStateException("provoked after startAsync");
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(500);
        RequestCost cost = takeAfterGrace();
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.reaped()).isNull();
    }

    @Test
    void closesTheAccountOnce_onAsyncErrorInTheSecondCycle() throws Exception {
        on("/chat", (request, response) -> request.startAsync().dispatch("/answer"));
        on("/answer", (request, response) -> {
            request.startAsync();
            throw new IllegalStateException("provoked after the second startAsync");
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(500);
        RequestCost cost = takeAfterGrace();
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.reaped()).isNull();
    }

    @Test
    void closesTheAccountOnce_whenTheAsyncDispatchThrows() throws Exception {
        on("/chat", (request, response) -> request.startAsync().dispatch("/answer"));
        on("/answer", (request, response) -> {
            throw new IOException("provoked in the dispatch");
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(500);
        assertThat(takeAfterGrace().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void closesTheAccountOnce_whenItWasReapedBeforeItsCompletion() throws Exception {
        on("/chat", (request, response) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(0);
            seen.add(async);
        });
        serve();
        CompletableFuture<HttpResponse<String>> answer = getAsync("/chat");
        AsyncContext forgotten = (AsyncContext) seen();
        ticker.advance(Duration.ofMinutes(16));
        meter.reap();
        RequestCost cost = costs.take();
        assertThat(cost.reaped()).isEqualTo(Reaped.MAX_AGE);
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        forgotten.complete();
        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void joinsTheOpenAccount_onAsyncStartedBehindAForward() throws Exception {
        on("/chat", (request, response) -> request.getRequestDispatcher("/answer")
                .forward(request, response));
        on("/answer", (request, response) -> {
            RequestMeter account = RequestMeter.current();
            AsyncContext async = request.startAsync();
            later(() -> {
                account.record(attempt());
                response.getWriter().write("hello");
                async.complete();
            });
        });
        serve();
        assertThat(get("/chat").body()).isEqualTo("hello");
        assertOneRequest("chat", 1);
    }

    @Test
    void joinsTheOpenAccount_onAsyncDispatch() throws Exception {
        on("/chat", (request, response) -> {
            AsyncContext async = request.startAsync();
            meter.record(attempt());
            later(() -> async.dispatch("/answer"));
        });
        on("/answer", (request, response) -> {
            meter.record(attempt());
            response.getWriter().write("hello");
        });
        serve();
        assertThat(get("/chat").body()).isEqualTo("hello");
        assertOneRequest("chat", 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hearsOfEachAsyncCycleOnce(boolean withArguments) throws Exception {
        int cycles = 3;
        on("/chat", (request, response) -> {
            meter.record(attempt());
            AsyncContext async = withArguments ? request.startAsync(request, response) : request.startAsync();
            if (endOf(request).cycles() < cycles) {
                later(() -> async.dispatch("/chat"));
            } else {
                seen.add(endOf(request).cycles());
                later(async::complete);
            }
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(200);
        assertThat(seen()).isEqualTo(cycles);
        assertOneRequest("chat", cycles);
    }

    @Test
    void hearsOfASecondAsyncCycle_whenAsyncDispatchesAreNotMapped() throws Exception {
        on("/chat", (request, response) -> {
            RequestMeter account = RequestMeter.current();
            request.setAttribute("account", account);
            request.startAsync().dispatch("/answer");
        });
        on("/answer", (request, response) -> {
            RequestMeter account = (RequestMeter) request.getAttribute("account");
            AsyncContext async = request.startAsync();
            later(() -> {
                seen.add(account.isOpen());
                async.complete();
            });
        });
        serve(List.of(filter), Set.of(DispatcherType.REQUEST));
        assertThat(get("/chat").statusCode()).isEqualTo(200);
        assertThat(seen()).as("open in the second cycle").isEqualTo(true);
        assertThat(costs.take().outcome()).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void seesUsageFromAnotherThreadOfAnAsyncRequest() throws Exception {
        on("/chat", (request, response) -> {
            AsyncContext async = request.startAsync();
            async.start(RequestMeter.current().wrap(() -> {
                meter.record(attempt());
                async.complete();
            }));
        });
        serve();
        assertThat(get("/chat").statusCode()).isEqualTo(200);
        assertOneRequest("chat", 1);
    }

    @Test
    void latencyCoversTheWholeStream() throws Exception {
        on("/chat", (request, response) -> {
            ticker.advance(Duration.ofSeconds(1));
            AsyncContext async = request.startAsync();
            later(() -> {
                for (int i = 0; i < 3; i++) {
                    async.getResponse().getWriter().write("event");
                    async.getResponse().flushBuffer();
                    ticker.advance(Duration.ofSeconds(2));
                }
                async.complete();
            });
        });
        serve();
        assertThat(get("/chat").body()).isEqualTo("eventeventevent");
        // 1 s before startAsync + 3 × 2 s of stream
        assertThat(costs.take().durationNanos()).isEqualTo(Duration.ofSeconds(7).toNanos());
    }

    private static RequestEnd endOf(ServletRequest request) {
        return Collections.list(request.getAttributeNames()).stream()
                .map(request::getAttribute)
                .filter(RequestEnd.class::isInstance)
                .map(RequestEnd.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static void answer(AsyncContext async, String body) {
        try {
            async.getResponse().getWriter().write(body);
            async.complete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An application that answers a timeout itself. */
    private record OnTimeout(AsyncContext async, String body) implements AsyncListener {

        @Override
        public void onTimeout(AsyncEvent event) {
            answer(async, body);
        }

        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
