package io.unitcost.cli.report;

import io.unitcost.Part;
import io.unitcost.cli.report.Judgement.State;
import io.unitcost.price.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The features: all in a table, and each that is dear enough with its charts. */
final class FeatureSection {

    /** So many of the dearest features have charts; the others are one. */
    static final int MOST_DRAWN = 8;

    private final LedgerTally tally;
    private final List<FeatureTally> drawn;

    FeatureSection(LedgerTally tally) {
        this.tally = tally;
        this.drawn = drawn(tally);
    }

    List<FeatureTally> drawn() {
        return drawn;
    }

    /** The dearest, and the others as one without a goal. */
    private static List<FeatureTally> drawn(LedgerTally tally) {
        List<FeatureTally> all = tally.features();
        boolean excess = tally.excess().hasRecords();
        if (all.size() <= MOST_DRAWN && !excess) {
            return all;
        }
        List<FeatureTally> drawn = new ArrayList<>(all.subList(0, Math.min(all.size(), MOST_DRAWN - 1)));
        int others = all.size() - drawn.size();
        FeatureTally rest = new FeatureTally(
                excess ? "all other features" : others + " other features", tally.currency(), Goal.RECORDED);
        all.subList(drawn.size(), all.size()).forEach(rest::add);
        drawn.add(rest.add(tally.excess()));
        return drawn;
    }

    void writeTable(Html page) {
        page.raw(
                        "<section id=\"features\"><h2>Features</h2><div class=\"scroll\" tabindex=\"0\"><table class=\"full\">")
                .headRow(List.of(
                        "feature",
                        "delivered",
                        "a request",
                        "cost " + code(),
                        "revenue " + code(),
                        "margin",
                        "cost objective",
                        "p95 latency",
                        "over budget",
                        "inference",
                        "idle",
                        "support",
                        "retry"))
                .raw("<tbody>\n");
        for (int i = 0; i < drawn.size(); i++) {
            page.linkedRow("feature-" + i, cells(drawn.get(i)));
        }
        page.raw("</tbody></table></div></section>\n");
    }

    private List<String> cells(FeatureTally feature) {
        Sums total = feature.total();
        List<String> cells = new ArrayList<>(List.of(
                feature.name,
                Words.count(total.delivered),
                perRequest(total),
                Words.exact(total.cost()),
                total.earning == 0 ? Words.DASH : Words.exact(total.revenue()),
                margin(total),
                Judgement.ofCost(feature).state().label(),
                p95(feature),
                total.timed == 0 ? Words.DASH : Words.share(total.missed, total.timed)));
        for (Part part : List.of(Part.INFERENCE, Part.IDLE, Part.SUPPORT, Part.RETRY)) {
            cells.add(Words.share(total.part(part), total.cost()));
        }
        return cells;
    }

    void writeEach(Html page) {
        for (int i = 0; i < drawn.size(); i++) {
            FeatureTally feature = drawn.get(i);
            page.raw("<section class=\"feature\" id=\"feature-" + i + "\"><h2>")
                    .name(feature.name)
                    .raw("</h2>");
            verdicts(page, feature);
            facts(page, feature);
            String events = Events.explained(tally);
            if (!events.isEmpty()) {
                page.raw("<p class=\"note\">").text(events).raw("</p>");
            }
            page.raw("<div class=\"charts\">\n");
            new TimeFigures(tally, feature, i).all().forEach(figure -> figure.write(page));
            ShapeFigures shapes = new ShapeFigures(tally, feature, i);
            if (feature.total().delivered > 0) {
                shapes.distribution().write(page);
            }
            if (!feature.models().isEmpty()) {
                shapes.models().write(page);
            }
            page.raw("</div></section>\n");
        }
    }

    private void verdicts(Html page, FeatureTally feature) {
        Judgement cost = Judgement.ofCost(feature);
        Judgement latency = Judgement.ofLatency(feature);
        if (cost.state() == State.NONE && latency.state() == State.NONE) {
            verdict(
                    page,
                    "Objectives",
                    new Judgement(State.NONE, "no allowance and no latency budget is recorded with its requests"));
        } else {
            verdict(page, "Cost", cost);
            verdict(page, "Latency", latency);
        }
    }

    static void verdict(Html page, String what, Judgement judgement) {
        page.raw("<p class=\"verdict " + judgement.state().name().toLowerCase(Locale.ROOT) + "\"><strong>")
                .text(what + ": " + judgement.state().label() + ".")
                .raw("</strong> ")
                .text(Phrases.sentence(judgement.text()) + ".")
                .raw("</p>");
    }

    private void facts(Html page, FeatureTally feature) {
        Sums total = feature.total();
        page.raw("<dl class=\"facts\">");
        fact(page, "a delivered request", perRequest(total));
        fact(page, "cost", Words.money(total.cost()));
        fact(page, "revenue", total.earning == 0 ? Words.DASH : Words.money(total.revenue()));
        fact(page, "margin", margin(total));
        fact(page, "delivered", Words.count(total.delivered));
        fact(page, "failed", Words.count(total.failed));
        fact(page, "cancelled", Words.count(total.cancelled));
        fact(page, "p95 latency", p95(feature));
        page.raw("</dl>");
    }

    static void fact(Html page, String name, String value) {
        page.raw("<div>").element("dt", name).element("dd", value).raw("</div>");
    }

    private static String p95(FeatureTally feature) {
        return feature.total().delivered == 0
                ? Words.DASH
                : Words.latency(feature.latencies().quantile(0.95));
    }

    static String perRequest(Sums total) {
        Money cost = total.cost();
        return total.delivered == 0 ? Words.DASH : Words.money(Words.per(cost, total.delivered), cost.currency());
    }

    static String margin(Sums total) {
        var margin = TimeFigures.margin(total);
        return margin == null ? Words.DASH : Words.percent(margin);
    }

    private String code() {
        return tally.currency().getCurrencyCode();
    }
}
