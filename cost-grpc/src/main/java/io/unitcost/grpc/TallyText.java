package io.unitcost.grpc;

import io.unitcost.Tally;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A tally as one line of ASCII, without its amount: how many tries, then what each model used in inclusive counts.
 *
 * <pre>{@code attempts=3 estimated=1 unpriced=1 unknown_model;google/gemini-2.5-flash in=1200 cached=400 out=300}</pre>
 */
final class TallyText {

    static final int LONGEST = 1_024;

    private static final int LONGEST_NAME = 100;
    private static final int MOST_COUNTS = 16;
    private static final Pattern HEAD =
            Pattern.compile("attempts=(\\d{1,7})(?: estimated=(\\d{1,9}))?(?: unpriced=(\\d{1,7}) ([a-z_]{1,30}))?");
    private static final Pattern NAMES = Pattern.compile("([^/ ]+)/([^/ ]+)");
    private static final Pattern COUNT = Pattern.compile("([a-z][a-z0-9_:./-]{0,199})=(\\d{1,18}(?:\\.\\d{1,9})?)");

    /** The commonest have short names; all others their own. */
    private static final Map<Unit, String> SHORT = Map.of(
            Unit.INPUT_TOKENS, "in",
            Unit.OUTPUT_TOKENS, "out",
            Unit.CACHE_READ_TOKENS, "cached",
            Unit.CACHE_WRITE_TOKENS, "written",
            Unit.REASONING_TOKENS, "reasoning");

    private static final Map<String, Unit> LONG = new HashMap<>();

    static {
        SHORT.forEach((unit, name) -> LONG.put(name, unit));
    }

    private TallyText() {}

    /** At most {@value #LONGEST} characters: where there are too many models, the last ones count as {@code other}. */
    static String write(Tally tally) {
        String text = whole(tally);
        for (int most = tally.lines().size() - 1; text.length() > LONGEST && most >= 0; most--) {
            text = whole(tally.withLines(most));
        }
        return text;
    }

    private static String whole(Tally tally) {
        StringBuilder text = new StringBuilder("attempts=").append(tally.attempts());
        if (tally.estimated() > 0) {
            text.append(" estimated=").append(tally.estimated());
        }
        Unpriced reason = tally.reason();
        if (reason != null) {
            text.append(" unpriced=").append(tally.unpriced()).append(' ').append(reason.label());
        }
        for (Tally.Line line : tally.lines()) {
            text.append(';').append(name(line.provider())).append('/').append(name(line.model()));
            for (Unit unit : line.usage().units()) {
                text.append(' ')
                        .append(SHORT.getOrDefault(unit, unit.unitName()))
                        .append('=');
                BigDecimal quantity = line.usage().quantity(unit);
                text.append(
                        quantity.signum() == 0
                                ? "0"
                                : quantity.stripTrailingZeros().toPlainString());
            }
        }
        return text.toString();
    }

    private static String name(String name) {
        String shown = name.isBlank() ? "unknown" : name.substring(0, Math.min(name.length(), LONGEST_NAME));
        return URLEncoder.encode(shown, StandardCharsets.UTF_8);
    }

    /**
     * What a caller was told; {@code null} if that is not of this form.
     *
     * @param amount what it cost, told elsewhere
     * @throws IllegalArgumentException if a name in it is not
     */
    static @Nullable Tally read(String text, Money amount) {
        if (text.length() > LONGEST) {
            return null;
        }
        String[] parts = text.split(";", -1);
        Matcher head = HEAD.matcher(parts[0]);
        if (!head.matches() || parts.length > Tally.MOST_LINES + 1) {
            return null;
        }
        List<Tally.Line> lines = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            Tally.Line line = line(parts[i]);
            if (line == null) {
                return null;
            }
            lines.add(line);
        }
        String reason = head.group(4);
        return new Tally(
                amount,
                lines,
                number(head.group(1)),
                number(head.group(2)),
                number(head.group(3)),
                reason == null ? null : reason(reason));
    }

    private static Tally.@Nullable Line line(String text) {
        String[] words = text.split(" ", MOST_COUNTS + 2);
        Matcher names = NAMES.matcher(words[0]);
        if (!names.matches() || words.length < 2 || words.length > MOST_COUNTS + 1) {
            return null;
        }
        Usage.Builder usage = Usage.builder(words.length);
        for (int i = 1; i < words.length; i++) {
            Matcher count = COUNT.matcher(words[i]);
            if (!count.matches()) {
                return null;
            }
            Unit unit = LONG.get(count.group(1));
            usage.set(unit == null ? Unit.of(count.group(1)) : unit, new BigDecimal(count.group(2)));
        }
        return new Tally.Line(decoded(names.group(1)), decoded(names.group(2)), usage.build());
    }

    private static String decoded(String name) {
        String text = URLDecoder.decode(name, StandardCharsets.UTF_8);
        if (text.isBlank() || text.length() > LONGEST_NAME || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("'" + name + "' is no name of a provider or model");
        }
        return text;
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** A service behind may know more reasons than this one. */
    private static Unpriced reason(String label) {
        try {
            return Unpriced.valueOf(label.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            return Unpriced.ERROR;
        }
    }
}
