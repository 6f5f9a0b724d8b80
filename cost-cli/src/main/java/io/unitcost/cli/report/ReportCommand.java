package io.unitcost.cli.report;

import io.unitcost.CostObjective;
import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.explain.CellBuckets;
import io.unitcost.explain.CostCells;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.slo.CostObjectives;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A ledger as a page for a browser. */
@Command(
        name = "report",
        sortOptions = false,
        usageHelpWidth = ReportCommand.WIDTH,
        description =
                "A ledger as one HTML file to look at: what requests cost, earned and used, by feature and over time,"
                        + " why it changed, and what is not known. It needs no network, and is the same for the same ledger.",
        footer = {
            "",
            "  unitcost report --html week.html --ledger costs/",
            "  unitcost report --html week.html --ledger this-week/ --before last-week/ --slo cost-slo.json"
        })
public final class ReportCommand implements Callable<Integer> {

    static final int WIDTH = 110;
    private static final String STANDARD_OUTPUT = "-";
    private static final String DOCTYPE = "<!doctype html>";

    @Option(
            names = "--html",
            required = true,
            paramLabel = "FILE",
            description = "The page; - is standard output. A page that is there is replaced, another file never.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String html;

    @Option(
            names = "--ledger",
            required = true,
            paramLabel = "FILE_OR_DIR",
            description = "The ledger: a file, or a directory of them, plain or gzip.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path ledger;

    @Option(
            names = "--before",
            paramLabel = "FILE_OR_DIR",
            description =
                    "An earlier ledger, to say why a request costs more or less now. Without it the two halves of the"
                            + " ledger are compared.")
    private @Nullable Path before;

    @Option(
            names = "--slo",
            paramLabel = "FILE",
            description = "Objectives of features, cost-slo.json, in place of those that the ledger recorded.")
    private @Nullable Path slo;

    @Option(names = "--title", paramLabel = "TEXT", description = "The title of the page.")
    private String title = "What AI requests cost";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** For picocli. */
    public ReportCommand() {}

    @Override
    public Integer call() {
        Path target = html.equals(STANDARD_OUTPUT) ? null : Path.of(html);
        if (target != null) {
            requireReplaceable(target);
        }
        CostObjectives objectives = slo == null ? null : CostObjectives.read(slo);
        CellBuckets buckets = CellBuckets.bySession();
        Consumer<LedgerRecord> also = before == null ? record -> {} : buckets::add;
        LedgerTally tally;
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            tally = LedgerTally.read(
                    reader, ledger.toString(), (feature, currency) -> goal(objectives, feature, currency), also);
        }
        Change change = before == null
                ? Change.halves(ledger, tally)
                : Change.between(cells(before, tally.currency()), buckets.build());
        TreeSet<String> unused = new TreeSet<>(objectives == null ? List.of() : objectives.features());
        unused.removeIf(tally::has);
        String page = Page.write(tally, change, unused, title);
        PrintWriter out = spec.commandLine().getOut();
        if (target == null) {
            out.print(page);
            out.flush();
        } else {
            write(target, page);
            out.println(String.format(
                    Locale.ROOT, "%s: %,d records, %,d kB", target, tally.records(), page.length() / 1_000));
        }
        return ExitCode.OK;
    }

    private Goal goal(@Nullable CostObjectives objectives, String feature, Currency currency) {
        CostObjective objective = objectives == null ? null : objectives.find(feature);
        if (objectives != null && !objectives.currency().equals(currency)) {
            throw new DataException("--slo " + slo + ": objectives in " + objectives.currency() + ", the ledger in "
                    + currency + "; give both in one currency");
        }
        return Goal.of(objective);
    }

    private static List<CostCells> cells(Path ledger, Currency currency) {
        CellBuckets buckets = CellBuckets.bySession();
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            reader.forEach(record -> {
                if (!record.currency().equals(currency)) {
                    throw new DataException(reader.position() + ": " + record.currency() + " beside " + currency
                            + "; amounts of two currencies cannot be compared: give ledgers of one currency");
                }
                buckets.add(record);
            });
            if (reader.records() == 0) {
                throw new DataException(ledger + ": there is no record in it; name a ledger of at least one request");
            }
        }
        return buckets.build();
    }

    /** A page is made again at any time; anything else that is there may be a ledger. */
    private static void requireReplaceable(Path target) {
        if (!Files.exists(target)) {
            return;
        }
        try (InputStream in = Files.newInputStream(target)) {
            String start = new String(in.readNBytes(DOCTYPE.length()), StandardCharsets.ISO_8859_1);
            if (!start.isEmpty() && !start.equalsIgnoreCase(DOCTYPE)) {
                throw new DataException(
                        "--html " + target + ": there is another file, which is no page; name a new one");
            }
        } catch (IOException e) {
            throw new DataException("--html " + target + ": cannot be replaced: " + e + "; name a file");
        }
    }

    private static void write(Path target, String page) {
        try {
            Files.writeString(target, page, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new DataException("--html " + target + ": cannot be written: " + e
                    + "; name a file in a directory that" + " is there");
        }
    }
}
