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
    /** Not before a busy machine has heard of the client. */
    private static final long LATER = 10 * Visit.TIMEOUT_MILLIS;

    private AbandonedScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("neverCompleted", v -> started(v, NONE), AbandonedScenarios::waits)
                        .ends(Set.of(NEVER_REPORTED)),
                of("idleResetNoTimeout", v -> started(v, NONE), AbandonedScenarios::resets)
                        .ends((cell, number) -> idle(cell, NEVER_REPORTED))
                        .seldom(AbandonedScenarios::mayBeTooEarly, NEVER_REPORTED),
                of("idleHangUpNoTimeout", v -> started(v, NONE), AbandonedScenarios::hangsUp)
                        .ends((cell, number) -> idle(cell, NEVER_REPORTED))
                        .seldom(AbandonedScenarios::mayBeTooEarly, NEVER_REPORTED),
                of("idleResetTimeout", v -> started(v, 3 * Visit.TIMEOUT_MILLIS), AbandonedScenarios::resets)
                        .ends((cell, number) -> idle(cell, "FAILED"))
                        .seldom(AbandonedScenarios::mayBeTooEarly, "FAILED")
                        .seldom(AsyncScenarios::mayForgetTheTimeout, "DELIVERED"),
                of("idleHangUpTimeout", v -> started(v, 3 * Visit.TIMEOUT_MILLIS), AbandonedScenarios::hangsUp)
                        .ends((cell, number) -> idle(cell, "FAILED"))
                        .seldom(AbandonedScenarios::mayBeTooEarly, "FAILED")
                        .seldom(AsyncScenarios::mayForgetTheTimeout, "DELIVERED"),
                of("streamResetForgotten", v -> brokenAsync(v, LATER, false), StreamScenarios.RESETS)
                        .ends(Set.of("CANCELLED")),
                of("streamHangUpForgotten", v -> brokenAsync(v, LATER, false), StreamScenarios.HANGS_UP)
                        .ends(Set.of("CANCELLED")),
                of("streamResetForgottenNoTimeout", v -> brokenAsync(v, NONE, false), StreamScenarios.RESETS)
                        .ends(Set.of("CANCELLED")));
    }

    /** Only a reset stream, or the end of all of them, is seen by a container that is not about to write. */
    private static Set<String> idle(Cell cell, String unseen) {
        return Set.of(cell.http2() && !cell.undertow() ? "CANCELLED" : unseen);
    }

    /** Jetty only logs a client's reset that comes before it has put the request aside, after the return of the filters. */
    private static boolean mayBeTooEarly(Cell cell) {
        return cell.jetty() && cell.http2();
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
