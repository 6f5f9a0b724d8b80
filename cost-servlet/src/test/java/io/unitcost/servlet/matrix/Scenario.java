package io.unitcost.servlet.matrix;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What an application, a client and a container do together, and how it has to end.
 *
 * @param prefix the servlet path, which decides what filters there are
 * @param outcomes what the request with this number ends as in this cell; {@code MAX_AGE} if nobody ever says so
 * @param seldom what a few of them end as in this cell, for a reason that is the container's
 */
record Scenario(
        String name,
        String prefix,
        Handler server,
        Script client,
        BiFunction<Cell, Integer, Set<String>> outcomes,
        Function<Cell, Set<String>> seldom,
        Set<Trait> traits) {

    private enum Trait {
        HTTP1_ONLY,
        LATE,
        LAST
    }

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
        return new Scenario(
                name,
                PLAIN,
                server,
                client,
                (cell, number) -> DELIVERED,
                cell -> Set.of(),
                EnumSet.noneOf(Trait.class));
    }

    Scenario at(String path) {
        return new Scenario(name, path, server, client, outcomes, seldom, traits);
    }

    Scenario ends(Set<String> expected) {
        return ends((cell, number) -> expected);
    }

    Scenario ends(BiFunction<Cell, Integer, Set<String>> expected) {
        return new Scenario(name, prefix, server, client, expected, seldom, traits);
    }

    /** Besides what was said before. */
    Scenario seldom(Predicate<Cell> where, String... others) {
        Function<Cell, Set<String>> all = cell -> {
            Set<String> known = new HashSet<>(seldom.apply(cell));
            known.addAll(where.test(cell) ? Set.of(others) : Set.of());
            return known;
        };
        return new Scenario(name, prefix, server, client, outcomes, all, traits);
    }

    /** Whether its clients reset the stream, or hang up. */
    boolean clientLeaves() {
        return name.contains("Reset") || name.contains("HangUp");
    }

    Scenario http1Only() {
        return with(Trait.HTTP1_ONLY);
    }

    /** Usage may come after the end. */
    Scenario mayBeLate() {
        return with(Trait.LATE);
    }

    /** Leaves its container with objects that the next request fails on: comes when all others are done. */
    Scenario last() {
        return with(Trait.LAST);
    }

    boolean http2() {
        return !traits.contains(Trait.HTTP1_ONLY);
    }

    boolean late() {
        return traits.contains(Trait.LATE);
    }

    boolean isLast() {
        return traits.contains(Trait.LAST);
    }

    private Scenario with(Trait more) {
        Set<Trait> all = EnumSet.of(more);
        all.addAll(traits);
        return new Scenario(name, prefix, server, client, outcomes, seldom, all);
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
