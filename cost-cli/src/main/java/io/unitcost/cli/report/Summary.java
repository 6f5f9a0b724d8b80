package io.unitcost.cli.report;

import java.util.ArrayList;
import java.util.List;

/** The head of the page: five numbers, and a sentence for each objective that was missed. */
final class Summary {

    private static final int MOST_NAMED = 6;

    private final LedgerTally tally;
    private final Sums total;

    Summary(LedgerTally tally) {
        this.tally = tally;
        this.total = tally.total();
    }

    void write(Html page) {
        page.raw("<section id=\"summary\"><dl class=\"tiles\">");
        tile(page, "Cost", Words.money(total.cost()), exact(Words.exact(total.cost())));
        tile(page, "Revenue", total.earning == 0 ? Words.DASH : Words.money(total.revenue()), revenueNote());
        tile(page, "Margin", margin(), marginNote());
        tile(page, "Delivered requests", Words.count(total.delivered), requestsNote());
        tile(page, "Cost per delivered request", FeatureSection.perRequest(total), "of all features");
        page.raw("</dl>");
        objectives(page);
        page.raw("<dl class=\"facts\">");
        FeatureSection.fact(page, "currency", tally.currency().getCurrencyCode());
        FeatureSection.fact(page, "releases", named(tally.releases()));
        FeatureSection.fact(page, "price tables", named(tally.priceTables()));
        page.raw("</dl></section>\n");
    }

    private static void tile(Html page, String name, String value, String note) {
        page.raw("<div>")
                .element("dt", name)
                .raw("<dd>")
                .text(value)
                .raw("<small>")
                .text(note)
                .raw("</small></dd></div>");
    }

    private String exact(String amount) {
        return amount + " " + tally.currency().getCurrencyCode();
    }

    private String revenueNote() {
        return total.earning == 0 ? "none recorded" : exact(Words.exact(total.revenue()));
    }

    /** Of the features that earn: what others cost does not come out of their revenue. */
    private Sums earning() {
        Sums earning = new Sums(tally.currency());
        for (FeatureTally feature : tally.features()) {
            if (feature.total().earning > 0) {
                earning.add(feature.total());
            }
        }
        return earning;
    }

    private String margin() {
        return FeatureSection.margin(earning());
    }

    private String marginNote() {
        Sums earning = earning();
        if (earning.earning == 0) {
            return "no revenue, no margin";
        }
        String left = Words.money(earning.revenue().minus(earning.cost())) + " remain";
        return earning.delivered == total.delivered ? left : left + ", of features with revenue";
    }

    private String requestsNote() {
        return "of " + Words.count(total.requests) + "; " + Words.count(total.failed) + " failed, "
                + Words.count(total.cancelled) + " cancelled";
    }

    private void objectives(Html page) {
        List<String> met = new ArrayList<>();
        for (FeatureTally feature : tally.features()) {
            Judgement cost = Judgement.ofCost(feature);
            Judgement latency = Judgement.ofLatency(feature);
            boolean open = cost.state() == Judgement.State.OPEN;
            if (cost.state() == Judgement.State.MISSED || open) {
                FeatureSection.verdict(page, feature.name + ", cost", cost);
            }
            if (latency.state() == Judgement.State.MISSED) {
                FeatureSection.verdict(page, feature.name + ", latency", latency);
            }
            boolean held = cost.state() == Judgement.State.MET || latency.state() == Judgement.State.MET;
            if (held && !open && cost.state() != Judgement.State.MISSED && latency.state() != Judgement.State.MISSED) {
                met.add(feature.name);
            }
        }
        if (!met.isEmpty()) {
            FeatureSection.verdict(page, "Objectives", new Judgement(Judgement.State.MET, "by " + Phrases.join(met)));
        }
    }

    private static String named(List<Seen.Range> ranges) {
        List<String> names = new ArrayList<>();
        ranges.stream()
                .limit(MOST_NAMED)
                .forEach(range -> names.add(range.name() + " from " + Words.minute(range.first())));
        if (ranges.size() > MOST_NAMED) {
            names.add(ranges.size() - MOST_NAMED + " more");
        }
        return names.isEmpty() ? "none named" : String.join("; ", names);
    }
}
