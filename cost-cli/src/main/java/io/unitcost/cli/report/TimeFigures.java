package io.unitcost.cli.report;

import io.unitcost.Part;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The charts of a feature over time. */
final class TimeFigures {

    private final LedgerTally tally;
    private final FeatureTally feature;
    private final int index;
    private final Sums total;
    private final Sums[] slots;
    private final String slot;

    TimeFigures(LedgerTally tally, FeatureTally feature, int index) {
        this.tally = tally;
        this.feature = feature;
        this.index = index;
        this.total = feature.total();
        this.slots = feature.slots(tally.grid());
        this.slot = Words.width(tally.grid().width());
    }

    List<Figure> all() {
        List<Figure> figures = new ArrayList<>();
        if (total.hasRevenue()) {
            figures.add(margin());
        }
        if (total.delivered > 0) {
            figures.add(perRequest());
        }
        figures.add(parts());
        if (total.delivered > 0 && Arrays.stream(total.tokens).sum() > 0) {
            figures.add(tokens());
        }
        return figures;
    }

    private Figure margin() {
        List<List<String>> rows = rows(sums -> List.of(
                Words.count(sums.delivered),
                Words.exact(sums.cost()),
                Words.exact(sums.revenue()),
                percent(margin(sums)),
                percent(objective(sums))));
        String caption = "Over the whole span " + percent(margin(total)) + " of revenue remained"
                + (total.hasAllowance()
                        ? "; the objective, dashed, is " + percent(objective(total)) + ". "
                                + of(count(TimeFigures::isBelow), "below it")
                        : ". ")
                + extremes(TimeFigures::margin, this::percent) + few();
        return new Figure(
                "margin",
                index,
                "Margin over time",
                caption,
                List.of("from (UTC)", "delivered", "cost " + code(), "revenue " + code(), "margin", "objective"),
                rows);
    }

    private Figure perRequest() {
        List<List<String>> rows = rows(sums -> List.of(
                Words.count(sums.delivered),
                Words.exact(sums.cost()),
                money(perRequest(sums)),
                money(allowance(sums))));
        String caption = "A delivered request cost " + money(perRequest(total)) + " over the whole span"
                + (total.hasAllowance()
                        ? "; its allowance, dashed, is " + money(allowance(total)) + ". "
                                + of(count(TimeFigures::isAbove), "above it")
                        : ". ")
                + extremes(TimeFigures::perRequest, this::money) + few();
        return new Figure(
                "cost",
                index,
                "Cost per delivered request over time",
                caption,
                List.of("from (UTC)", "delivered", "cost " + code(), "a request", "allowance"),
                rows);
    }

    /** {@code 3 of 40 points, 6 hours each, are above it.} Only of points with enough requests; empty without any. */
    private String of(long some, String where) {
        long all = count(sums -> true);
        return all == 0
                ? ""
                : (some == 0 ? "None" : Words.count(some)) + " of " + Words.count(all, "point") + ", "
                        + (slot.matches("[a-z]+") ? "one " : "") + slot + " each, " + (some == 1 ? "is " : "are ")
                        + where
                        + ". ";
    }

    private static boolean isBelow(Sums sums) {
        BigDecimal margin = margin(sums);
        BigDecimal objective = objective(sums);
        return margin != null && objective != null && margin.compareTo(objective) < 0;
    }

    private static boolean isAbove(Sums sums) {
        BigDecimal cost = perRequest(sums);
        BigDecimal allowance = allowance(sums);
        return cost != null && allowance != null && cost.compareTo(allowance) > 0;
    }

    private Figure parts() {
        List<String> head = new ArrayList<>(List.of("from (UTC)"));
        List<String> shares = new ArrayList<>();
        for (Part part : Part.values()) {
            head.add(part.label() + " " + code());
            if (!total.part(part).isZero()) {
                shares.add(part.label() + " is " + Words.share(total.part(part), total.cost()));
            }
        }
        String caption = Words.money(total.cost()) + " in all"
                + (shares.isEmpty() ? "." : ": " + Phrases.join(shares) + " of it.");
        return new Figure("parts", index, "What was spent each " + slot + ", by part", caption, head, rows(sums -> {
            List<String> cells = new ArrayList<>();
            for (Part part : Part.values()) {
                cells.add(Words.exact(sums.part(part)));
            }
            return cells;
        }));
    }

