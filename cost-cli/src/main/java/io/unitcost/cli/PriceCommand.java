package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Invocation;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.Numbers;
import io.unitcost.cli.shell.TableOption;
import io.unitcost.price.Charge;
import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What one request costs, line by line; without counts, what the model's prices are. */
@Command(
        name = "price",
        sortOptions = false,
        usageHelpWidth = Main.WIDTH,
        description =
                "What one request costs, line by line, and where the price is from. Without counts: the model's prices.",
        footer = {
            "",
            "  unitcost price gpt-4o --input 1200 --output 300 --cached 400",
            "  unitcost price anthropic/claude-sonnet-4-5 --input 250k --output 1k --at 2026-03-01",
            "  unitcost price gpt-5 --input 1M --output 100k --tier batch",
            "  unitcost price claude-opus-5"
        })
final class PriceCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "MODEL",
            description = "A model, with its provider in front or without: openai/gpt-4o, gpt-4o.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String model;

    @Option(names = "--provider", paramLabel = "PROVIDER", description = "Who is paid, such as azure or openrouter.")
    private @Nullable String provider;

    @Mixin
    private WorkloadOption workload = new WorkloadOption();

    @Mixin
    private TableOption tables = new TableOption();

    @Option(names = "--json", description = "One JSON object, with exact amounts.")
    private boolean json;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Invocation invocation;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        PriceTable table = tables.table();
        Instant at = workload.at(invocation.clock());
        Lookup lookup = Lookup.of(table, provider, model);
        ModelPrice price = lookup.match().price();
        if (price == null) {
            return notFound(table, lookup);
        }
        String region = workload.region() == null ? lookup.match().region() : workload.region();
        Charge charge = table.charge(
                lookup.provider(), lookup.model(), workload.tier(), region, workload.usage(), at.toEpochMilli());
        if (charge.isContradictory()) {
            throw new DataException(
                    "The counts contradict each other: a part is larger than its whole in " + workload.usage()
                            + "; --input contains --cached and --cache-write, --output contains --reasoning");
        }
        Quote quote = new Quote(price, workload.tier(), region, at, workload.usage(), charge);
        PrintWriter out = spec.commandLine().getOut();
        if (workload.isEmpty()) {
            out.println(json ? Json.write(priceList(table, quote)) : PriceText.list(table, lookup, quote));
            return ExitCode.OK;
        }
        out.println(json ? Json.write(receipt(table, lookup, quote)) : PriceText.receipt(table, lookup, quote));
        return charge.unpriced() == null ? ExitCode.OK : ExitCode.FOUND;
    }

    private int notFound(PriceTable table, Lookup lookup) {
        if (json) {
            Map<String, @Nullable Object> answer = new LinkedHashMap<>();
            answer.put("model", model);
            answer.put(
                    "unpriced",
                    Objects.requireNonNull(lookup.match().unpriced()).label());
            answer.put("nearest", lookup.nearest(table));
            answer.put("price_table", table.id());
            spec.commandLine().getOut().println(Json.write(answer));
        } else {
            PriceText.notFound(table, lookup)
                    .forEach(line -> spec.commandLine().getErr().println(line));
        }
        return ExitCode.FOUND;
    }

    private static Map<String, @Nullable Object> receipt(PriceTable table, Lookup lookup, Quote quote) {
        Charge charge = quote.charge();
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Charge.Line line : Quote.lines(charge)) {
            Map<String, Object> written = new LinkedHashMap<>();
            written.put("unit", line.unit().unitName());
            written.put("count", line.quantity());
            written.put("rate", quote.rate(line.unit()));
            written.put("amount", Numbers.plain(line.cost().amount()));
            lines.add(written);
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("entry", quote.price().toString());
        answer.put("found", lookup.found());
        answer.put("at", quote.at().toString());
        answer.put("tier", quote.hasTier() ? quote.tier() : null);
        answer.put("region", quote.hasRegion() ? quote.region() : null);
        answer.put("context_from", quote.contextStep() == 0 ? null : quote.contextStep());
        answer.put("currency", table.currency().getCurrencyCode());
        answer.put(
                "amount",
                charge.cost() == null ? null : Numbers.plain(charge.cost().amount()));
        BigDecimal list = Quote.list(charge);
        if (list != null) {
            answer.put("list_amount", Numbers.plain(list));
        }
        if (charge.unpriced() != null) {
            answer.put("unpriced", charge.unpriced().label());
            answer.put(
                    "unpriced_units",
                    quote.unpriced().stream().map(Unit::unitName).collect(Collectors.toList()));
        }
        answer.put("lines", lines);
        answer.put("source", quote.price().source());
        answer.put("table", quote.price().table());
        answer.put("price_table", table.id());
        return answer;
    }

    private static Map<String, @Nullable Object> priceList(PriceTable table, Quote quote) {
        ModelPrice price = quote.price();
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("entry", price.toString());
        answer.put("aliases", List.copyOf(price.aliases()));
        answer.put("at", quote.at().toString());
        answer.put("currency", table.currency().getCurrencyCode());
        answer.put("rates", quote.rates(0));
        Map<String, Object> context = new LinkedHashMap<>();
        quote.contextSteps().forEach(step -> context.put(step.toString(), quote.rates(step)));
        answer.put("context_from", context);
        Map<String, Object> tiers = new LinkedHashMap<>();
        price.tiers(quote.at()).forEach(tier -> tiers.put(tier, price.rates(tier, quote.region(), quote.at(), 0)));
        answer.put("tiers", tiers);
        answer.put("regions", List.copyOf(price.regions(quote.at())));
        answer.put("source", price.source());
        answer.put("table", price.table());
        answer.put("price_table", table.id());
        return answer;
    }
}
