package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Invocation;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.Numbers;
import io.unitcost.cli.shell.TableOption;
import io.unitcost.cli.shell.TextTable;
import io.unitcost.price.Charge;
import io.unitcost.price.ModelPrice;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Usage;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** One workload at the prices of many models, cheapest first. */
@Command(
        name = "compare",
        sortOptions = false,
        usageHelpWidth = Main.WIDTH,
        description = "What one workload costs with each model, cheapest first. What a model has no price for is never"
                + " counted as free.",
        footer = {
            "",
            "  unitcost compare --input 1200 --output 300",
            "  unitcost compare --input 1200 --output 300 --model 'claude-*' --model 'gpt-5*' --requests 1M",
            "  unitcost compare --input 200k --output 2k --cached 150k --provider anthropic --provider google"
        })
final class CompareCommand implements Callable<Integer> {

    private static final int DEFAULT_LIMIT = 20;
    private static final Pattern DATE_AT_END = Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})$");

    @Mixin
    private WorkloadOption workload = new WorkloadOption();

    @Option(
            names = {"-m", "--model"},
            paramLabel = "GLOB",
            description = "Only these models, such as 'claude-*'; as often as needed.")
    private List<String> models = new ArrayList<>();

    @Option(names = "--provider", paramLabel = "PROVIDER", description = "Only these providers; as often as needed.")
    private List<String> providers = new ArrayList<>();

    @Option(
            names = {"-n", "--requests"},
            paramLabel = "COUNT",
            converter = Numbers.Count.class,
            description = "The cost of so many such requests: 1000, 1M; one unless given.")
    private BigDecimal requests = BigDecimal.ONE;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "How many models to show; " + DEFAULT_LIMIT + " unless given.")
    private int limit = DEFAULT_LIMIT;

    @Mixin
    private TableOption tables = new TableOption();

    @Option(names = "--json", description = "One JSON object, with exact amounts and every model that has a price.")
    private boolean json;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Invocation invocation;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private record Row(
            ModelPrice price, Money cost, @Nullable String servedAs) {}

    @Override
    public Integer call() {
        Usage usage = workload.usage();
        if (usage.isEmpty()) {
            throw new DataException("There is nothing to compare; give --input and --output, or --unit");
        }
        if (requests.stripTrailingZeros().scale() > 0 || requests.signum() == 0) {
            throw new DataException(
                    "--requests: " + Numbers.plain(requests) + " is not a number of requests; give 1 or more");
        }
        PriceTable table = tables.table();
        Instant at = workload.at(invocation.clock());
        List<Row> rows = new ArrayList<>();
        int unpriced = 0;
        for (ModelPrice price : table.models()) {
            if (isWanted(price)) {
                Charge charge = price.charge(usage, workload.tier(), workload.region(), at);
                if (charge.isContradictory()) {
                    throw new DataException("The counts contradict each other: a part is larger than its whole in "
                            + usage + "; --input contains --cached and --cache-write, --output contains --reasoning");
                }
                if (charge.cost() == null || charge.unpriced() != null) {
                    unpriced++;
                } else {
                    rows.add(new Row(price, charge.cost().times(requests), servedAs(price, at)));
                }
            }
        }
        rows.sort(
                Comparator.comparing(Row::cost).thenComparing(row -> row.price().toString()));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(answer(table, at, rows, unpriced)));
        } else {
            print(out, table, rows, unpriced);
        }
        return rows.isEmpty() ? ExitCode.FOUND : ExitCode.OK;
    }

    private boolean isWanted(ModelPrice price) {
        boolean provider = providers.isEmpty()
                || providers.stream().anyMatch(name -> name.strip().equalsIgnoreCase(price.provider()));
        return provider
                && (models.isEmpty()
                        || models.stream()
                                .anyMatch(glob -> matches(glob, price.id()) || matches(glob, price.toString())));
    }

    private static boolean matches(String glob, String id) {
        StringBuilder regex = new StringBuilder();
        for (String literal : glob.strip().toLowerCase(Locale.ROOT).split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
        }
        return id.toLowerCase(Locale.ROOT).matches(regex.toString());
    }

    /** Which of the tier and region asked for the model really has; {@code null} when neither was asked for. */
    private @Nullable String servedAs(ModelPrice price, Instant at) {
        if (workload.tier() == null && workload.region() == null) {
            return null;
        }
        Quote quote = new Quote(price, workload.tier(), workload.region(), at, Usage.NONE, Charge.nothing(Money.USD));
        String tier = quote.hasTier() ? workload.tier() : null;
        String region = quote.hasRegion() ? workload.region() : null;
        return tier == null && region == null
                ? "standard"
                : (tier == null ? "" : tier)
                        + (tier != null && region != null ? ", " : "")
                        + (region == null ? "" : region);
    }

    private void print(PrintWriter out, PriceTable table, List<Row> rows, int unpriced) {
        List<Row> shown = rows.subList(0, Math.min(Math.max(limit, 0), rows.size()));
        BigDecimal cheapest = rows.stream()
                .map(row -> row.cost().amount())
                .filter(amount -> amount.signum() > 0)
                .findFirst()
                .orElse(BigDecimal.ONE);
        int decimals =
                Numbers.decimals(shown.stream().map(row -> row.cost().amount()).toList());
        boolean served = workload.tier() != null || workload.region() != null;
        TextTable lines = TextTable.aligned(served ? ">><<<" : ">><<");
        String currency = table.currency().getCurrencyCode();
        String many = requests.compareTo(BigDecimal.ONE) == 0
                ? currency + " a request"
                : currency + " for " + Numbers.count(requests) + " requests";
        if (!shown.isEmpty()) {
            lines.row(row(served, many, "x cheapest", "model", "served as", "as of"));
        }
        for (Row row : shown) {
            BigDecimal amount = row.cost().amount();
            lines.row(row(
                    served,
                    amount.signum() == 0 ? "0" : Numbers.grouped(amount, decimals),
                    amount.signum() == 0 ? "free" : Numbers.ratio(amount, cheapest),
                    row.price().toString(),
                    row.servedAs() == null ? "" : row.servedAs(),
                    date(row.price())));
        }
        lines.lines().forEach(out::println);
        if (rows.isEmpty()) {
            out.println("No model has a price for this workload.");
        }
        if (rows.size() > shown.size()) {
            out.println("  ... and " + (rows.size() - shown.size()) + " more, --limit shows them");
        }
        if (unpriced > 0) {
            out.println("  " + unpriced + (unpriced == 1 ? " model has" : " models have")
                    + " no price for all of this workload");
        }
        out.println("  prices " + table.id() + ", " + table.asOf());
    }

    private static String[] row(boolean served, String cost, String ratio, String model, String servedAs, String date) {
        return served ? new String[] {cost, ratio, model, servedAs, date} : new String[] {cost, ratio, model, date};
    }

    /** The day of the source, or of the table where the source has none. */
    private static String date(ModelPrice price) {
        for (String text : new String[] {price.source() == null ? "" : price.source(), price.table()}) {
            Matcher date = DATE_AT_END.matcher(text);
            if (date.find()) {
                return date.group(1);
            }
        }
        return "";
    }

    private Map<String, @Nullable Object> answer(PriceTable table, Instant at, List<Row> rows, int unpriced) {
        List<Map<String, @Nullable Object>> models = new ArrayList<>();
        for (Row row : rows) {
            Map<String, @Nullable Object> model = new LinkedHashMap<>();
            model.put("entry", row.price().toString());
            model.put("amount", Numbers.plain(row.cost().amount()));
            if (row.servedAs() != null) {
                model.put("served_as", row.servedAs());
            }
            model.put("source", row.price().source());
            models.add(model);
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("at", at.toString());
        answer.put("requests", requests);
        answer.put("currency", table.currency().getCurrencyCode());
        answer.put("models", models);
        answer.put("unpriced_models", (long) unpriced);
        answer.put("price_table", table.id());
        return answer;
    }
}
