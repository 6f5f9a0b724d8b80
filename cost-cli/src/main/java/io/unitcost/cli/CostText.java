package io.unitcost.cli;

import io.unitcost.Quality;
import io.unitcost.cli.shell.Numbers;
import io.unitcost.cli.shell.TextTable;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.usage.UsageReport;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code usage} tells people about the cost of an answer. */
final class CostText {

    private static final String OURS = "by these prices";

    private CostText() {}

    /** @param guessed whether nobody said who is paid */
    static String of(PriceTable table, UsageReport report, KnownUsage known, AnswerCost cost, boolean guessed) {
        List<String> text = new ArrayList<>();
        if (cost.parts().isEmpty()) {
            text.add("What it cost is not known, which is not the same as nothing.");
        }
        for (AnswerCost.Part part : cost.parts()) {
            text.addAll(part(table, part));
            text.add("");
        }
        if (guessed && cost.parts().stream().anyMatch(part -> part.quote() != null)) {
            text.add("Who is paid was guessed from the model's name; --provider says it.");
            text.add("");
        }
        if (known.quality() == Quality.ESTIMATED) {
            text.add("The input is not known, and comes on top.");
            text.add("");
        }
        text.addAll(whole(table, report, cost));
        return String.join(System.lineSeparator(), text).stripTrailing();
    }

    private static List<String> part(PriceTable table, AnswerCost.Part part) {
        if (part.lookup() == null) {
            return List.of("No price, because the answer does not name its model: say it with --model.");
        }
        if (part.quote() == null) {
            return PriceText.notFound(table, part.lookup());
        }
        List<String> text = new ArrayList<>();
        if (part.quote().charge().isContradictory()) {
            text.add(
                    "The counts contradict each other: a part is larger than its whole, and what is too much is left out.");
            text.add("");
        }
        text.add(PriceText.receipt(table, part.lookup(), part.quote()));
        return text;
    }

    /** The sum over several models, and what the provider itself says. */
    private static List<String> whole(PriceTable table, UsageReport report, AnswerCost cost) {
        BigDecimal ours = cost.total();
        BigDecimal theirs = report.cost();
        BigDecimal upstream = report.isOwnKey() ? report.upstreamCost() : null;
        BigDecimal bill = report.isOwnKey() ? upstream : theirs;
        Map<String, BigDecimal> amounts = new LinkedHashMap<>();
        if (ours != null && (cost.parts().size() > 1 || bill != null)) {
            amounts.put(OURS, ours);
        }
        if (theirs != null) {
            amounts.put(report.isOwnKey() ? "by the answer, for the gateway" : "by the answer", theirs);
        }
        if (upstream != null) {
            amounts.put("by the answer, for the provider behind it", upstream);
        }
        if (ours != null && bill != null && table.currency().equals(Money.USD)) {
            amounts.put("difference", bill.subtract(ours));
        }
        int decimals = Numbers.decimals(amounts.values());
        TextTable rows = TextTable.aligned("<>");
        amounts.forEach((what, amount) -> {
            String currency = what.equals(OURS) ? table.currency().getCurrencyCode() : Money.USD.getCurrencyCode();
            rows.row(what, Numbers.grouped(amount, decimals) + " " + currency);
        });
        return rows.lines();
    }
}
