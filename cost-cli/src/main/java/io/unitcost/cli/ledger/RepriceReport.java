package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.Numbers;
import io.unitcost.cli.shell.TextTable;
import io.unitcost.ledger.RepricingSummary;
import io.unitcost.ledger.RepricingSummary.Feature;
import io.unitcost.ledger.RepricingSummary.Kept;
import io.unitcost.ledger.RepricingSummary.Left;
import io.unitcost.ledger.RepricingSummary.Missing;
import io.unitcost.ledger.RepricingSummary.Model;
import io.unitcost.ledger.RepricingSummary.Verdict;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What came of a repricing, for people.
 *
 * @param at whose prices; {@code null} for each request's own time
 * @param map what was mapped, as it was given
 * @param ratio of tokens, as it was given
 * @param out the new ledger; {@code null} when none was written
 */
record RepriceReport(
        RepricingSummary summary,
        PriceTable table,
        @Nullable Instant at,
        Map<String, String> map,
        Map<String, BigDecimal> ratio,
        @Nullable Path out,
        List<String> halfWritten) {

    private static final int SHOWN = 10;

    List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add(title());
        map.forEach((from, to) -> lines.add("  " + from + " -> " + to));
        features(lines);
        breakEven(lines);
        subrequests(lines);
        kept(lines);
        unpriced(lines);
        caveats().forEach(caveat -> lines.add("  note: " + caveat.text(this)));
        halfWritten.forEach(where -> lines.add("  left out, half written: " + where));
        if (out != null) {
            lines.add("  " + Numbers.count(BigDecimal.valueOf(summary.records())) + " records written to " + out);
        }
        return lines;
    }

    private String title() {
        return Numbers.count(BigDecimal.valueOf(summary.records())) + " records from " + summary.from() + " to "
                + summary.to() + " at the prices " + table.id() + ", " + (at == null ? "each at its time" : "of " + at);
    }

    private void features(List<String> lines) {
        List<Feature> features = summary.features();
        if (features.isEmpty()) {
            return;
        }
        String currency = summary.currency().getCurrencyCode();
        int totals = decimals(
                feature -> feature.was().amount(), feature -> feature.wouldBe().amount());
        int each = decimals(
                feature -> feature.perDelivered(feature.was()), feature -> feature.perDelivered(feature.wouldBe()));
        TextTable rows = TextTable.aligned("<>>>>>>>>>><");
        rows.row(
                "feature",
                "delivered",
                currency + " was",
                "would be",
                "difference",
                "",
                "a request was",
                "would be",
                "margin was",
                "would be",
                "estimated",
                "objective");
        for (Feature feature : features) {
            BigDecimal wouldBe = feature.wouldBe().amount();
            BigDecimal estimated = feature.estimated().amount();
            rows.row(
                    feature.name(),
                    Numbers.count(BigDecimal.valueOf(feature.delivered())),
                    Amounts.column(feature.was().amount(), totals),
                    Amounts.column(wouldBe, totals),
                    Amounts.signed(feature.difference().amount(), totals),
                    Amounts.change(feature.was().amount(), feature.difference().amount()),
                    Amounts.column(feature.perDelivered(feature.was()), each),
                    Amounts.column(feature.perDelivered(feature.wouldBe()), each),
                    Amounts.percent(feature.margin(feature.was())),
                    Amounts.percent(feature.margin(feature.wouldBe())),
                    estimated.signum() == 0 ? "-" : Amounts.percent(share(estimated, wouldBe)),
                    verdict(feature));
        }
        lines.addAll(rows.lines());
    }

    private static @Nullable BigDecimal share(BigDecimal part, BigDecimal whole) {
        return whole.signum() == 0 ? null : part.divide(whole, MathContext.DECIMAL64);
    }

    @SafeVarargs
    private int decimals(Function<Feature, @Nullable BigDecimal>... columns) {
        List<@Nullable BigDecimal> amounts = new ArrayList<>();
        for (Function<Feature, @Nullable BigDecimal> column : columns) {
            summary.features().forEach(feature -> amounts.add(column.apply(feature)));
        }
        return Amounts.decimals(amounts);
    }

    private static String verdict(Feature feature) {
        Verdict before = feature.verdictBefore();
        Verdict now = feature.verdict();
        return now == Verdict.NONE ? "-" : before == now ? word(now) : word(now) + ", was " + word(before);
    }

    private static String word(Verdict verdict) {
        return verdict == Verdict.UNKNOWN ? "unknown, calls have no price" : verdict.label();
    }

    /** For the model that costs most of each feature. */
    private void breakEven(List<String> lines) {
        for (Feature feature : summary.features()) {
            Money allowance = feature.allowance();
            if (allowance != null && !feature.models().isEmpty()) {
                Model model = feature.models().get(0);
                lines.add("  break-even of " + feature.name() + ", allowed "
                        + Amounts.shown(feature.perDelivered(allowance)) + " a request: " + model.provider() + "/"
                        + model.model() + " with " + tokens(feature, model) + "all its prices "
                        + factor(feature.breakEvenFactor(model)));
            }
        }
    }

    /** Nothing for a model that is not paid by the token. */
    private static String tokens(Feature feature, Model model) {
        return model.inputPrice() == null && model.outputPrice() == null
                ? ""
                : side("input", model.inputPrice(), feature.breakEvenInput(model)) + ", or "
                        + side("output", model.outputPrice(), feature.breakEvenOutput(model))
                        + " per 1M tokens, or ";
    }

    private static String side(String name, @Nullable BigDecimal now, @Nullable BigDecimal breakEven) {
        return name + " at " + (breakEven == null ? "no price" : Amounts.shown(breakEven)) + " (now "
                + Amounts.shown(now) + ")";
    }

    private static String factor(@Nullable BigDecimal factor) {
        return factor == null ? "at no price" : "x " + Amounts.shown(factor);
    }

    private void subrequests(List<String> lines) {
        if (summary.subrequests() > 0) {
            lines.add("  " + Numbers.count(BigDecimal.valueOf(summary.subrequests()))
                    + " records are work on other services' requests, and their cost is in those: "
                    + Amounts.shown(summary.subrequestsWas().amount()) + " -> "
                    + Amounts.shown(summary.subrequestsWouldBe().amount()));
        }
    }

    private void kept(List<String> lines) {
        if (summary.kept().isEmpty()) {
            return;
        }
        lines.add("  kept at the recorded cost:");
        TextTable rows = TextTable.aligned("<>><<");
        int decimals = Amounts.decimals(
                summary.kept().stream().map(left -> left.cost().amount()).toList());
        for (Left left : first(summary.kept())) {
            rows.row(
                    "",
                    calls(left.attempts()),
                    Amounts.column(left.cost().amount(), decimals),
                    left.provider() + "/" + left.model(),
                    why(left.why()));
        }
        lines.addAll(rows.lines());
        more(lines, summary.kept().size());
    }

    private static String why(Kept why) {
        return switch (why) {
            case OWN_CAPACITY -> "own capacity";
            case SUPPORT -> "a support service that these prices do not have";
            case REPORTED -> "the provider's own amount";
            case ELSEWHERE -> "metered by another service";
        };
    }

    private void unpriced(List<String> lines) {
        if (summary.unpriced().isEmpty()) {
            return;
        }
        lines.add("  without a price, and counted with what was recorded or as much as has one:");
        TextTable rows = TextTable.aligned("<>><<");
        int decimals = Amounts.decimals(summary.unpriced().stream()
                .map(missing -> missing.cost().amount())
                .toList());
        for (Missing missing : first(summary.unpriced())) {
            rows.row(
                    "",
                    calls(missing.attempts()),
                    missing.cost().isZero()
                            ? "-"
                            : Amounts.column(missing.cost().amount(), decimals),
                    missing.provider() + "/" + missing.model(),
                    missing.why().label());
        }
        lines.addAll(rows.lines());
        more(lines, summary.unpriced().size());
    }

    private static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(SHOWN, all.size()));
    }

    private static void more(List<String> lines, int size) {
        if (size > SHOWN) {
            lines.add("    ... and " + (size - SHOWN) + " more, --json shows them");
        }
    }

    private static String calls(long attempts) {
        return Numbers.count(BigDecimal.valueOf(attempts)) + (attempts == 1 ? " call" : " calls");
    }

    List<Caveat> caveats() {
        List<Caveat> caveats = new ArrayList<>();
        for (Caveat caveat : Caveat.values()) {
            if (caveat.applies(this)) {
                caveats.add(caveat);
            }
        }
        return caveats;
    }

    /** For {@code --strict}: what has no price. */
    static String missing(RepricingSummary summary) {
        return first(summary.unpriced()).stream()
                        .map(missing -> missing.provider() + "/" + missing.model() + " ("
                                + missing.why().label() + ", " + calls(missing.attempts()) + ")")
                        .collect(Collectors.joining(", "))
                + (summary.unpriced().size() > SHOWN ? ", ..." : "");
    }

    /** For {@code --map}: what is there. */
    static String models(RepricingSummary summary) {
        List<String> names = summary.features().stream()
                .flatMap(feature -> feature.models().stream())
                .map(model -> model.provider() + "/" + model.model())
                .distinct()
                .toList();
        return names.isEmpty()
                ? ""
                : ", such as " + String.join(", ", first(names)) + (names.size() > SHOWN ? ", ..." : "");
    }

    Map<String, @Nullable Object> tree() {
        return new RepriceTree(this).tree();
    }

    /** For the tree, which keeps the order of its fields. */
    static Map<String, @Nullable Object> fields() {
        return new LinkedHashMap<>();
    }
}
