package io.unitcost.cli.report;

import io.unitcost.Part;
import io.unitcost.cli.shell.Json;
import io.unitcost.explain.Explanation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the charts draw: exact sums, from which the page divides. In the page as JSON that cannot end its element. */
final class PageData {

    private PageData() {}

    static String json(LedgerTally tally, List<FeatureTally> features, Change change) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("currency", tally.currency().getCurrencyCode());
        data.put("symbol", Words.symbol(tally.currency()));
        data.put("slotSeconds", tally.grid().widthSeconds());
        data.put("slots", slots(tally.grid()));
        data.put(
                "events",
                Events.of(tally).stream()
                        .map(event -> (Object) (long) event.slot())
                        .toList());
        data.put(
                "features",
                features.stream().map(one -> feature(one, tally.grid())).toList());
        data.put("change", change(change));
        // in a script element "</script" would end it and "<!--" would hide its end
        return Json.write(data).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    private static List<Object> slots(TimeGrid grid) {
        List<Object> slots = new ArrayList<>();
        for (int i = 0; i < grid.slots(); i++) {
            slots.add(Words.slot(grid.begin(i), grid.width()));
        }
        return slots;
    }

    private static Map<String, @Nullable Object> feature(FeatureTally feature, TimeGrid grid) {
        Sums[] slots = feature.slots(grid);
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("name", feature.name);
        data.put("few", (long) feature.goal().minimumRequests());
        data.put("delivered", each(slots, sums -> sums.delivered));
        data.put("cost", each(slots, sums -> sums.cost().amount()));
        data.put("revenue", each(slots, sums -> sums.revenue().amount()));
        data.put("allowance", each(slots, sums -> sums.allowance().amount()));
        data.put("allowed", each(slots, sums -> sums.allowed));
        for (Part part : Part.values()) {
            data.put(part.label(), each(slots, sums -> sums.part(part).amount()));
        }
        Map<String, Object> tokens = new LinkedHashMap<>();
        for (TokenClass of : TokenClass.values()) {
            tokens.put(of.label(), each(slots, sums -> sums.tokens[of.ordinal()]));
        }
        data.put("tokens", tokens);
        data.put("buckets", buckets(feature.costs().shown()));
        data.put("allowanceEach", allowanceEach(feature.total()));
        data.put("models", models(feature));
        return data;
    }

    private static List<Object> each(Sums[] slots, Function<Sums, Object> of) {
        List<Object> values = new ArrayList<>(slots.length);
        for (Sums sums : slots) {
            values.add(of.apply(sums));
        }
        return values;
    }

    /** The mean allowance, to mark the distribution with. */
    private static @Nullable Object allowanceEach(Sums total) {
        return total.allowed > 0 && total.hasAllowance() ? Words.per(total.allowance(), total.allowed) : null;
    }

    private static List<Object> buckets(List<CostBuckets.Bucket> buckets) {
        List<Object> list = new ArrayList<>();
        for (CostBuckets.Bucket bucket : buckets) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("from", bucket.from());
            one.put("to", bucket.to());
            one.put("count", bucket.count());
            list.add(one);
        }
        return list;
    }

    private static List<Object> models(FeatureTally feature) {
        List<Object> list = new ArrayList<>();
        for (Model model : Model.drawn(feature)) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", model.name());
            one.put("attempts", model.attempts());
            one.put("unpriced", model.unpriced());
            one.put("cost", model.cost().amount());
            list.add(one);
        }
        return list;
    }

    private static @Nullable Object change(Change change) {
        Explanation why = change.why();
        if (why == null || !why.isDecided()) {
            return null;
        }
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("before", BigDecimal.valueOf(why.before()));
        data.put("after", BigDecimal.valueOf(why.after()));
        List<Object> rows = new ArrayList<>();
        for (Waterfall.Step step : Waterfall.steps(why)) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("label", step.label());
            row.put("amount", BigDecimal.valueOf(step.amount()));
            row.put(
                    "lower",
                    step.bounds() == null
                            ? null
                            : BigDecimal.valueOf(step.bounds().lower()));
            row.put(
                    "upper",
                    step.bounds() == null
                            ? null
                            : BigDecimal.valueOf(step.bounds().upper()));
            rows.add(row);
        }
        data.put("steps", rows);
        return data;
    }
}
