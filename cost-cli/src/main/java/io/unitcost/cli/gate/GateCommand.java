package io.unitcost.cli.gate;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.OutputFile;
import io.unitcost.gate.CostCheck.Quantity;
import io.unitcost.gate.GateEvidence;
import io.unitcost.gate.GateReport;
import io.unitcost.gate.GateReport.Level;
import io.unitcost.gate.ReleaseGate;
import io.unitcost.gate.Verdict;
import io.unitcost.slo.CostObjectives;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code unitcost gate}: may this release cost what it costs? */
@Command(
        name = "gate",
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Whether a release may go out: its cost per delivered request against each feature's objective, and against the release before it.",
            "",
            "Fails when it is sure that a limit is broken, passes when it is sure that it is kept, and is undecided otherwise."
        },
        footer = {
            "",
            "Ledgers are files or directories, plain or gzip; or tables of session buckets, as `unitcost export --format buckets` makes them.",
            "Exit codes: 0 passed, 1 failed, 2 no data, or data that cannot be judged, 3 undecided.",
            "",
            "  unitcost gate --candidate new.jsonl --slo cost-slo.json",
            "  unitcost gate --candidate new.jsonl --baseline old.jsonl --slo cost-slo.json"
        })
public final class GateCommand implements Callable<Integer> {

    /** What an undecided gate ends with. */
    enum Undecided {
        EXIT_3(ExitCode.UNDECIDED),
        FAIL(ExitCode.FOUND),
        WARN(ExitCode.OK);

        private final int code;

        Undecided(int code) {
            this.code = code;
        }
    }

    @Option(
            names = {"-c", "--candidate"},
            required = true,
            paramLabel = "LEDGER",
            description = "What is to be released; as often as needed.")
    private List<Path> candidate = new ArrayList<>();

    @Option(
            names = {"-b", "--baseline"},
            paramLabel = "LEDGER",
            description = "What it is compared with: the release before it. None for a first release.")
    private List<Path> baseline = new ArrayList<>();

    @Option(
            names = "--slo",
            paramLabel = "FILE",
            description = "What features earn and may cost: cost-slo.json. Without it, the allowances in the ledger.")
    private @Nullable Path slo;

    @Option(
            names = "--feature",
            paramLabel = "NAME",
            description = "Only this feature, which has to be there; as often as needed.")
    private List<String> features = new ArrayList<>();

    @Option(
            names = "--production",
            paramLabel = "LEDGER",
            description =
                    "A window of production, or tables of it (`unitcost export --format cells`, `--format cases`): its idle capacity and support take the place of what both sides recorded, and cases count as often as there. As often as needed.")
    private List<Path> production = new ArrayList<>();

    @Option(
            names = "--confidence",
            paramLabel = "SHARE",
            converter = Share.Converter.class,
            description =
                    "How sure it has to be; 95%% unless given. With many features, 99%% raises fewer false alarms.")
    private @Nullable Share confidence;

    @Option(
            names = "--tolerance",
            paramLabel = "SHARE",
            converter = Share.Converter.class,
            description = "What the cost per request may grow by; each objective's own unless given, else 5%%.")
    private @Nullable Share tolerance;

    @Option(
            names = "--unpriced-limit",
            paramLabel = "SHARE",
            converter = Share.Converter.class,
            description = "The share of calls that may be without a price; 0 unless given.")
    private @Nullable Share unpricedLimit;

    @Option(
            names = "--latency",
            paramLabel = "LEVEL",
            description =
                    "What a missed latency budget does: warn unless given, or fail. The latency of a test machine is not that of production.")
    private Level latency = Level.WARN;

    @Option(
            names = "--on-undecided",
            paramLabel = "WHAT",
            description = "fail: exit with 1; warn: exit with 0. With 3 unless given.")
    private Undecided undecided = Undecided.EXIT_3;

    @Option(names = "--junit", paramLabel = "FILE", description = "Also write JUnit XML.")
    private @Nullable Path junit;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Also write Markdown, for a pull request.")
    private @Nullable Path markdown;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write JSON; its schema is in the jar.")
    private @Nullable Path json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        requireOwnFiles();
        ReleaseGate gate = gate();
        GateEvidence after = Sources.evidence(gate, candidate);
        GateEvidence before = baseline.isEmpty() ? null : Sources.evidence(gate, baseline);
        GateReport report = gate.judge(after, before);
        int code = exitCode(report);
        write(junit, JUnitXml.of(report, undecided == Undecided.FAIL));
        write(markdown, Markdown.of(report));
        write(json, ReportJson.of(report));
        spec.commandLine().getOut().print(report.toString().replace("\n", System.lineSeparator()));
        if (code != report.exitCode()) {
            spec.commandLine()
                    .getOut()
                    .println("--on-undecided " + undecided.name().toLowerCase(Locale.ROOT) + ": exit code " + code);
        }
        return code;
    }

    private ReleaseGate gate() {
        ReleaseGate.Builder gate = ReleaseGate.builder().level(Quantity.LATENCY, latency);
        if (slo != null) {
            gate.objectives(CostObjectives.read(slo));
        }
        features.forEach(gate::feature);
        if (!production.isEmpty()) {
            ProductionWindow.read(production).give(gate);
        }
        if (confidence != null) {
            gate.confidence(confidence.value().doubleValue());
        }
        if (tolerance != null) {
            gate.tolerance(tolerance.value());
        }
        if (unpricedLimit != null) {
            gate.unpricedLimit(unpricedLimit.value().doubleValue());
        }
        return gate.build();
    }

    /** What is read is not written over, and each report has a file of its own. */
    private void requireOwnFiles() {
        List<OutputFile> files = Stream.of(
                        output("--junit", junit), output("--markdown", markdown), output("--json", json))
                .flatMap(Stream::ofNullable)
                .toList();
        for (OutputFile file : files) {
            candidate.forEach(ledger -> file.requireNotIn("--candidate", ledger));
            baseline.forEach(ledger -> file.requireNotIn("--baseline", ledger));
            production.forEach(ledger -> file.requireNotIn("--production", ledger));
            if (slo != null) {
                file.requireNot("--slo", slo);
            }
        }
        OutputFile.requireDistinct(files);
    }

    private static @Nullable OutputFile output(String option, @Nullable Path path) {
        return path == null ? null : new OutputFile(option, path);
    }

    private int exitCode(GateReport report) {
        return report.exitCode() == Verdict.UNDECIDED.exitCode() ? undecided.code : report.exitCode();
    }

    private static void write(@Nullable Path file, String content) {
        if (file != null) {
            try {
                Files.writeString(file, content);
            } catch (IOException e) {
                throw new DataException(
                        file + ": cannot be written: " + e.getMessage() + "; name a file in a directory that is there");
            } catch (UncheckedIOException e) {
                throw new DataException(file + ": cannot be written: " + e.getMessage());
            }
        }
    }
}
