package io.unitcost.ledger;

import org.jspecify.annotations.Nullable;

/** Text that UTF-8 can hold: names are cut at a number of characters, which may leave half of a surrogate pair. */
final class Text {

    private static final char REPLACEMENT = '\uFFFD';

    private Text() {}

    static @Nullable String cleanOrNull(@Nullable String text) {
        return text == null ? null : clean(text);
    }

    /** The same text, half pairs replaced. */
    static String clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(point ->
                        point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? REPLACEMENT : point)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
