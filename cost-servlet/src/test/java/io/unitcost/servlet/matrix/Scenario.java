package io.unitcost.servlet.matrix;

import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * What an application, a client and a container do together, and how it has to end.
 *
 * @param prefix the servlet path, which decides what filters there are
 * @param outcomes what the request with this number may end as in this cell; {@code MAX_AGE} if nobody ever says so
 * @param http2 whether it makes sense there
 * @param late whether usage may come after the end
 */
record Scenario(
        String name,
        String prefix,
        Handler server,
        Script client,
        BiFunction<Cell, Integer, Set<String>> outcomes,
        boolean http2,
        boolean late) {

    static final String PLAIN = "/s";
    /** Two filters of one kind. */
    static final String STACKED = "/stacked";
    /** Two filters that do not know each other. */
    static final String BOTH = "/both";

    static final Set<String> DELIVERED = Set.of("DELIVERED");
    static final Set<String> FAILED = Set.of("FAILED");
    static final Set<String> CANCELLED = Set.of("CANCELLED");

    /** What the servlet does. */
    interface Handler {
        void handle(Visit visit) throws Exception;
    }

    /** What the client does. */
    interface Script {
        void run(Client client) throws Exception;
    }

    /** Where a scenario runs. */
    record Cell(String container, boolean http2, boolean virtual) {
        boolean tomcat() {
            return container.startsWith("tomcat");
        }

        boolean jetty() {
            return container.startsWith("jetty");
        }

        boolean undertow() {
            return container.startsWith("undertow");
        }
    }

    static Scenario of(String name, Handler server, Script client) {
        return new Scenario(name, PLAIN, server, client, (cell, number) -> DELIVERED, true, false);
    }

    Scenario at(String path) {
        return new Scenario(name, path, server, client, outcomes, http2, late);
    }

    Scenario ends(Set<String> expected) {
        return ends((cell, number) -> expected);
    }

    Scenario ends(BiFunction<Cell, Integer, Set<String>> expected) {
        return new Scenario(name, prefix, server, client, expected, http2, late);
    }

    Scenario http1Only() {
        return new Scenario(name, prefix, server, client, outcomes, false, late);
    }

    Scenario mayBeLate() {
        return new Scenario(name, prefix, server, client, outcomes, http2, true);
    }

    static List<Scenario> all() {
        return Stream.of(
                        AbandonedScenarios.all(),
                        AsyncScenarios.all(),
                        StreamScenarios.all(),
                        SyncScenarios.all(),
                        WireScenarios.all())
                .flatMap(List::stream)
                .toList();
    }
}
