package io.unitcost.cli;

import io.unitcost.cli.shell.Numbers;
import io.unitcost.cli.shell.TextTable;
import io.unitcost.price.Charge;
import io.unitcost.price.ModelPrice;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code price} prints for people. */
final class PriceText {

    private PriceText() {}

    /** The lines of a charge, its sum, and where the price is from. */
    static String receipt(PriceTable table, Lookup lookup, Quote quote) {
        List<String> text = new ArrayList<>();
        text.add(quote.price().toString());
        text.add("");
        text.addAll(sum(table, quote));
        if (quote.charge().unpriced() != null) {
            text.add("");
            text.add(missing(quote));
        }
        text.add("");
        text.addAll(origin(table, lookup, quote));
        return String.join(System.lineSeparator(), text);
    }

    private static List<String> sum(PriceTable table, Quote quote) {
        Charge charge = quote.charge();
        Money cost = charge.cost();
        if (cost == null) {
            return List.of("  nothing of it has a price");
        }
        List<Charge.Line> lines = Quote.lines(charge);
        List<BigDecimal> amounts = new ArrayList<>();
        lines.forEach(line -> amounts.add(line.cost().amount()));
        BigDecimal list = Quote.list(charge);
        amounts.add(cost.amount());
        if (list != null) {
            amounts.add(list);
        }
        int decimals = Numbers.decimals(amounts);
        TextTable rows = TextTable.aligned("<><>");
        for (Charge.Line line : lines) {
            rows.row(
                    line.unit().unitName(),
                    Numbers.count(line.quantity()),
                    "x " + quote.rate(line.unit()),
                    Numbers.grouped(line.cost().amount(), decimals));
        }
        String currency = " " + table.currency().getCurrencyCode();
        String whole = charge.unpriced() == null ? "total" : "known part";
        if (list == null) {
            rows.row(whole, "", "", Numbers.grouped(cost.amount(), decimals));
        } else {
            rows.row("list price", "", "", Numbers.grouped(list, decimals));
            rows.row("on your terms", "", "", Numbers.grouped(cost.amount(), decimals));
        }
        List<String> printed = new ArrayList<>(rows.lines());
        printed.set(printed.size() - 1, printed.get(printed.size() - 1) + currency);
        return printed;
    }

    private static String missing(Quote quote) {
        List<Unit> units = quote.unpriced();
        return units.isEmpty()
                ? "There is no usage to price."
                : "No price for " + units.stream().map(Unit::unitName).collect(Collectors.joining(", "))
                        + ": the request costs more than the part above.";
    }

    /** Why there is no price, and what may be done about it. */
    static List<String> notFound(PriceTable table, Lookup lookup) {
        String nearest = String.join(", ", lookup.nearest(table));
        if (!lookup.sellers().isEmpty()) {
            return List.of("Several providers have '" + lookup.asked() + "': " + nearest + ". Say which.");
        }
        List<String> text = new ArrayList<>();
        text.add("No price for '" + lookup.asked() + "' in " + table + ".");
        if (!nearest.isEmpty()) {
            text.add("Did you mean " + nearest + "?");
        }
        text.add("Prices of your own go over these: --prices FILE.");
        return text;
    }

    /** The prices of a model: the standard ones, those of larger requests, and each tier's. */
    static String list(PriceTable table, Lookup lookup, Quote quote) {
        ModelPrice price = quote.price();
        List<String> head = new ArrayList<>(List.of(table.currency().getCurrencyCode()));
        List<SortedMap<String, String>> columns = new ArrayList<>(List.of(quote.rates(0)));
        for (long step : quote.contextSteps()) {
            head.add("from " + Numbers.count(BigDecimal.valueOf(step)) + " input");
            columns.add(quote.rates(step));
        }
        if (quote.tier() == null) {
            for (String tier : price.tiers(quote.at())) {
                head.add(tier);
                columns.add(price.rates(tier, quote.region(), quote.at(), 0));
            }
        }
        TextTable rows = TextTable.aligned("<".repeat(columns.size() + 1));
        rows.row(Stream.concat(Stream.of(""), head.stream()).toArray(String[]::new));
        columns.stream()
                .flatMap(column -> column.keySet().stream())
                .distinct()
                .map(Unit::of)
                .sorted(Quote.READING_ORDER)
                .map(Unit::unitName)
                .forEach(unit -> rows.row(
                        Stream.concat(Stream.of(unit), columns.stream().map(column -> column.getOrDefault(unit, "")))
                                .toArray(String[]::new)));
        List<String> text = new ArrayList<>(List.of(price.toString(), ""));
        text.addAll(rows.lines());
        text.add("");
        text.addAll(origin(table, lookup, quote));
        return String.join(System.lineSeparator(), text);
    }

    private static List<String> origin(PriceTable table, Lookup lookup, Quote quote) {
        ModelPrice price = quote.price();
        TextTable rows = TextTable.aligned("<<");
        rows.row("found", lookup.how());
        if (!price.aliases().isEmpty() && quote.usage().isEmpty()) {
            rows.row("aliases", String.join(", ", price.aliases()));
        }
        if (quote.tier() != null) {
            rows.row("tier", known(quote.tier(), quote.hasTier(), price.tiers(quote.at())));
        }
        // one that only the id names, and nothing is priced by, is said with the id
        if (quote.region() != null && (quote.hasRegion() || lookup.match().region() == null)) {
            rows.row("region", known(quote.region(), quote.hasRegion(), price.regions(quote.at())));
        }
        long step = quote.contextStep();
        if (step > 0) {
            rows.row(
                    "context",
                    "prices for requests from " + Numbers.count(BigDecimal.valueOf(step)) + " input tokens on");
        }
        rows.row("at", quote.at().truncatedTo(ChronoUnit.SECONDS).toString());
        if (price.source() != null) {
            rows.row("source", price.source());
        }
        boolean alone =
                table.id().startsWith(table.name() + "@") && price.table().equals(table.name() + ", " + table.asOf());
        rows.row("prices", alone ? table.id() + ", " + table.asOf() : price.table() + " (in " + table.id() + ")");
        return rows.lines();
    }

    private static String known(String name, boolean priced, Iterable<String> others) {
        String list = String.join(", ", others);
        return priced
                ? name
                : name + " has no prices of its own here: the standard ones"
                        + (list.isEmpty() ? "" : " (there is " + list + ")");
    }
}
