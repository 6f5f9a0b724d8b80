package io.unitcost.servlet.matrix;

import static io.unitcost.servlet.matrix.Scenario.CANCELLED;
import static io.unitcost.servlet.matrix.Scenario.DELIVERED;
import static io.unitcost.servlet.matrix.Scenario.of;

import io.unitcost.servlet.matrix.Scenario.Cell;
import io.unitcost.servlet.matrix.Scenario.Script;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Streamed answers, read to the end or not. */
final class StreamScenarios {

    private static final long LONG = TimeUnit.SECONDS.toMillis(20);
    private static final int EVENTS = 5;
    private static final Set<String> NEVER = Set.of(UnitcostSubject.NEVER_REPORTED);
    static final Script RESETS = client -> leaves(client, true);
    static final Script HANGS_UP = client -> leaves(client, false);

    private StreamScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("streamSync", StreamScenarios::events, SyncScenarios.gets(200)),
                of("streamSyncReset", StreamScenarios::untilBroken, RESETS).ends(CANCELLED),
                of("streamSyncHangUp", StreamScenarios::untilBroken, HANGS_UP).ends(CANCELLED),
                of("streamSyncResetCaught", StreamScenarios::untilBrokenAndCaught, RESETS)
                        .ends(CANCELLED),
                of("streamAsync", v -> async(v, LONG, () -> events(v), true), SyncScenarios.gets(200)),
                of("streamAsyncReset", v -> brokenAsync(v, LONG, true), RESETS).ends(CANCELLED),
                of("streamAsyncHangUp", v -> brokenAsync(v, LONG, true), HANGS_UP)
                        .ends(CANCELLED),
                of("streamSyncWriterReset", StreamScenarios::writerUntilBroken, RESETS)
                        .ends((cell, number) -> unheard(cell) ? DELIVERED : CANCELLED)
                        // the first piece may still be on its way
                        .seldom(cell -> true, "CANCELLED", "DELIVERED"),
                of("streamAsyncWriterReset", StreamScenarios::writerAsync, RESETS)
                        .ends(CANCELLED)
                        .seldom(cell -> true, "DELIVERED"),
                of("streamForwardedReset", StreamScenarios::forwarded, RESETS).ends(CANCELLED),
                of("streamDispatchedReset", StreamScenarios::dispatched, RESETS).ends(CANCELLED),
                of("streamStackedReset", v -> brokenAsync(v, LONG, true), RESETS)
                        .at(Scenario.STACKED)
                        .ends(CANCELLED),
                of("streamTwoMetersReset", v -> brokenAsync(v, LONG, true), RESETS)
                        .at(Scenario.BOTH)
                        .ends(CANCELLED),
                of("nonBlockingWrite", v -> nonBlocking(v, EVENTS), SyncScenarios.gets(200)),
                of("nonBlockingWriteReset", v -> nonBlocking(v, Integer.MAX_VALUE), RESETS)
                        .ends((cell, number) -> cell.undertow() && cell.http2() ? NEVER : CANCELLED)
                        // a reset while it writes Jetty tells nobody
                        .seldom(cell -> cell.jetty() && cell.http2(), UnitcostSubject.NEVER_REPORTED),
                of("nonBlockingWriteHangUp", v -> nonBlocking(v, Integer.MAX_VALUE), HANGS_UP)
                        .ends(CANCELLED));
    }

    /** Reads a little and is gone. */
    private static void leaves(Client client, boolean reset) throws Exception {
        Conversation conversation = client.connect();
        conversation.request("GET", client.path(), Map.of(), false);
        conversation.awaitBody();
        if (reset) {
            conversation.reset();
            // a stream that is reset leaves its connection open
            client.leaveOpen(conversation);
        } else {
            conversation.close();
        }
        client.tell(Stage.GONE);
    }

    static void events(Visit visit) throws IOException {
        visit.use();
        visit.response.setContentType("text/event-stream");
        for (int i = 0; i < EVENTS; i++) {
            visit.event();
        }
    }

    static void untilBroken(Visit visit) throws Exception {
        visit.use();
        visit.response.setContentType("text/event-stream");
        visit.event();
        visit.await(Stage.GONE);
        visit.streamUntilBroken();
    }

    private static void untilBrokenAndCaught(Visit visit) throws Exception {
        try {
            untilBroken(visit);
        } catch (IOException e) {
            // an application that knows that clients go away
        }
    }

    static void async(Visit visit, long timeout, Visit.Task task, boolean complete) {
        AsyncContext async = visit.start(timeout);
        visit.afterReturn(() -> {
            try {
                task.run();
            } finally {
                if (complete) {
                    async.complete();
                }
            }
        });
    }

    static void brokenAsync(Visit visit, long timeout, boolean complete) {
        async(visit, timeout, () -> untilBroken(visit), complete);
    }

    /** Its writer never fails there. */
    private static boolean unheard(Cell cell) {
        return cell.undertow() && cell.http2();
    }

    private static void writerAsync(Visit visit) {
        async(visit, LONG, () -> writerUntilBroken(visit), true);
    }

    private static void writerUntilBroken(Visit visit) throws Exception {
        visit.use();
        visit.text("x".repeat(1_000));
        visit.response.flushBuffer();
        visit.await(Stage.GONE);
        visit.writeUntilBroken();
    }

    private static void forwarded(Visit visit) throws Exception {
        if (visit.step().isEmpty()) {
            visit.forward("there");
        } else {
            untilBroken(visit);
        }
    }

    private static void dispatched(Visit visit) {
        if (visit.step().isEmpty()) {
            visit.start(LONG).dispatch(visit.path("there"));
        } else {
            async(visit, LONG, () -> untilBroken(visit), true);
        }
    }

    private static void nonBlocking(Visit visit, int events) throws IOException {
        visit.use();
        AsyncContext async = visit.start(LONG);
        ServletOutputStream out = visit.response.getOutputStream();
        out.setWriteListener(new WriteListener() {
            private int left = events;

            @Override
            public void onWritePossible() throws IOException {
                while (left > 0 && out.isReady()) {
                    out.write(new byte[1_000]);
                    left--;
                    if (left > 0 && out.isReady()) {
                        out.flush();
                    }
                }
                if (left == 0) {
                    left = -1;
                    async.complete();
                }
            }

            @Override
            public void onError(Throwable failure) {
                async.complete();
            }
        });
    }
}
