package io.unitcost.servlet.matrix;

import io.unitcost.servlet.matrix.Scenario.Cell;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * All scenarios in one container, over HTTP/1.1 and HTTP/2 at the same time, many at once. Made in the class loader of the
 * container, called from outside of it: strings in, {@link Row rows} as strings out.
 */
final class MatrixRun implements Function<Map<String, String>, List<String>> {

    static final String CLIENT = "client: ";
    private static final int CLIENTS = 16;

    @Override
    public List<String> apply(Map<String, String> settings) {
        try {
            return run(
                    settings.get("container"),
                    Boolean.parseBoolean(settings.get("virtual")),
                    settings.get("subject"),
                    Integer.parseInt(settings.get("repetitions")),
                    settings.getOrDefault("only", ""));
        } catch (Exception e) {
            throw new IllegalStateException(settings.toString(), e);
        }
    }

    private static List<String> run(String container, boolean virtual, String name, int repetitions, String only)
            throws Exception {
        Ledger ledger = new Ledger();
        ExecutorService workers = Executors.newCachedThreadPool();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        Stage stage = new Stage(ledger, workers);
        List<Scenario> scenarios = Scenario.all().stream()
                .filter(scenario -> only.isEmpty() || scenario.name().matches(only))
                .toList();
        Subject subject = Subject.of(name, ledger);
        try (Server server = Server.of(container)) {
            int port = server.start(new App(subject, stage), new App(subject, stage), virtual);
            for (boolean last : new boolean[] {false, true}) {
                List<Callable<Void>> visits = new ArrayList<>();
                for (int i = 0; i < repetitions; i++) {
                    for (Scenario scenario : scenarios) {
                        if (scenario.isLast() == last) {
                            addVisits(visits, port, scenario, i, stage);
                        }
                    }
                }
                clients.invokeAll(visits);
            }
            settle(ledger, subject);
            for (Closeable left : stage.leftOpen) {
                left.close();
            }
            // now a container may say what it has not said before, and a second close would come
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            LeftScopes.threads().forEach(thread -> ledger.complain("-", "a scope was left on " + thread));
            Evidence evidence = new Evidence(ledger, name.equals("unitcost"));
            List<String> rows = new ArrayList<>();
            // read before the end, which closes what is open
            for (Scenario scenario : scenarios) {
                rows.add(evidence.row(scenario, new Cell(container, false, virtual))
                        .toText());
                if (scenario.http2()) {
                    rows.add(evidence.row(scenario, new Cell(container, true, virtual))
                            .toText());
                }
            }
            subject.close();
            List<String> remarks = evidence.remarks();
            if (!remarks.isEmpty()) {
                rows.add(new Row("(run)", false, 0, 0, 0, 0, "-", remarks).toText());
            }
            return rows;
        } finally {
            clients.shutdownNow();
            workers.shutdownNow();
        }
    }

    private static void addVisits(
            List<Callable<Void>> visits, int port, Scenario scenario, int repetition, Stage stage) {
        for (boolean http2 : scenario.http2() ? new boolean[] {false, true} : new boolean[] {false}) {
            Client client = new Client(port, http2, scenario, repetition, stage);
            visits.add(() -> visit(client, scenario, stage.ledger));
        }
    }

    private static Void visit(Client client, Scenario scenario, Ledger ledger) {
        try (client) {
            scenario.client().run(client);
        } catch (Throwable failure) {
            ledger.complain(client.id(0), CLIENT + failure);
        }
        return null;
    }

    /** Until everything is closed, or has had its time. */
    private static void settle(Ledger ledger, Subject subject) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(subject.settleSeconds());
        while (!ledger.isSettled() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}
