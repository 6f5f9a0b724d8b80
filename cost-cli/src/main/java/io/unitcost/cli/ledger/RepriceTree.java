package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.Numbers;
import io.unitcost.ledger.RepricingSummary;
import io.unitcost.ledger.RepricingSummary.Feature;
import io.unitcost.ledger.RepricingSummary.Left;
import io.unitcost.ledger.RepricingSummary.Missing;
import io.unitcost.ledger.RepricingSummary.Model;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What came of a repricing, for programs: amounts are texts and exact, quotients have twelve digits. */
record RepriceTree(RepriceReport report) {

    private static final MathContext TWELVE_DIGITS = new MathContext(12, RoundingMode.HALF_EVEN);

    Map<String, @Nullable Object> tree() {
        RepricingSummary summary = report.summary();
        Map<String, @Nullable Object> tree = RepriceReport.fields();
        tree.put("price_table", report.table().id());
        tree.put("at", report.at() == null ? null : report.at().toString());
        tree.put("currency", summary.currency().getCurrencyCode());
        tree.put("records", summary.records());
        tree.put("from", String.valueOf(summary.from()));
        tree.put("to", String.valueOf(summary.to()));
        tree.put("map", report.map());
        tree.put("token_ratio", report.ratio());
        tree.put("features", all(summary.features(), RepriceTree::feature));
        tree.put("subrequests", summary.subrequests());
        tree.put("subrequests_was", amount(summary.subrequestsWas()));
        tree.put("subrequests_would_be", amount(summary.subrequestsWouldBe()));
        tree.put("mapped", summary.mapped());
        tree.put("scaled", summary.scaled());
        tree.put("newly_priced", summary.newlyPriced());
        tree.put("kept", all(summary.kept(), RepriceTree::kept));
        tree.put("unpriced", all(summary.unpriced(), RepriceTree::missing));
        tree.put("caveats", report.caveats().stream().map(Caveat::label).toList());
        tree.put("half_written", report.halfWritten());
        tree.put("out", report.out() == null ? null : report.out().toString());
        return tree;
    }

    private static <T> List<Map<String, @Nullable Object>> all(
            List<T> values, Function<T, Map<String, @Nullable Object>> entry) {
        List<Map<String, @Nullable Object>> entries = new ArrayList<>();
        values.forEach(value -> entries.add(entry.apply(value)));
        return entries;
    }

    private static Map<String, @Nullable Object> feature(Feature feature) {
        Map<String, @Nullable Object> tree = RepriceReport.fields();
        tree.put("feature", feature.name());
        tree.put("requests", feature.requests());
        tree.put("delivered", feature.delivered());
        tree.put("was", amount(feature.was()));
        tree.put("would_be", amount(feature.wouldBe()));
        tree.put("difference", amount(feature.difference()));
        tree.put("was_per_request", quotient(feature.perDelivered(feature.was())));
        tree.put("would_be_per_request", quotient(feature.perDelivered(feature.wouldBe())));
        tree.put("revenue", amount(feature.revenue()));
        tree.put("margin_was", quotient(feature.margin(feature.was())));
        tree.put("margin_would_be", quotient(feature.margin(feature.wouldBe())));
        tree.put("allowance", amount(feature.allowance()));
        tree.put("objective_was", feature.verdictBefore().label());
        tree.put("objective", feature.verdict().label());
        tree.put("estimated", amount(feature.estimated()));
        tree.put("unpriced_was", feature.unpricedBefore());
        tree.put("unpriced", feature.unpriced());
        tree.put("models", all(feature.models(), model -> model(feature, model)));
        return tree;
    }

    private static Map<String, @Nullable Object> model(Feature feature, Model model) {
        Map<String, @Nullable Object> tree = RepriceReport.fields();
        tree.put("provider", model.provider());
        tree.put("model", model.model());
        tree.put("calls", model.attempts());
        tree.put("cost", amount(model.cost()));
        tree.put("input_per_million", quotient(model.inputPrice()));
        tree.put("output_per_million", quotient(model.outputPrice()));
        tree.put("break_even_input_per_million", quotient(feature.breakEvenInput(model)));
        tree.put("break_even_output_per_million", quotient(feature.breakEvenOutput(model)));
        tree.put("break_even_factor", quotient(feature.breakEvenFactor(model)));
        return tree;
    }

    private static Map<String, @Nullable Object> kept(Left left) {
        Map<String, @Nullable Object> tree = RepriceReport.fields();
        tree.put("provider", left.provider());
        tree.put("model", left.model());
        tree.put("why", left.why().label());
        tree.put("calls", left.attempts());
        tree.put("cost", amount(left.cost()));
        return tree;
    }

    private static Map<String, @Nullable Object> missing(Missing missing) {
        Map<String, @Nullable Object> tree = RepriceReport.fields();
        tree.put("provider", missing.provider());
        tree.put("model", missing.model());
        tree.put("why", missing.why().label());
        tree.put("calls", missing.attempts());
        tree.put("cost", missing.cost().isZero() ? null : amount(missing.cost()));
        return tree;
    }

    private static @Nullable String amount(@Nullable Money amount) {
        return amount == null ? null : amount.toPlainString();
    }

    private static @Nullable String quotient(@Nullable BigDecimal quotient) {
        return quotient == null ? null : Numbers.plain(quotient.round(TWELVE_DIGITS));
    }
}
