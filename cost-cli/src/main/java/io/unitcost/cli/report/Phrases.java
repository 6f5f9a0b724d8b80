package io.unitcost.cli.report;

import java.util.List;
import java.util.Locale;

/** Parts of sentences. */
final class Phrases {

    private Phrases() {}

    /** {@code one}, {@code one and two}, {@code one, two and three}. */
    static String join(List<String> parts) {
        int last = parts.size() - 1;
        return last < 1
                ? String.join("", parts)
                : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
    }

    /** With a capital letter. */
    static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