    private Figure tokens() {
        List<String> head = new ArrayList<>(List.of("from (UTC)", "delivered"));
        List<String> means = new ArrayList<>();
        for (TokenClass of : TokenClass.values()) {
            head.add(of.label());
            if (total.tokens[of.ordinal()] > 0) {
                means.add(Words.count(Math.round((double) total.tokens[of.ordinal()] / total.delivered)) + " "
                        + of.label());
            }
        }
        return new Figure(
                "tokens",
                index,
                "Tokens per delivered request",
                "A delivered request took " + Phrases.join(means)
                        + " tokens. Those of retries and of failed requests are in it; those of support services are not.",
                head,
                rows(sums -> {
                    List<String> cells = new ArrayList<>(List.of(Words.count(sums.delivered)));
                    for (long count : sums.tokens) {
                        cells.add(Words.count(count));
                    }
                    return cells;
                }));
    }

    /** Revenue that remained, as a share of it. */
    static @Nullable BigDecimal margin(Sums sums) {
        return sums.hasRevenue() ? remainder(sums.cost(), sums.revenue()) : null;
    }

    private static @Nullable BigDecimal objective(Sums sums) {
        return sums.hasRevenue() && sums.hasAllowance() ? remainder(sums.allowance(), sums.revenue()) : null;
    }

    private static BigDecimal remainder(Money part, Money whole) {
        return BigDecimal.ONE.subtract(part.amount().divide(whole.amount(), Words.PRECISION));
    }

    private static @Nullable BigDecimal perRequest(Sums sums) {
        return sums.delivered == 0 ? null : Words.per(sums.cost(), sums.delivered);
    }

    private static @Nullable BigDecimal allowance(Sums sums) {
        return sums.hasAllowance() ? Words.per(sums.allowance(), sums.allowed) : null;
    }

    private List<List<String>> rows(Function<Sums, List<String>> cells) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < slots.length; i++) {
            if (slots[i].requests > 0 || !slots[i].cost().isZero()) {
                List<String> row = new ArrayList<>();
                row.add(Words.second(tally.grid().begin(i)).substring(0, 16));
                row.addAll(cells.apply(slots[i]));
                rows.add(row);
            }
        }
        return rows;
    }

    /** Slots with enough requests to mean something. */
    private long count(Predicate<Sums> wanted) {
        return Arrays.stream(slots)
                .filter(sums -> isEnough(sums) && wanted.test(sums))
                .count();
    }

    private boolean isEnough(Sums sums) {
        return sums.delivered >= feature.goal().minimumRequests();
    }

    private String extremes(Function<Sums, @Nullable BigDecimal> of, Function<@Nullable BigDecimal, String> said) {
        int lowest = -1;
        int highest = -1;
        for (int i = 0; i < slots.length; i++) {
            BigDecimal value = isEnough(slots[i]) ? of.apply(slots[i]) : null;
            if (value != null) {
                lowest = lowest < 0 || value.compareTo(required(of, lowest)) < 0 ? i : lowest;
                highest = highest < 0 || value.compareTo(required(of, highest)) > 0 ? i : highest;
            }
        }
        return lowest < 0 || lowest == highest
                ? ""
                : "Lowest " + said.apply(of.apply(slots[lowest])) + " (" + at(lowest) + "), highest "
                        + said.apply(of.apply(slots[highest])) + " (" + at(highest) + "). ";
    }

    private BigDecimal required(Function<Sums, @Nullable BigDecimal> of, int slot) {
        return Objects.requireNonNull(of.apply(slots[slot]));
    }

    private String at(int slot) {
        return Words.slot(tally.grid().begin(slot), tally.grid().width());
    }

    /** Said only where it is so. */
    private String few() {
        boolean some = Arrays.stream(slots).anyMatch(sums -> sums.delivered > 0 && !isEnough(sums));
        return some ? "Hollow points rest on fewer than " + feature.goal().minimumRequests() + " requests." : "";
    }

    private String percent(@Nullable BigDecimal ratio) {
        return ratio == null ? Words.DASH : Words.percent(ratio);
    }

    private String money(@Nullable BigDecimal amount) {
        return amount == null ? Words.DASH : Words.money(amount, tally.currency());
    }

    private String code() {
        return tally.currency().getCurrencyCode();
    }
}
