package io.unitcost.explain;

import io.unitcost.explain.Explanation.Contribution;
import io.unitcost.explain.Explanation.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** An explanation in ASCII, the same on every machine. */
final class ExplanationText {

    private static final double NEXT_TO_NOTHING = 0.005;

    private ExplanationText() {}

    static List<String> lines(Explanation why, DoubleFunction<String> money) {
        List<String> lines = new ArrayList<>();
        String levels = money.apply(why.before()) + " -> " + money.apply(why.after());
        List<Contribution> shown = why.shown();
        if (why.bounds() != null && !why.isDecided()) {
            lines.add("Why: the change (" + levels + " a request) is no larger than chance, so nothing explains it");
            return lines;
        }
        if (shown.isEmpty()) {
            lines.add("Why: nothing moved (" + levels + " a request)");
            return lines;
        }
        lines.add("Why " + signed(why.change(), money) + " a request (" + levels + ")");
        int label = width(shown.stream().map(part -> part.driver().label()).toList());
        int amount =
                width(shown.stream().map(part -> signed(part.amount(), money)).toList());
        double rest = why.change();
        for (Contribution part : shown) {
            rest -= part.amount();
            String line = "  " + left(part.driver().label(), label) + "  " + right(signed(part.amount(), money), amount)
                    + "  " + right(share(part.amount(), why), 6);
            String level = level(part.driver(), part.level(), money);
            lines.add(level == null ? line : line + "  " + level);
        }
        int hidden = hidden(why, shown.size());
        if (hidden > 0 && Math.abs(rest) > NEXT_TO_NOTHING * Math.abs(why.change())) {
            lines.add("  " + left("the rest", label) + "  " + right(signed(rest, money), amount) + "  "
                    + right(share(rest, why), 6) + "  " + hidden
                    + (hidden == 1 ? " driver that is" : " drivers that are")
                    + " no larger than chance");
        }
        return lines;
    }

    private static int hidden(Explanation why, int shown) {
        long moved =
                why.contributions().stream().filter(part -> part.amount() != 0).count();
        return (int) moved - shown;
    }

    private static String share(double amount, Explanation why) {
        return why.change() == 0 ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * amount / why.change());
    }

    private static @Nullable String level(Driver driver, @Nullable Level level, DoubleFunction<String> money) {
        if (level == null) {
            return null;
        }
        return switch (driver) {
            case SUPPORT -> money.apply(level.before()) + " -> " + money.apply(level.after()) + " a request";
            case ATTEMPTS -> between("%.3f", level, 1) + " calls a request";
            case INPUT_TOKENS, OUTPUT_TOKENS -> between("%,.0f", level, 1) + " a call";
            case CACHE_SHARE -> between("%.0f %%", level, 100) + " of the input";
            case ACCELERATOR_TIME -> between("%.4f s", level, 1) + " a call";
            case IDLE -> between("%.2f", level, 1) + " x the work it rides on";
            default -> null;
        };
    }

    private static String between(String format, Level level, double factor) {
        return String.format(Locale.ROOT, format, level.before() * factor) + " -> "
                + String.format(Locale.ROOT, format, level.after() * factor);
    }

    private static String signed(double amount, DoubleFunction<String> money) {
        return (amount < 0 ? "-" : "+") + money.apply(Math.abs(amount));
    }

    private static int width(List<String> texts) {
        return texts.stream().mapToInt(String::length).max().orElse(0);
    }

    private static String left(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
