package io.unitcost.cli.report;

import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The charts of a feature that are not over time: how costs are spread over requests, and over models. */
final class ShapeFigures {

    private static final double MEDIAN = 0.5;
    private static final double NEARLY_ALL = 0.95;

    private final LedgerTally tally;
    private final FeatureTally feature;
    private final int index;

    ShapeFigures(LedgerTally tally, FeatureTally feature, int index) {
        this.tally = tally;
        this.feature = feature;
        this.index = index;
    }

    Figure distribution() {
        CostBuckets costs = feature.costs();
        List<List<String>> rows = new ArrayList<>();
        long below = 0;
        for (CostBuckets.Bucket bucket : costs.shown()) {
            below += bucket.count();
            rows.add(List.of(
                    bucket.from().toPlainString(),
                    bucket.to().toPlainString(),
                    Words.count(bucket.count()),
                    Words.share(below, costs.count())));
        }
        String caption = "Half of the delivered requests cost less than " + edge(costs.at(MEDIAN))
                + " each, 95 of 100 less than " + edge(costs.at(NEARLY_ALL))
                + ". Each bar is a range of equal ratio, labelled with the lower end, as high as the number of requests in it. "
                + allowance(costs.shown())
                + "What failed requests cost is not in this chart.";
        return new Figure(
                "spread",
                index,
                "How much single requests cost",
                caption,
                List.of("from " + code(), "below " + code(), "requests", "up to here"),
                rows);
    }

    /** Where the chart's line is, or why there is none. */
    private String allowance(List<CostBuckets.Bucket> shown) {
        Sums total = feature.total();
        if (!total.hasAllowance()) {
            return "";
        }
        BigDecimal mean = Words.per(total.allowance(), total.allowed);
        String said = Words.money(mean, tally.currency());
        boolean within = shown.stream()
                .anyMatch(bucket -> bucket.from().signum() > 0
                        && bucket.from().compareTo(mean) <= 0
                        && mean.compareTo(bucket.to()) < 0);
        boolean above = mean.compareTo(shown.get(shown.size() - 1).to()) >= 0;
        return within
                ? "The dashed line is the mean allowance, " + said + ". "
                : "The mean allowance, " + said + ", is " + (above ? "above" : "below") + " what is drawn. ";
    }

    private String edge(CostBuckets.Bucket bucket) {
        BigDecimal edge = bucket.to();
        return Words.money(edge, tally.currency());
    }

    Figure models() {
        List<Model> models = Model.all(feature);
        Money all = models.stream().map(Model::cost).reduce(Money.zero(tally.currency()), Money::plus);
        List<List<String>> rows = new ArrayList<>();
        for (Model model : models) {
            boolean free = model.unpriced() == model.attempts() && model.cost().isZero();
            rows.add(List.of(
                    model.name(),
                    Words.count(model.attempts()),
                    Words.count(model.unpriced()),
                    free ? "no price" : Words.exact(model.cost()),
                    free ? Words.DASH : Words.share(model.cost(), all)));
        }
        Model first = models.get(0);
        return new Figure(
                "models",
                index,
                "Cost by model and support service",
                (models.size() == 1
                                ? first.name() + " is all of it"
                                : first.name() + " is " + Words.share(first.cost(), all) + " of it")
                        + ". Retries and idle shares are with the model that they were for.",
                List.of("model", "attempts", "unpriced", "cost " + code(), "share"),
                rows);
    }

    private String code() {
        return tally.currency().getCurrencyCode();
    }
}
