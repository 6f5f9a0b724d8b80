package io.unitcost.servlet.matrix;

import static io.unitcost.servlet.matrix.Scenario.FAILED;
import static io.unitcost.servlet.matrix.Scenario.of;
import static io.unitcost.servlet.matrix.SyncScenarios.gets;

import io.unitcost.servlet.matrix.Scenario.Cell;
import io.unitcost.servlet.matrix.Visit.Task;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** Requests that go on after the chain has returned, and whose clients stay to the end. */
final class AsyncScenarios {

    private static final long LONG = TimeUnit.SECONDS.toMillis(20);

    private AsyncScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("completeAtOnce", AsyncScenarios::completeAtOnce, SyncScenarios::getsHello),
                of("completeLater", v -> completeLater(v, v.start(LONG)), SyncScenarios::getsHello),
                of("completeBeforeTheReturn", AsyncScenarios::completeBeforeTheReturn, SyncScenarios::getsHello),
                of("completeLaterHead", v -> completeLater(v, v.start(LONG)), AsyncScenarios::heads),
                of("completeTwice", AsyncScenarios::completeTwice, SyncScenarios::getsHello)
                        .last(),
                of("completeRace", v -> race(v, false), gets(200)).last(),
                of("completeDispatchRace", v -> race(v, true), gets(200)).last(),
                of("completeTimeoutRace", AsyncScenarios::completeAtTheTimeout, SyncScenarios::getsSomething)
                        .ends(FAILED)
                        .seldom(AsyncScenarios::mayForgetTheTimeout, "DELIVERED")
                        .last(),
                of("dispatchAtOnce", v -> cycles(v, 1, true), SyncScenarios::getsHello),
                of("dispatchLater", v -> cycles(v, 1, false), SyncScenarios::getsHello),
                of("twoCycles", v -> cycles(v, 2, false), SyncScenarios::getsHello),
                of("fiveCycles", v -> cycles(v, 5, true), SyncScenarios::getsHello),
                of("secondStartUnwrapped", AsyncScenarios::secondStartUnwrapped, SyncScenarios::getsHello)
                        .mayBeLate(),
                of("dispatchForwardsAndStarts", AsyncScenarios::dispatchChain, SyncScenarios::getsHello),
                of("dispatchThrows", AsyncScenarios::dispatchThrows, gets(500)).ends(FAILED),
                of("dispatchToOtherContext", AsyncScenarios::otherContext, SyncScenarios::getsHello),
                of("startBehindForward", AsyncScenarios::startBehindForward, SyncScenarios::getsHello),
                of("startWithWrappers", AsyncScenarios::startWithWrappers, SyncScenarios::getsHello),
                of("timeout", v -> v.start(Visit.TIMEOUT_MILLIS), gets(500)).ends(FAILED),
                of("timeoutAnswered", AsyncScenarios::timeoutAnswered, SyncScenarios::getsHello)
                        .ends(FAILED),
                of("timeoutDispatched", AsyncScenarios::timeoutDispatched, SyncScenarios::getsHello)
                        .ends(FAILED),
                of("throwAfterStart", AsyncScenarios::throwAfterStart, gets(500))
                        .ends(FAILED)
                        .last(),
                of("throwAfterSecondStart", AsyncScenarios::throwAfterSecondStart, gets(500))
                        .ends(FAILED)
                        .last(),
                of("startRunnable", AsyncScenarios::startRunnable, SyncScenarios::getsHello),
                of("startRunnableThrows", AsyncScenarios::startRunnableThrows, SyncScenarios::getsSomething)
                        .ends(FAILED),
                of("asyncSendError", AsyncScenarios::asyncSendError, gets(503)).ends(FAILED),
                of("errorPageUsesModelAfterTimeout", v -> v.start(Visit.TIMEOUT_MILLIS), gets(500))
                        .ends(FAILED)
                        .mayBeLate(),
                of("listenerThrowsOnComplete", v -> listenerThrows(v, LONG), SyncScenarios::getsHello),
                of(
                                "listenerThrowsOnTimeout",
                                v -> listenerThrows(v, Visit.TIMEOUT_MILLIS),
                                SyncScenarios::getsSomething)
                        .ends(FAILED),
                of("stackedAsync", v -> cycles(v, 2, false), SyncScenarios::getsHello)
                        .at(Scenario.STACKED),
                of("twoMetersAsync", v -> cycles(v, 2, false), SyncScenarios::getsHello)
                        .at(Scenario.BOTH));
    }

    /** Tomcat completes one in a thousand without a timeout, over HTTP/1.1. */
    static boolean mayForgetTheTimeout(Cell cell) {
        return cell.tomcat() && !cell.http2();
    }

    private static void heads(Client client) throws Exception {
        Conversation conversation = client.connect();
        conversation.request("HEAD", client.path(), Map.of(), false);
        // Tomcat answers this over HTTP/2 with an end and no head
        conversation.answer();
    }

    private static void completeAtOnce(Visit visit) throws Exception {
        AsyncContext async = visit.start(LONG);
        SyncScenarios.hello(visit);
        async.complete();
    }

    private static void completeLater(Visit visit, AsyncContext async) {
        visit.use();
        visit.afterReturn(() -> {
            SyncScenarios.hello(visit);
            async.complete();
        });
    }

    private static void completeBeforeTheReturn(Visit visit) throws Exception {
        AsyncContext async = visit.start(LONG);
        CountDownLatch completed = new CountDownLatch(1);
        visit.elsewhere(() -> {
            SyncScenarios.hello(visit);
            async.complete();
            completed.countDown();
        });
        completed.await(1, TimeUnit.SECONDS);
    }

    private static void completeTwice(Visit visit) {
        AsyncContext async = visit.start(LONG);
        visit.afterReturn(() -> {
            SyncScenarios.hello(visit);
            async.complete();
            async.complete();
        });
    }

    /** Two threads end the request; one of them is too late. */
    private static void race(Visit visit, boolean dispatch) {
        if (visit.request.getDispatcherType() == DispatcherType.ASYNC) {
            return;
        }
        visit.use();
        AsyncContext async = visit.start(LONG);
        CyclicBarrier barrier = new CyclicBarrier(2);
        for (Task end : List.<Task>of(async::complete, dispatch ? async::dispatch : async::complete)) {
            visit.afterReturn(() -> {
                barrier.await(5, TimeUnit.SECONDS);
                end.run();
            });
        }
    }

    private static void completeAtTheTimeout(Visit visit) {
        visit.use();
        AsyncContext async = visit.start(Visit.TIMEOUT_MILLIS);
        CountDownLatch timedOut = new CountDownLatch(1);
        async.addListener(new Listener().onTimeout(timedOut::countDown));
        visit.afterReturn(() -> {
            timedOut.await(5, TimeUnit.SECONDS);
            async.complete();
        });
    }

    private static void cycles(Visit visit, int count, boolean atOnce) throws Exception {
        visit.use();
        int done = visit.step().isEmpty() ? 0 : Integer.parseInt(visit.step());
        if (done == count) {
            visit.text("hello");
            return;
        }
        AsyncContext async = visit.start(LONG);
        String next = visit.path(Integer.toString(done + 1));
        if (atOnce) {
            async.dispatch(next);
        } else {
            visit.elsewhere(() -> async.dispatch(next));
        }
    }

    /** Past every wrapper, which only some containers notice: the end is presumed elsewhere. */
    private static void secondStartUnwrapped(Visit visit) throws Exception {
        visit.use();
        if (visit.step().isEmpty()) {
            visit.start(LONG).dispatch(visit.path("there"));
            return;
        }
        ServletRequest request = visit.request;
        while (request instanceof ServletRequestWrapper wrapper) {
            request = wrapper.getRequest();
        }
        completeLater(visit, request.startAsync(visit.request, visit.response));
    }

    private static void dispatchChain(Visit visit) throws Exception {
        visit.use();
        switch (visit.step()) {
            case "" -> visit.start(LONG).dispatch(visit.path("second"));
            case "second" -> visit.forward("third");
            case "third" -> completeLater(visit, visit.start(LONG));
            default -> throw new ServletException(visit.step());
        }
    }

    private static void dispatchThrows(Visit visit) throws Exception {
        visit.use();
        if (visit.request.getDispatcherType() == DispatcherType.ASYNC) {
            throw new ServletException("provoked in the dispatch");
        }
        AsyncContext async = visit.start(LONG);
        visit.afterReturn(async::dispatch);
    }

    private static void otherContext(Visit visit) throws Exception {
        visit.use();
        if (visit.step().equals("there")) {
            visit.text("hello");
            return;
        }
        ServletContext other = visit.request.getServletContext().getContext(App.OTHER);
        AsyncContext async = visit.start(LONG);
        visit.afterReturn(() -> async.dispatch(other, visit.path("there")));
    }

    private static void startBehindForward(Visit visit) throws Exception {
        if (visit.step().isEmpty()) {
            visit.forward("there");
        } else {
            completeLater(visit, visit.start(LONG));
        }
    }

    private static void startWithWrappers(Visit visit) {
        AsyncContext async = visit.request.startAsync(
                new HttpServletRequestWrapper(visit.request), new HttpServletResponseWrapper(visit.response));
        completeLater(visit, async);
    }

    private static void timeoutAnswered(Visit visit) {
        AsyncContext async = visit.start(Visit.TIMEOUT_MILLIS);
        async.addListener(new Listener().onTimeout(() -> {
            SyncScenarios.hello(visit);
            async.complete();
        }));
    }

    private static void timeoutDispatched(Visit visit) throws Exception {
        visit.use();
        if (visit.request.getDispatcherType() == DispatcherType.ASYNC) {
            visit.text("hello");
            return;
        }
        AsyncContext async = visit.start(Visit.TIMEOUT_MILLIS);
        async.addListener(new Listener().onTimeout(async::dispatch));
    }

    private static void throwAfterStart(Visit visit) throws Exception {
        visit.use();
        visit.start(LONG);
        throw new ServletException("provoked after startAsync");
    }

    private static void throwAfterSecondStart(Visit visit) throws Exception {
        visit.use();
        AsyncContext async = visit.start(LONG);
        if (visit.request.getDispatcherType() == DispatcherType.ASYNC) {
            throw new ServletException("provoked after the second startAsync");
        }
        async.dispatch();
    }

    private static void startRunnable(Visit visit) {
        AsyncContext async = visit.start(LONG);
        async.start(visit.account.wrap(() -> {
            try {
                SyncScenarios.hello(visit);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            async.complete();
        }));
    }

    private static void startRunnableThrows(Visit visit) {
        visit.use();
        visit.start(2 * Visit.TIMEOUT_MILLIS).start(() -> {
            throw new IllegalStateException("provoked in AsyncContext.start");
        });
    }

    private static void asyncSendError(Visit visit) {
        visit.use();
        AsyncContext async = visit.start(LONG);
        visit.afterReturn(() -> {
            visit.response.sendError(503);
            async.complete();
        });
    }

    private static void listenerThrows(Visit visit, long timeout) {
        AsyncContext async = visit.start(timeout);
        Task provoked = () -> {
            throw new IllegalStateException("provoked in a listener");
        };
        async.addListener(new Listener().onTimeout(provoked).onComplete(provoked));
        if (timeout == LONG) {
            completeLater(visit, async);
        }
    }
}
