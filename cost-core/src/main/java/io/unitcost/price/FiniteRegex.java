package io.unitcost.price;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The texts that a regular expression stands for, when they are few: {@code ^(us|eu)\.nova-(pro|lite)$} stands for four.
 * Understands literals, escaped signs, groups, alternatives, classes and {@code ?}, between {@code ^} and {@code $}.
 */
final class FiniteRegex {

    private static final int MOST = 50;
    private static final String SPECIAL = "\\^$.|?*+()[]{}";
    private static final String[] DATES = {"-\\d{4}-\\d{2}-\\d{2}$", "-\\d{8}$", "@\\d{8}$"};

    private final String regex;
    private int at = 1;

    private FiniteRegex(String regex) {
        this.regex = regex;
    }

    /** The texts; empty when the expression stands for more than fifty, or is of another form. */
    static List<String> expand(String regex) {
        if (regex.length() < 2 || !regex.startsWith("^") || !regex.endsWith("$")) {
            return List.of();
        }
        FiniteRegex parser = new FiniteRegex(regex);
        List<String> texts = parser.alternatives();
        return texts != null && parser.at == regex.length() - 1 ? texts : List.of();
    }

    /** The expression without the date at its end; {@code null} when it has none. */
    static @Nullable String withoutDate(String regex) {
        for (String date : DATES) {
            if (regex.endsWith(date)) {
                return regex.substring(0, regex.length() - date.length()) + "$";
            }
        }
        return null;
    }

    private char next() {
        return at < regex.length() - 1 ? regex.charAt(at) : '\0';
    }

    private @Nullable List<String> alternatives() {
        List<String> all = new ArrayList<>();
        while (true) {
            List<String> one = sequence();
            if (one == null || all.size() + one.size() > MOST) {
                return null;
            }
            all.addAll(one);
            if (next() != '|') {
                return all;
            }
            at++;
        }
    }

    private @Nullable List<String> sequence() {
        List<String> texts = List.of("");
        while (next() != '\0' && next() != '|' && next() != ')') {
            List<String> atom = atom();
            if (atom == null) {
                return null;
            }
            if (next() == '?') {
                at++;
                atom = new ArrayList<>(atom);
                atom.add("");
            }
            if (texts.size() * atom.size() > MOST) {
                return null;
            }
            List<String> longer = new ArrayList<>();
            for (String text : texts) {
                for (String tail : atom) {
                    longer.add(text + tail);
                }
            }
            texts = longer;
        }
        return texts;
    }

    private @Nullable List<String> atom() {
        char c = regex.charAt(at++);
        if (c == '(') {
            return group();
        }
        if (c == '[') {
            return characters();
        }
        if (c == '\\') {
            char escaped = next();
            at++;
            return Character.isLetterOrDigit(escaped) || escaped == '\0' ? null : List.of(String.valueOf(escaped));
        }
        return SPECIAL.indexOf(c) >= 0 ? null : List.of(String.valueOf(c));
    }

    private @Nullable List<String> group() {
        if (next() == '?') {
            if (!regex.startsWith("?:", at)) {
                return null;
            }
            at += 2;
        }
        List<String> inside = alternatives();
        if (inside == null || next() != ')') {
            return null;
        }
        at++;
        return inside;
    }

    private @Nullable List<String> characters() {
        List<String> all = new ArrayList<>();
        while (next() != ']') {
            char c = next();
            if (c == '\0' || c == '\\' || c == '^' || c == '[') {
                return null;
            }
            at++;
            char last = c;
            if (next() == '-' && at + 1 < regex.length() && regex.charAt(at + 1) != ']') {
                last = regex.charAt(at + 1);
                at += 2;
            }
            for (char each = c; each <= last && all.size() <= MOST; each++) {
                all.add(String.valueOf(each));
            }
        }
        at++;
        return all;
    }
}
