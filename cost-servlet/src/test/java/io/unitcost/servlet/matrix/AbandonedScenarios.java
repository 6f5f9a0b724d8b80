package io.unitcost.servlet.matrix;

import static io.unitcost.servlet.matrix.Scenario.of;
import static io.unitcost.servlet.matrix.StreamScenarios.brokenAsync;
import static io.unitcost.servlet.matrix.UnitcostSubject.NEVER_REPORTED;

import io.unitcost.servlet.matrix.Scenario.Cell;
import java.util.List;
import java.util.Set;

/** Asynchronous requests that the application forgets: whether anybody ever says that they are over depends on the container. */
final class AbandonedScenarios {

    private static final long NONE = 0;
    private static final Set<String> SELDOM_REPORTED = Set.of("CANCELLED", NEVER_REPORTED);
    private static final Set<String> NEVER = Set.of(NEVER_REPORTED);

    private AbandonedScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("neverCompleted", v -> started(v, NONE), AbandonedScenarios::waits)
                        .ends(NEVER),
                of("idleResetNoTimeout", v -> started(v, NONE), AbandonedScenarios::resets)
                        .ends((cell, number) -> idle(cell)),
                of("idleHangUpNoTimeout", v -> started(v, NONE), AbandonedScenarios::hangsUp)
                        .ends((cell, number) -> cell.jetty() && cell.http2() ? SELDOM_REPORTED : idle(cell)),
                of("idleResetTimeout", v -> started(v, 3 * Visit.TIMEOUT_MILLIS), AbandonedScenarios::resets)
                        .ends((cell, number) -> Set.of("FAILED", "CANCELLED")),
                of("idleHangUpTimeout", v -> started(v, 3 * Visit.TIMEOUT_MILLIS), AbandonedScenarios::hangsUp)
                        .ends((cell, number) -> Set.of("FAILED", "CANCELLED")),
                of("streamResetForgotten", v -> brokenAsync(v, 3 * Visit.TIMEOUT_MILLIS, false), StreamScenarios.RESETS)
                        .ends(Set.of("CANCELLED")),
                of(
                                "streamHangUpForgotten",
                                v -> brokenAsync(v, 3 * Visit.TIMEOUT_MILLIS, false),
                                StreamScenarios.HANGS_UP)
                        .ends(Set.of("CANCELLED")),
                of("streamResetForgottenNoTimeout", v -> brokenAsync(v, NONE, false), StreamScenarios.RESETS)
                        .ends(Set.of("CANCELLED")));
    }

    private static Set<String> idle(Cell cell) {
        return cell.http2() && !cell.undertow() ? Set.of("CANCELLED") : NEVER;
    }

    private static void started(Visit visit, long timeout) {
        visit.use();
        visit.start(timeout);
        visit.tell(Stage.STARTED);
    }

    private static void waits(Client client) throws Exception {
        client.leaveOpen(client.started());
    }

    private static void resets(Client client) throws Exception {
        Conversation conversation = client.started();
        client.await(Stage.LEFT);
        conversation.reset();
        client.leaveOpen(conversation);
    }

    private static void hangsUp(Client client) throws Exception {
        Conversation conversation = client.started();
        client.await(Stage.LEFT);
        conversation.close();
    }
}
