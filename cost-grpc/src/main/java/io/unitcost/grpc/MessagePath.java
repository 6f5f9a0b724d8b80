package io.unitcost.grpc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a message says something, as written: sums of terms, each of which is the first of its alternatives that is there.
 *
 * @param text as it was given
 * @param terms what is added up, or read one after the other where it is text; never empty
 */
record MessagePath(String text, List<Term> terms) {

    /** Alternatives in order; the first that is there counts. */
    record Term(List<Way> ways) {
        boolean isOptional() {
            return ways.stream().anyMatch(Way::isOptional);
        }
    }

    /**
     * Fields from the message down.
     *
     * @param expected what the value at the end must be, so that the way says yes or no; {@code null} for the value itself
     */
    record Way(List<Step> steps, @Nullable String expected) {
        boolean isOptional() {
            return steps.stream().anyMatch(Step::optional);
        }
    }

    /** Which elements of a repeated field. */
    enum Pick {
        ONLY,
        ALL,
        INDEX,
        WHERE,
        SIZE,
        TENSOR
    }

    /**
     * One field, or a tensor by name.
     *
     * @param optional whether it may be missing in some versions of the message
     * @param index for {@link Pick#INDEX}
     * @param key the field compared for {@link Pick#WHERE}, empty otherwise
     * @param value what it is compared with
     */
    record Step(String name, boolean optional, Pick pick, int index, String key, String value) {}

    /** How many terms there are. */
    int size() {
        return terms.size();
    }

    /** Each term as a path of its own. */
    List<MessagePath> split() {
        return terms.stream().map(term -> new MessagePath(text, List.of(term))).toList();
    }

    /**
     * Reads a path.
     *
     * @param argument what it is for, as the caller knows it
     * @throws IllegalArgumentException if it is not of the form that {@link GrpcUsage} describes
     */
    static MessagePath parse(String argument, String text) {
        return new Parser(argument, text).path();
    }

    private static final class Parser {
        private static final int MOST_STEPS = 32;

        private final String argument;
        private final String text;
        private int at;

        Parser(String argument, String text) {
            this.argument = argument;
            this.text = text;
        }

        MessagePath path() {
            List<Term> terms = new ArrayList<>();
            do {
                terms.add(term());
            } while (taken('+'));
            if (at < text.length()) {
                throw wrong(
                        "'" + text.charAt(at) + "' is not expected here",
                        "join fields with '.', alternatives with '|' and sums with '+'");
            }
            return new MessagePath(text, List.copyOf(terms));
        }

        private Term term() {
            List<Way> ways = new ArrayList<>();
            do {
                ways.add(way());
            } while (taken('|'));
            return new Term(List.copyOf(ways));
        }

        private Way way() {
            List<Step> steps = new ArrayList<>();
            blanks();
            do {
                step(steps);
            } while (taken('.'));
            String expected =
                    taken('=') ? until("|+", "a value", "write one behind '=', like stop_reason=ERROR") : null;
            if (steps.size() > MOST_STEPS) {
                throw wrong("it is too deep", "use at most " + MOST_STEPS + " fields");
            }
            return new Way(List.copyOf(steps), expected);
        }

        private void step(List<Step> steps) {
            int start = at;
            String name = name();
            boolean ended =
                    !steps.isEmpty() && isEnd(steps.get(steps.size() - 1).pick());
            if (ended) {
                at = start;
                throw wrong("nothing can follow here", "end the path with size() or tensor(NAME)");
            }
            if (taken('(')) {
                call(name, start, steps);
                return;
            }
            boolean optional = taken('?');
            steps.add(taken('[') ? picked(name, optional) : plain(name, optional));
        }

        private static boolean isEnd(Pick pick) {
            return pick == Pick.SIZE || pick == Pick.TENSOR;
        }

        private void call(String name, int start, List<Step> steps) {
            if (name.equals("tensor")) {
                String tensor = until(")", "the name of a tensor", "write it like tensor(num_output_tokens)");
                expect(')', "close the name of the tensor");
                steps.add(new Step(tensor, false, Pick.TENSOR, 0, "", ""));
                return;
            }
            int last = steps.size() - 1;
            if (!name.equals("size") || last < 0 || steps.get(last).pick() != Pick.ONLY) {
                at = start;
                throw wrong(
                        "'" + name + "()' means nothing here",
                        "use FIELD.size() behind a repeated field, or tensor(NAME)");
            }
            expect(')', "write size()");
            Step field = steps.get(last);
            steps.set(last, new Step(field.name(), field.optional(), Pick.SIZE, 0, "", ""));
        }

        private Step picked(String name, boolean optional) {
            Step step;
            if (taken('*')) {
                step = new Step(name, optional, Pick.ALL, 0, "", "");
            } else if (at < text.length() && Character.isDigit(text.charAt(at))) {
                step = new Step(name, optional, Pick.INDEX, index(), "", "");
            } else {
                String key = name();
                expect('=', "choose elements with [*], [0] or [field=value]");
                String value = until("]", "a value", "choose elements with [field=value]");
                step = new Step(name, optional, Pick.WHERE, 0, key, value);
            }
            expect(']', "close the brackets");
            return step;
        }

        private static Step plain(String name, boolean optional) {
            return new Step(name, optional, Pick.ONLY, 0, "", "");
        }

        private int index() {
            int start = at;
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            if (at - start > 6) {
                at = start;
                throw wrong("the index is too large", "use at most 999999");
            }
            return Integer.parseInt(text, start, at, 10);
        }

        private String name() {
            int start = at;
            while (at < text.length() && isNamePart(text.charAt(at))) {
                at++;
            }
            if (at == start || Character.isDigit(text.charAt(start))) {
                at = start;
                throw wrong(
                        "a field name is missing",
                        "write the names of fields as in the .proto file, joined by dots, like usage.prompt_tokens");
            }
            return text.substring(start, at);
        }

        private static boolean isNamePart(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        }

        private String until(String ends, String what, String remedy) {
            int start = at;
            while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String value = text.substring(start, at).strip();
            if (value.isEmpty()) {
                at = start;
                throw wrong(what + " is missing", remedy);
            }
            return value;
        }

        private void expect(char c, String remedy) {
            if (!taken(c)) {
                throw wrong("'" + c + "' is missing", remedy);
            }
        }

        private boolean taken(char c) {
            boolean spaced = c == '+' || c == '|';
            if (spaced) {
                blanks();
            }
            boolean is = at < text.length() && text.charAt(at) == c;
            at += is ? 1 : 0;
            return is;
        }

        private void blanks() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
        }

        private IllegalArgumentException wrong(String what, String remedy) {
            return new IllegalArgumentException(
                    argument + ": path '" + text + "', position " + at + ": " + what + "; " + remedy);
        }
    }
}
