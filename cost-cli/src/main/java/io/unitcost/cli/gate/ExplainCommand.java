package io.unitcost.cli.gate;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.TextTable;
import io.unitcost.cli.shell.Texts;
import io.unitcost.explain.Explanation;
import io.unitcost.explain.Explanation.FeatureChange;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code unitcost explain}: why does a request cost another amount than it did? */
@Command(
        name = "explain",
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Why the cost of a delivered request changed between two windows: ten causes that add up to the change, exactly."
        },
        footer = {
            "",
            "Ledgers are files or directories, plain or gzip; or tables of cells, as `unitcost export --format cells` makes them: these have no bounds.",
            "Exit codes: 0 fine, 2 no data, or data that cannot be compared.",
            "",
            "  unitcost explain --before last-week --after this-week --by feature"
        })
public final class ExplainCommand implements Callable<Integer> {

    /** What the change is broken down by. */
    enum By {
        DRIVER,
        FEATURE
    }

    @Option(
            names = "--before",
            required = true,
            paramLabel = "LEDGER",
            description = "The earlier window; as often as needed.")
    private List<Path> before = new ArrayList<>();

    @Option(
            names = "--after",
            required = true,
            paramLabel = "LEDGER",
            description = "The later window; as often as needed.")
    private List<Path> after = new ArrayList<>();

    @Option(
            names = "--feature",
            paramLabel = "NAME",
            description = "Only requests of this feature; as often as needed.")
    private List<String> features = new ArrayList<>();

    @Option(names = "--by", paramLabel = "WHAT", description = "feature: also what each feature has to do with it.")
    private By by = By.DRIVER;

    @Option(names = "--json", description = "One JSON object, with every driver and its bounds.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Window earlier = Window.read("--before", before, features);
        Window later = Window.read("--after", after, features);
        if (earlier.currency() != null
                && later.currency() != null
                && !earlier.currency().equals(later.currency())) {
            throw new DataException("mixed currencies: --before is in " + earlier.currency() + " and --after in "
                    + later.currency() + "; price both with one table");
        }
        Explanation why = Window.explain(earlier, later);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, @Nullable Object> answer = ReportJson.why(why);
            answer.put("features", ReportJson.features(why));
            answer.put(
                    "currency",
                    later.currency() == null ? null : later.currency().getCurrencyCode());
            answer.put("halfWritten", halfWritten(earlier, later));
            out.println(Json.write(new LinkedHashMap<>(answer)));
        } else {
            print(out, why, Amounts.in(later.currency()), earlier, later);
        }
        return ExitCode.OK;
    }

    private void print(PrintWriter out, Explanation why, Amounts amounts, Window earlier, Window later) {
        why.lines(amounts::money).forEach(out::println);
        if (by == By.FEATURE && (why.bounds() == null || why.isDecided())) {
            out.println();
            TextTable rows = TextTable.aligned("<>>>");
            rows.row("feature", "a request", "share of requests", "of the change");
            for (FeatureChange feature : why.features()) {
                rows.row(
                        Texts.line(feature.feature()),
                        known(feature.before(), amounts) + " -> " + known(feature.after(), amounts),
                        amounts.percent(feature.shareBefore(), 1) + " -> " + amounts.percent(feature.shareAfter(), 1),
                        (feature.amount() < 0 ? "" : "+") + amounts.money(feature.amount()));
            }
            rows.lines().forEach(out::println);
        }
        if (why.bounds() == null) {
            out.println();
            out.println(
                    "No bounds: there are fewer than 20 buckets of sessions that hold anything, or only sums are known.");
        }
        halfWritten(earlier, later)
                .forEach(line -> out.println("left out: " + line + ", a last line that was not written to its end"));
    }

    private static String known(@Nullable Double amount, Amounts amounts) {
        return amount == null ? "none" : amounts.money(amount);
    }

    private static List<String> halfWritten(Window earlier, Window later) {
        List<String> both = new ArrayList<>(earlier.halfWritten());
        both.addAll(later.halfWritten());
        return both;
    }
}
