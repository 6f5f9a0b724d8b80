package io.unitcost.servlet.matrix;

import static io.unitcost.servlet.matrix.Scenario.FAILED;
import static io.unitcost.servlet.matrix.Scenario.of;

import io.unitcost.RequestMeter;
import io.unitcost.servlet.matrix.Scenario.Handler;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Requests that end when the chain returns. */
final class SyncScenarios {

    private static final int LARGE = 1 << 20;

    private SyncScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("writer", SyncScenarios::hello, SyncScenarios::getsHello),
                of("stream", v -> writeStream(v, "hello"), SyncScenarios::getsHello),
                of("throwServletException", thrown(new ServletException("provoked")), gets(500))
                        .ends(FAILED),
                of("throwRuntimeException", thrown(new IllegalStateException("provoked")), gets(500))
                        .ends(FAILED),
                of("throwError", thrown(new AssertionError("provoked")), gets(500))
                        .ends(FAILED),
                of("sendError", v -> sendError(v, 429), gets(429)).ends(FAILED),
                of("setStatus", SyncScenarios::setStatus, gets(404)).ends(FAILED),
                of("sendRedirect", v -> v.response.sendRedirect("/elsewhere"), gets(302)),
                of("errorPageUsesModel", v -> sendError(v, 503), gets(503)).ends(FAILED),
                of("errorPageUsesModelAfterThrow", thrown(new ServletException("provoked")), gets(500))
                        .ends(FAILED),
                of("rejected", SyncScenarios::rejected, gets(200)).ends(FAILED),
                of("head", SyncScenarios::hello, SyncScenarios::heads),
                of("large", v -> v.response.getOutputStream().write(new byte[LARGE]), gets(200)),
                of("answeredBeforeTheReturn", SyncScenarios::answerEarly, SyncScenarios::readsEarly),
                of("forward", v -> inTurn(v, "forward"), SyncScenarios::getsHello),
                of("include", v -> inTurn(v, "include"), SyncScenarios::getsHello),
                of("nestedDispatches", v -> inTurn(v, "forward", "include", "include"), SyncScenarios::getsHello),
                of("forwardThrows", v -> forwardThrows(v, false), gets(500)).ends(FAILED),
                of("forwardThrowsAndIsAnswered", v -> forwardThrows(v, true), SyncScenarios::getsHello),
                of("commitThenThrow", SyncScenarios::commitThenThrow, SyncScenarios::getsSomething)
                        .ends(FAILED),
                of("commitThenSendError", SyncScenarios::commitThenSendError, SyncScenarios::getsSomething)
                        .ends(FAILED),
                of("resetThenAnswer", SyncScenarios::resetThenAnswer, SyncScenarios::getsHello),
                of("otherThread", SyncScenarios::otherThread, SyncScenarios::getsHello),
                of("closeThenUse", SyncScenarios::closeThenUse, SyncScenarios::staysToTheReturn),
                of("stacked", SyncScenarios::hello, SyncScenarios::getsHello).at(Scenario.STACKED),
                of("stackedSendError", v -> sendError(v, 500), gets(500))
                        .at(Scenario.STACKED)
                        .ends(FAILED),
                of("twoMeters", SyncScenarios::hello, SyncScenarios::getsHello).at(Scenario.BOTH),
                of("twoMetersThrow", thrown(new ServletException("provoked")), gets(500))
                        .at(Scenario.BOTH)
                        .ends(FAILED),
                of("otherContextForward", v -> otherContext(v, false), SyncScenarios::getsHello),
                of("otherContextInclude", v -> otherContext(v, true), SyncScenarios::getsHello));
    }

    static Scenario.Script gets(int status) {
        return client -> client.get().expect(status);
    }

    static void getsHello(Client client) throws Exception {
        client.get().expect(200, "hello");
    }

    /** Whatever comes: the response is broken on purpose. */
    static void getsSomething(Client client) throws Exception {
        client.get();
    }

    private static void heads(Client client) throws Exception {
        Conversation conversation = client.connect();
        conversation.request("HEAD", client.path(), Map.of(), false);
        conversation.answer().expect(200, "");
    }

    static void hello(Visit visit) throws Exception {
        visit.use();
        visit.text("hello");
    }

    private static void writeStream(Visit visit, String text) throws Exception {
        visit.use();
        visit.response.getOutputStream().print(text);
    }

    private static void sendError(Visit visit, int status) throws Exception {
        visit.use();
        visit.response.sendError(status);
    }

    private static void setStatus(Visit visit) throws Exception {
        visit.response.setStatus(404);
        hello(visit);
    }

    private static void rejected(Visit visit) throws Exception {
        hello(visit);
        RequestMeter.current().reject();
    }

    private static Handler thrown(Throwable failure) {
        return visit -> {
            visit.use();
            Throwing.anyway(failure);
        };
    }

    /** The client has all of it while the servlet is still at work. */
    private static void answerEarly(Visit visit) throws Exception {
        visit.response.setContentLength(5);
        writeStream(visit, "hello");
        visit.response.flushBuffer();
        visit.await(Stage.READ);
        visit.use();
    }

    private static void readsEarly(Client client) throws Exception {
        Conversation conversation = client.connect();
        conversation.request("GET", client.path(), Map.of(), false);
        if (client.http2) {
            // the end of the stream is a frame of its own, after the return
            conversation.awaitBody();
            client.tell(Stage.READ);
            conversation.answer().expect(200, "hello");
            client.await(Stage.LEFT);
        } else {
            conversation.answer().expect(200, "hello");
            client.tell(Stage.READ);
        }
    }

    private static void staysToTheReturn(Client client) throws Exception {
        client.get().expect(200, "hello");
        client.await(Stage.LEFT);
    }

    /** One dispatch in the other, a model used in each. */
    private static void inTurn(Visit visit, String... dispatches) throws Exception {
        int depth = visit.step().isEmpty() ? 0 : Integer.parseInt(visit.step());
        if (depth == dispatches.length) {
            hello(visit);
            return;
        }
        visit.use();
        String next = Integer.toString(depth + 1);
        if (dispatches[depth].equals("forward")) {
            visit.forward(next);
        } else {
            visit.include(next);
            visit.use();
        }
    }

    private static void forwardThrows(Visit visit, boolean answered) throws Exception {
        if (!visit.step().isEmpty()) {
            throw new ServletException("provoked in the forward");
        }
        try {
            visit.forward("broken");
        } catch (ServletException e) {
            if (!answered) {
                throw e;
            }
            hello(visit);
        }
    }

    private static void commitThenThrow(Visit visit) throws Exception {
        visit.use();
        visit.event();
        throw new ServletException("provoked after the commit");
    }

    private static void commitThenSendError(Visit visit) throws Exception {
        visit.use();
        visit.event();
        visit.response.sendError(500);
        // some containers have thrown by now
        throw new IllegalStateException("provoked after the commit");
    }

    private static void resetThenAnswer(Visit visit) throws Exception {
        visit.response.setStatus(500);
        visit.response.getWriter().write("broken");
        visit.response.reset();
        hello(visit);
    }

    private static void otherThread(Visit visit) throws Exception {
        CompletableFuture<Boolean> same = new CompletableFuture<>();
        Runnable task = visit.account.wrap((Runnable) () -> same.complete(RequestMeter.current() == visit.account));
        visit.elsewhere(task::run);
        if (!same.get()) {
            throw new ServletException("another account on the other thread");
        }
        hello(visit);
    }

    private static void closeThenUse(Visit visit) throws Exception {
        writeStream(visit, "hello");
        visit.response.getOutputStream().close();
        visit.use();
    }

    private static void otherContext(Visit visit, boolean include) throws Exception {
        visit.use();
        if (visit.request.getServletContext().getContextPath().equals(App.OTHER)
                || visit.step().equals("there")) {
            visit.text("hello");
            return;
        }
        ServletContext other = visit.request.getServletContext().getContext(App.OTHER);
        RequestDispatcher there = other.getRequestDispatcher(visit.path("there"));
        if (include) {
            there.include(visit.request, visit.response);
        } else {
            there.forward(visit.request, visit.response);
        }
    }
}
