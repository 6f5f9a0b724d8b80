package io.unitcost.samples.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command: {@code java -jar demo.jar}. */
@Command(
        name = "java -jar demo.jar",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "Runs a service with three AI features, the models it asks and its users, all in this process,"
                + " and says what each request cost.",
        footer = "Exit codes: 0, 1 when something does not add up, 2 when something given is wrong.")
public final class Demo implements Callable<Integer> {

    static final int OK = 0;
    static final int DOES_NOT_ADD_UP = 1;
    static final int WRONG_INPUT = 2;

    private static final int DEFAULT_REQUESTS = 24_000;
    private static final String DEFAULT_PORT = "8080";
    private static final int HIGHEST_PORT = 65_535;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--trace",
            paramLabel = "FILE:FEATURE",
            description = "Replay a CSV file with the columns TIMESTAMP,ContextTokens,GeneratedTokens as requests of"
                    + " chat, code-assist or summarise; several merge by time. Without it, traffic is generated.")
    private List<String> traces = new ArrayList<>();

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "How many requests: 24,000 generated ones, or all of a trace, unless set.")
    private @Nullable Integer requests;

    @Option(
            names = "--speed",
            paramLabel = "N",
            description = "N times as fast as the trace, such as 1 or 60; as fast as it goes unless set.")
    private @Nullable Double speed;

    @Option(names = "--seed", paramLabel = "N", description = "Another seed, other requests and faults; 1 unless set.")
    private long seed = 1;

    @Option(
            names = "--plain",
            description = "Every feature at 0.15 and 0.60 USD per million input and output tokens; no faults, no"
                    + " support, no pool, no swap. For checking sums.")
    private boolean plain;

    @Option(names = "--json", description = "The report as JSON, and nothing else on standard output.")
    private boolean json;

    @Option(
            names = "--serve",
            arity = "0..1",
            paramLabel = "PORT",
            fallbackValue = DEFAULT_PORT,
            description = "Keep the service up afterwards, with /metrics for Prometheus from the start; port "
                    + DEFAULT_PORT + " unless given.")
    private @Nullable Integer port;

    @Option(
            names = "--ledger",
            paramLabel = "DIR",
            description = "Also write what each request cost: DIR/before and DIR/after, a ledger for each half of the"
                    + " traffic. A new directory.")
    private @Nullable Path ledger;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    private Demo() {}

    public static void main(String[] args) {
        Charset charset = Charset.defaultCharset();
        int code = run(new PrintWriter(System.out, true, charset), new PrintWriter(System.err, true, charset), args);
        System.exit(code);
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Demo())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((wrong, given) -> {
                    err.println(wrong.getMessage());
                    err.println("--help lists the options.");
                    return WRONG_INPUT;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, err))
                .execute(args);
    }

    private static int failed(Exception failure, PrintWriter err) {
        if (failure instanceof DataException) {
            err.println(failure.getMessage());
            return WRONG_INPUT;
        }
        err.println("The demo failed: " + failure);
        return DOES_NOT_ADD_UP;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Scenario scenario = plain ? Scenario.plain() : Scenario.full();
        double pace = checkedSpeed();
        Traffic traffic = traffic(scenario);
        Ledgers ledgers = ledger == null ? null : Ledgers.in(ledger);
        int code = run(scenario, traffic, pace, ledgers, out, err);
        if (ledgers != null) {
            (json ? err : out).println(ledgers.summary());
        }
        return code;
    }

    private int run(
            Scenario scenario,
            Traffic traffic,
            double pace,
            @Nullable Ledgers ledgers,
            PrintWriter out,
            PrintWriter err)
            throws IOException, InterruptedException {
        try (Stage stage = Stage.open(scenario, traffic, seed, checkedPort(), ledgers)) {
            if (port != null) {
                err.println("The service is at " + stage.uri() + ", its meters at " + stage.uri() + "metrics");
            }
            Run run;
            try (Progress progress =
                    Progress.start(err, stage.costs(), traffic.arrivals().size())) {
                run = stage.run(pace);
            }
            List<String> contradictions = stage.contradictions(run);
            contradictions.forEach(contradiction -> err.println("Does not add up: " + contradiction));
            out.print(json ? JsonReport.of(run) : TextReport.of(run));
            out.flush();
            if (!contradictions.isEmpty()) {
                return DOES_NOT_ADD_UP;
            }
            if (port != null) {
                serve(stage, json ? err : out);
            }
            return OK;
        }
    }

    private Traffic traffic(Scenario scenario) {
        int count = requests == null ? traces.isEmpty() ? DEFAULT_REQUESTS : Integer.MAX_VALUE : requests;
        if (count < 1) {
            throw new DataException("--requests: " + count + " is not a count; give 1 or more");
        }
        if (traces.isEmpty()) {
            return Generator.traffic(count, seed, scenario.swaps());
        }
        Traffic all = TraceOption.traffic(
                        traces.stream().map(TraceOption::parse).toList())
                .first(count);
        return scenario.swaps() ? all.fallingToAThird(Features.CODE_ASSIST) : all;
    }

    private double checkedSpeed() {
        if (speed == null) {
            return Double.POSITIVE_INFINITY;
        }
        if (!(speed > 0)) {
            throw new DataException("--speed: " + speed + " is not above 0; give 1 for the pace of the trace");
        }
        return speed;
    }

    private int checkedPort() {
        if (port == null) {
            return 0;
        }
        if (port < 0 || port > HIGHEST_PORT) {
            throw new DataException("--serve: " + port + " is not a port; give 1 to " + HIGHEST_PORT);
        }
        return port;
    }

    private static void serve(Stage stage, PrintWriter out) throws InterruptedException {
        out.println();
        out.println("The service is still up, for this machine only; Ctrl-C ends it:");
        out.println("  curl " + stage.uri() + "metrics");
        out.println("  curl -d 'What does this question cost?' " + stage.uri() + "chat");
        out.println("  Prometheus scrapes it with this in its prometheus.yml:");
        out.println("    scrape_configs: [{job_name: demo, static_configs: [{targets: ['"
                + stage.uri().getAuthority() + "']}]}]");
        new CountDownLatch(1).await();
    }
}
