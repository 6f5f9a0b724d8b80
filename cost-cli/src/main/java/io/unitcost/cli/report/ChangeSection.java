package io.unitcost.cli.report;

import io.unitcost.explain.Driver;
import io.unitcost.explain.Explanation;
import io.unitcost.explain.Explanation.Bounds;
import io.unitcost.explain.Explanation.Contribution;
import io.unitcost.explain.Explanation.FeatureChange;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a request costs more or less than it did. Nothing is drawn of a change that may be chance. */
final class ChangeSection {

    private final Change change;
    private final Currency currency;

    ChangeSection(Change change, Currency currency) {
        this.change = change;
        this.currency = currency;
    }

    void write(Html page) {
        page.raw("<section id=\"change\"><h2>Why it changed</h2>");
        Explanation why = change.why();
        if (why == null) {
            page.paragraph(change.reason());
        } else {
            page.raw("<p class=\"lead\">").text(headline(why)).raw("</p>");
            if (why.isDecided()) {
                figure(why).write(page);
                features(page, why);
            } else {
                page.paragraph(undecided(why));
            }
        }
        page.raw("</section>\n");
    }

    private String headline(Explanation why) {
        return "A delivered request cost " + money(why.before()) + " " + change.before() + " and " + money(why.after())
                + " " + change.after() + ": " + Words.change(why.change(), currency) + relative(why) + ".";
    }

    private static String relative(Explanation why) {
        return why.before() == 0
                ? ""
                : " (" + (why.change() > 0 ? "+" : "") + Words.percent(why.change() / why.before()) + ")";
    }

    private String undecided(Explanation why) {
        Bounds bounds = why.bounds();
        return bounds == null
                ? "There are too few sessions to say whether this change is more than chance, so no causes are drawn."
                : "Undecided: with 95\u00a0% confidence the change is between " + Words.change(bounds.lower(), currency)
                        + " and " + Words.change(bounds.upper(), currency)
                        + ", which may be none. Causes of a change that may not be there are not drawn.";
    }

    private Figure figure(Explanation why) {
        List<List<String>> rows = new ArrayList<>();
        for (Contribution one : why.contributions()) {
            rows.add(List.of(
                    one.driver().label(),
                    amount(why, one.amount()),
                    bounds(why, one.bounds()),
                    level(one.driver(), one.level()),
                    why.shown().contains(one)
                            ? "shown"
                            : Waterfall.moved(why, one.amount()) ? "unsure" : "did not move"));
        }
        return new Figure(
                "change",
                -1,
                "From " + money(why.before()) + " to " + money(why.after()) + " a request",
                caption(why),
                List.of(
                        "driver",
                        currency.getCurrencyCode() + " a request",
                        "95\u00a0% between",
                        "before \u2192 after",
                        "in the chart"),
                rows);
    }

    private String caption(Explanation why) {
        List<Contribution> shown = why.shown();
        List<Contribution> rest = Waterfall.rest(why);
        Bounds bounds = why.bounds();
        String most = shown.isEmpty()
                ? "No single driver is sure. "
                : Phrases.sentence(shown.get(0).driver().label()) + " moved it most: "
                        + Words.change(shown.get(0).amount(), currency) + ". ";
        String unsure = rest.isEmpty()
                ? ""
                : Words.count(rest.size(), "driver") + " whose bounds contain 0 "
                        + (rest.size() == 1 ? "is" : "are together") + " the last bar. ";
        return most + "All bars add up to the change exactly. " + unsure
                + (bounds == null
                        ? ""
                        : "With 95\u00a0% confidence the whole change is between "
                                + Words.change(bounds.lower(), currency) + " and "
                                + Words.change(bounds.upper(), currency)
                                + "; the thin lines are the bounds of each bar.");
    }

    private String bounds(Explanation why, @Nullable Bounds bounds) {
        return bounds == null || !(Waterfall.moved(why, bounds.lower()) || Waterfall.moved(why, bounds.upper()))
                ? Words.DASH
                : amount(why, bounds.lower()) + " and " + amount(why, bounds.upper());
    }

    /** These are no sums: six digits are more than anybody measured. */
    private static String amount(Explanation why, double value) {
        if (!Waterfall.moved(why, value)) {
            return "0";
        }
        String digits = BigDecimal.valueOf(Math.abs(value))
                .round(new MathContext(6))
                .stripTrailingZeros()
                .toPlainString();
        return (value < 0 ? Words.MINUS : "+") + digits;
    }

    private String level(Driver driver, Explanation.@Nullable Level level) {
        if (level == null) {
            return Words.DASH;
        }
        return switch (driver) {
            case SUPPORT -> money(level.before()) + " \u2192 " + money(level.after());
            case CACHE_SHARE, IDLE -> Words.percent(level.before()) + " \u2192 " + Words.percent(level.after());
            default -> number(level.before()) + " \u2192 " + number(level.after());
        };
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }

    private void features(Html page, Explanation why) {
        if (why.features().size() < 2) {
            return;
        }
        page.raw("<details><summary>By feature</summary><div class=\"scroll\" tabindex=\"0\"><table>")
                .headRow(List.of(
                        "feature",
                        "share before",
                        "after",
                        "a request before",
                        "after",
                        "of the change " + currency.getCurrencyCode()))
                .raw("<tbody>\n");
        for (FeatureChange feature : why.features()) {
            page.row(List.of(
                    feature.feature(),
                    Words.percent(feature.shareBefore()),
                    Words.percent(feature.shareAfter()),
                    feature.before() == null ? Words.DASH : money(feature.before()),
                    feature.after() == null ? Words.DASH : money(feature.after()),
                    amount(why, feature.amount())));
        }
        page.raw("</tbody></table></div></details>");
    }

    private String money(double amount) {
        return Words.money(amount, currency);
    }
}
