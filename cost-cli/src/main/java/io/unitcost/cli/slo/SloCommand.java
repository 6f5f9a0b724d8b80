package io.unitcost.cli.slo;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.OutputFile;
import io.unitcost.price.Money;
import io.unitcost.slo.CostObjectives;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Currency;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Objectives, as files for what watches them. */
@Command(
        name = "slo",
        sortOptions = false,
        usageHelpWidth = SloCommand.WIDTH,
        description = "Cost objectives for the engines that already watch a fleet.",
        footer = {
            "",
            "  unitcost slo export --format prometheus --out cost-rules.yml",
            "  unitcost slo export --format grafana --out cost-dashboard.json",
            "  unitcost slo export --format sloth --slo cost-slo.json"
        },
        subcommands = SloCommand.Export.class)
public final class SloCommand implements Runnable {

    static final int WIDTH = 110;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Without a subcommand: what there is. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Writes one file. */
    @Command(
            name = "export",
            sortOptions = false,
            abbreviateSynopsis = true,
            showDefaultValues = true,
            usageHelpWidth = WIDTH,
            description =
                    "Writes rules, objectives or a dashboard. Prometheus rules and the dashboard name no feature: they fit"
                            + " every feature that has an objective, also a new one. The others have one objective for each"
                            + " feature of --slo.",
            footer = {
                "",
                "  unitcost slo export --format prometheus --out cost-rules.yml",
                "  unitcost slo export --format prometheus --fast-burn 4 --min-requests 100",
                "  unitcost slo export --format sloth --slo cost-slo.json",
                "  unitcost slo export --format sloth-windows"
            })
    static final class Export implements Callable<Integer> {

        @Option(
                names = {"-f", "--format"},
                required = true,
                paramLabel = "FORMAT",
                converter = ExportFormat.Converter.class,
                description = "prometheus, grafana, sloth, sloth-windows, pyrra or openslo.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private ExportFormat format;

        @Option(
                names = {"-s", "--slo"},
                paramLabel = "FILE",
                description = "Objectives of the features; needed for sloth, pyrra and openslo.")
        private @Nullable Path objectives;

        @Option(
                names = {"-o", "--out"},
                paramLabel = "FILE",
                description = "Where to write; standard output unless given.")
        private @Nullable Path out;

        @Option(
                names = "--currency",
                paramLabel = "CODE",
                description = "Currency of the meters; that of --slo, else USD, unless given.")
        private @Nullable String currency;

        @Mixin
        private RuleParameters parameters = new RuleParameters();

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (out != null && objectives != null) {
                new OutputFile("--out", out).requireNot("--slo", objectives);
            }
            CostObjectives features = objectives == null ? null : CostObjectives.read(objectives);
            MeterNames meters = new MeterNames(currency(features));
            parameters.check();
            String text =
                    switch (format) {
                        case PROMETHEUS -> RuleFiles.prometheus(meters, parameters);
                        case GRAFANA -> RuleFiles.grafana(meters, parameters);
                        case SLOTH_WINDOWS -> RuleFiles.slothWindows(parameters);
                        case SLOTH, PYRRA, OPENSLO -> {
                            if (features == null) {
                                throw new DataException("--format " + format.label()
                                        + ": needs the features and their margins; give --slo FILE too");
                            }
                            yield ObjectiveFile.write(format, features, meters);
                        }
                    };
            write(text);
            if (features != null) {
                PrintWriter err = spec.commandLine().getErr();
                ObjectiveNotes.of(format, features, parameters).forEach(err::println);
                err.flush();
            }
            return ExitCode.OK;
        }

        private Currency currency(@Nullable CostObjectives features) {
            if (currency == null) {
                return features == null ? Money.USD : features.currency();
            }
            try {
                return Currency.getInstance(currency.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new DataException(
                        "--currency: '" + currency + "' is not a currency; give an ISO 4217 code such as USD");
            }
        }

        private void write(String text) {
            if (out == null) {
                PrintWriter console = spec.commandLine().getOut();
                console.print(text);
                console.flush();
                return;
            }
            try {
                Files.write(out, text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new DataException(
                        "--out: cannot write " + out + ": " + e + "; name a file in a folder that is there");
            }
        }
    }
}
