package io.unitcost.usage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks JSON as its bytes come, in pieces of any size, and reports the values at known places. Keeps a state of fixed
 * size and never the document. Text inside strings is text, whatever it looks like. One thread at a time.
 *
 * <p>Takes a sequence of documents: one body, lines of JSON, the data of server-sent events. A document that is not JSON
 * is given up until {@link #reset()} or the next line.
 *
 * <p>Most members are here as a whole and are taken at once ({@link #members}); whatever is cut, escaped or rare goes byte
 * by byte through the states.
 */
final class JsonScanner {

    /** Told what is found. Byte arrays hold for the call only. */
    interface Sink {
        void number(Field field, byte[] text, int length);

        /** A whole number of at most 18 digits that is not negative, if it is told apart from others. */
        default void count(Field field, long value) {
            byte[] digits = Long.toString(value).getBytes(StandardCharsets.US_ASCII);
            number(field, digits, digits.length);
        }

        void text(Field field, byte[] bytes, int from, int length);

        void flag(Field field, boolean value);

        /** The end of an object at a place that wants to know. */
        void leave(Field field);

        /** Text of an answer: so many characters, by the length of their UTF-8 form; a piece of it, maybe. */
        void content(int oneByte, int twoBytes, int threeBytes, int fourBytes);

        /** Whether {@link #sample} is to be called. Asked again for each piece. */
        default boolean wantsSample() {
            return false;
        }

        /**
         * A piece of a text of an answer as it stands in the JSON, without its quotes and with its escapes, which a piece may
         * cut like any character. What was counted in it was told just before.
         */
        default void sample(byte[] bytes, int from, int to) {}

        /** A piece of base64 text. */
        void wrapped(byte[] bytes, int from, int to);

        /** The end of a base64 text. */
        void unwrapped();

        /** The end of a whole document. */
        void document();
    }

    private static final int MAX_DEPTH = 64;
    private static final int USUAL_DEPTH = 4;
    /** So many digits always fit into a long. */
    private static final int MOST_DIGITS = 18;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private static final byte VALUE = 0;
    private static final byte FIRST_VALUE = 1;
    private static final byte FIRST_KEY = 2;
    private static final byte KEY = 3;
    private static final byte COLON = 4;
    private static final byte AFTER = 5;
    // from here on not between tokens
    private static final byte IN_KEY = 6;
    private static final byte IN_STRING = 7;
    private static final byte IN_NUMBER = 8;
    private static final byte IN_LITERAL = 9;
    private static final byte SKIP = 10;
    private static final byte SKIP_STRING = 11;
    private static final byte BROKEN = 12;

    private final Node root;
    private final Sink sink;

    private @Nullable Node[] places = new @Nullable Node[USUAL_DEPTH];
    /** Bit by bit, which open places are arrays. */
    private long arrays;

    private int depth;
    private byte state = VALUE;
    /** The place of the value that is next or being read. */
    private @Nullable Node place;

    /** How many brackets are open inside what nobody cares about. */
    private int skipped;
    /** In a text that is skipped: whether the byte before was a backslash. */
    private boolean escaped;

    /** What is being put together from pieces; most is here as a whole and needs none. */
    private @Nullable ShortText pieces;

    private final Characters characters = new Characters();

    private byte[] literal = NULL;
    private byte matched;

    /** Whether the last thing was the end of a whole document. */
    private boolean complete;

    /** From the second document on. */
    private @Nullable Template template;

    JsonScanner(Node root, Sink sink) {
        this.root = root;
        this.sink = sink;
        this.place = root;
    }

    /** Forgets a document that was not finished. */
    void reset() {
        if (depth > 0 || state != VALUE) {
            depth = 0;
            state = VALUE;
            place = root;
            escaped = false;
            characters.reset();
            complete = false;
            if (template != null) {
                template.forget();
            }
        }
    }

    /** Whether the bytes so far are not JSON. */
    boolean isBroken() {
        return state == BROKEN;
    }

    /** Whether a document came to its end, and nothing but blanks behind it. */
    boolean isComplete() {
        return complete && depth == 0 && state == VALUE;
    }

    void feed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            i = switch (state) {
                case SKIP -> skip(bytes, i, to);
                case SKIP_STRING -> skipString(bytes, i, to);
                case IN_STRING -> string(bytes, i, to);
                case IN_KEY -> key(bytes, i, to);
                case IN_NUMBER -> number(bytes, i, to);
                case IN_LITERAL -> literal(bytes, i, to);
                case BROKEN -> broken(bytes, i, to);
                default -> structure(bytes, i, to);
            };
        }
        if (template != null) {
            template.cut();
        }
    }

    /**
     * Takes the beginning of a document up to its text, if it is the same as in the document before and here as a whole.
     *
     * @return how far it got: {@code from}, when it is another
     */
    int again(byte[] bytes, int from, int to) {
        if (depth > 0 || state != VALUE || from == to || bytes[from] != '{') {
            return from;
        }
        if (complete && template == null) {
            template = new Template();
        }
        complete = false;
        Template same = template;
        if (same == null || !same.opens(bytes, from, to)) {
            return from;
        }
        same.opening().repeat(sink);
        @Nullable Node[] open = same.places();
        for (int i = 0; i < open.length; i++) {
            if (places[i] != open[i]) {
                places[i] = open[i];
            }
        }
        depth = open.length;
        arrays = same.arrays();
        place = same.place();
        state = IN_STRING;
        return from + same.opening().length();
    }

    /** Everything that is not inside a text, a number or a word. */
    private int structure(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            byte b = bytes[i++];
            if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
                continue;
            }
            switch (state) {
                case COLON -> state = b == ':' ? VALUE : BROKEN;
                case VALUE, FIRST_VALUE -> {
                    int end = again(bytes, i - 1, to);
                    if (end >= i) {
                        return end;
                    }
                    value(b);
                }
                case AFTER -> after(b);
                default -> beforeKey(b);
            }
            if (depth == 0 && template != null) {
                template.endClosing(bytes, i);
            }
            if (state == IN_KEY) {
                return members(bytes, i, to);
            }
            if (state == IN_STRING) {
                return firstOfString(bytes, i, to);
            }
            if (state > IN_KEY) {
                return i;
            }
        }
        return i;
    }

    private void beforeKey(byte b) {
        if (b == '"') {
            state = IN_KEY;
        } else if (b == '}' && state == FIRST_KEY) {
            close(false);
        } else {
            state = BROKEN;
        }
    }

    private void after(byte b) {
        if (b == ',' && depth > 0) {
            boolean array = isArray();
            state = array ? VALUE : KEY;
            place = array ? elementOf(places[depth - 1]) : null;
        } else if ((b == '}' || b == ']') && depth > 0) {
            close(b == ']');
        } else {
            state = BROKEN;
        }
    }

    private void value(byte b) {
        boolean first = state == FIRST_VALUE;
        switch (b) {
            case '{', '[' -> open(b == '[');
            case '"' -> {
                skipped = 0;
                state = place == null || place.kind == Node.Kind.WAY ? SKIP_STRING : IN_STRING;
                if (pieces != null) {
                    pieces.clear();
                }
            }
            case 't', 'f', 'n' -> {
                literal = b == 't' ? TRUE : b == 'f' ? FALSE : NULL;
                matched = 1;
                state = IN_LITERAL;
            }
            case ']' -> {
                if (first) {
                    close(true);
                } else {
                    state = BROKEN;
                }
            }
            default -> {
                if (b == '-' || isDigit(b)) {
                    pieces().clear();
                    pieces().append(b);
                    state = IN_NUMBER;
                } else {
                    state = BROKEN;
                }
            }
        }
    }

    private void open(boolean array) {
        Node here = place;
        if (here == null || depth == MAX_DEPTH) {
            skipped = 1;
            state = SKIP;
            return;
        }
        if (depth == places.length) {
            places = Arrays.copyOf(places, depth * 2);
        }
        places[depth] = here;
        arrays = array ? arrays | (1L << depth) : arrays & ~(1L << depth);
        depth++;
        state = array ? FIRST_VALUE : FIRST_KEY;
        place = array ? elementOf(here) : null;
    }

    private static @Nullable Node elementOf(@Nullable Node array) {
        return array == null ? null : array.element();
    }

    private void close(boolean array) {
        if (depth == 0 || isArray() != array) {
            state = BROKEN;
            return;
        }
        depth--;
        Node closed = places[depth];
        if (closed != null && !array && closed.field != null) {
            sink.leave(closed.field);
            if (template != null) {
                template.leave(closed.field);
            }
        }
        afterValue();
    }

    private boolean isArray() {
        return ((arrays >>> (depth - 1)) & 1) != 0;
    }

    private void afterValue() {
        if (depth == 0) {
            state = VALUE;
            place = root;
            complete = true;
            sink.document();
        } else {
            state = AFTER;
        }
    }

    /**
     * Members of an object, behind the quote of the first one's key, as long as each is here as a whole, without an escape in
     * its key or in a text that is wanted.
     */
    private int members(byte[] bytes, int from, int to) {
        Node here = places[depth - 1];
        int i = from;
        while (true) {
            int quote = Words.endOfText(bytes, i, to);
            if (quote + 2 >= to || bytes[quote] != '"' || bytes[quote + 1] != ':') {
                state = IN_KEY;
                pieces().clear();
                return key(bytes, i, to);
            }
            Node member = here == null ? null : here.child(bytes, i, quote - i);
            int value = bytes[quote + 2] == ' ' ? quote + 3 : quote + 2;
            int end = scalar(member, bytes, value, to);
            if (end < 0) {
                place = member;
                state = VALUE;
                return value;
            }
            int next = end + 1 < to && bytes[end + 1] == ' ' ? end + 2 : end + 1;
            if (next >= to || bytes[end] != ',' || bytes[next] != '"') {
                state = AFTER;
                return end;
            }
            i = next + 1;
        }
    }

    /** Takes a text, number or word that is here as a whole: the place behind it; or leaves it, with -1. */
    private int scalar(@Nullable Node here, byte[] bytes, int from, int to) {
        if (from >= to) {
            return -1;
        }
        byte b = bytes[from];
        if (b == '"') {
            return here == null || here.kind == Node.Kind.WAY
                    ? endOfString(bytes, from + 1, to)
                    : wholeText(here, bytes, from + 1, to);
        }
        if (b == 'n') {
            return isAt(NULL, bytes, from, to) ? from + NULL.length : -1;
        }
        return isDigit(b) ? count(here, bytes, from, to) : -1;
    }

    /** Takes a whole number: the place behind it; or leaves it, with -1. */
    private int count(@Nullable Node here, byte[] bytes, int from, int to) {
        long value = 0;
        int i = from;
        while (i < to && isDigit(bytes[i])) {
            value = value * 10 + bytes[i++] - '0';
        }
        boolean leadingZero = bytes[from] == '0' && i > from + 1;
        if (i == to || isInNumber(bytes[i]) || i - from > MOST_DIGITS || leadingZero) {
            return -1;
        }
        if (here != null && here.field != null && here.kind == Node.Kind.VALUE) {
            sink.count(here.field, value);
            notAgain();
        }
        return i;
    }

    /** Takes a short text that is here as a whole and has no escapes: the place behind it; or leaves it, with -1. */
    private int wholeText(Node here, byte[] bytes, int from, int to) {
        Field field = here.field;
        if (here.kind != Node.Kind.VALUE || field == null) {
            return -1;
        }
        int quote = Words.endOfText(bytes, from, to);
        if (quote == to || bytes[quote] != '"' || quote - from > ShortText.LONGEST) {
            return -1;
        }
        sink.text(field, bytes, from, quote - from);
        if (template != null) {
            template.text(field, from, quote - from);
        }
        return quote + 1;
    }

    private static boolean isAt(byte[] word, byte[] bytes, int from, int to) {
        if (to - from < word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[from + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isInNumber(byte b) {
        return isDigit(b) || b == '.' || b == 'e' || b == 'E' || b == '-' || b == '+';
    }

    private ShortText pieces() {
        ShortText text = pieces;
        if (text == null) {
            text = new ShortText();
            pieces = text;
        }
        return text;
    }

    /** What was said cannot be said again from the same bytes. */
    private void notAgain() {
        if (template != null) {
            template.cut();
        }
    }

    private int key(byte[] bytes, int from, int to) {
        ShortText text = pieces();
        int quote = text.read(bytes, from, to);
        if (quote == to) {
            return to;
        }
        Node here = places[depth - 1];
        place = here == null || text.isTooLong() ? null : here.child(text.bytes(), 0, text.length());
        state = COLON;
        return quote + 1;
    }

    /** Inside an object or array that nobody cares about. */
    private int skip(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            byte b = bytes[i++];
            if (b == '"') {
                int end = endOfString(bytes, i, to);
                if (end < 0) {
                    state = SKIP_STRING;
                    return i;
                }
                i = end;
            } else if (b == '{' || b == '[') {
                skipped++;
            } else if ((b == '}' || b == ']') && --skipped == 0) {
                afterValue();
                return i;
            }
        }
        return i;
    }

    /** Behind the closing quote of a text that is here as a whole, or -1. */
    private static int endOfString(byte[] bytes, int from, int to) {
        int i = Words.endOfText(bytes, from, to);
        while (i < to) {
            if (bytes[i] == '"') {
                return i + 1;
            }
            i = i + 1 < to ? Words.endOfText(bytes, i + 2, to) : to;
        }
        return -1;
    }

    private int skipString(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (escaped) {
                escaped = false;
                i++;
                continue;
            }
            i = Words.endOfText(bytes, i, to);
            if (i == to) {
                return to;
            }
            if (bytes[i++] == '"') {
                if (skipped > 0) {
                    state = SKIP;
                } else {
                    afterValue();
                }
                return i;
            }
            escaped = true;
        }
        return i;
    }

    private int firstOfString(byte[] bytes, int from, int to) {
        Node here = place;
        if (template != null && here != null && here.kind == Node.Kind.CONTENT) {
            template.endOpening(bytes, from, places, depth, arrays, here);
        }
        return string(bytes, from, to);
    }

    private int string(byte[] bytes, int from, int to) {
        Node here = Objects.requireNonNull(place);
        return switch (here.kind) {
            case CONTENT -> content(bytes, from, to);
            case WRAPPED -> wrapped(bytes, from, to);
            default -> shortText(here.field, bytes, from, to);
        };
    }

    private int shortText(@Nullable Field field, byte[] bytes, int from, int to) {
        ShortText text = pieces();
        int quote = text.read(bytes, from, to);
        if (quote == to) {
            return to;
        }
        if (field != null && !text.isTooLong()) {
            sink.text(field, text.bytes(), 0, text.length());
            notAgain();
        }
        afterValue();
        return quote + 1;
    }

    private int content(byte[] bytes, int from, int to) {
        int quote = characters.read(bytes, from, to);
        characters.flush(sink);
        if (quote > from && sink.wantsSample()) {
            sink.sample(bytes, from, quote);
        }
        if (quote == to) {
            return to;
        }
        afterValue();
        return template == null ? quote + 1 : closing(template, bytes, quote + 1, to);
    }

    /** Takes all that follows the text of a document, if it is the same as in the document before. */
    private int closing(Template same, byte[] bytes, int from, int to) {
        if (!same.closes(bytes, from, to)) {
            return from;
        }
        same.closing().repeat(sink);
        same.forget();
        depth = 0;
        afterValue();
        return from + same.closing().length();
    }

    private int wrapped(byte[] bytes, int from, int to) {
        ShortText text = pieces();
        int i = from;
        while (i < to) {
            if (text.isInEscape()) {
                text.unescape(bytes[i++]);
                if (!text.isInEscape()) {
                    sink.wrapped(text.bytes(), 0, text.length());
                    text.clear();
                }
                continue;
            }
            int end = Words.endOfText(bytes, i, to);
            sink.wrapped(bytes, i, end);
            if (end < to && bytes[end] == '"') {
                sink.unwrapped();
                notAgain();
                afterValue();
                return end + 1;
            }
            if (end < to) {
                text.unescape(bytes[end++]);
            }
            i = end;
        }
        return i;
    }

    private int number(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && isInNumber(bytes[i])) {
            i++;
        }
        pieces().append(bytes, from, i);
        if (i < to) {
            endNumber();
        }
        return i;
    }

    private void endNumber() {
        Node here = place;
        if (here != null && here.kind == Node.Kind.VALUE && here.field != null) {
            // one that is too long to keep is still too large to be, and not absent
            ShortText text = pieces();
            sink.number(here.field, text.bytes(), text.length());
            notAgain();
        }
        afterValue();
    }

    private int literal(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && matched < literal.length) {
            if (bytes[i] != literal[matched]) {
                state = BROKEN;
                return i;
            }
            i++;
            matched++;
        }
        if (matched == literal.length) {
            Node here = place;
            if (here != null && here.kind == Node.Kind.VALUE && here.field != null && literal != NULL) {
                sink.flag(here.field, literal == TRUE);
                notAgain();
            }
            afterValue();
        }
        return i;
    }

    /** Not JSON: given up until the line ends. */
    private int broken(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                reset();
                return i + 1;
            }
        }
        return to;
    }
}
