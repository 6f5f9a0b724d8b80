package io.unitcost.usage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last document without its text. Most events of a stream are alike but for that: what comes again, byte by byte and
 * from the same place, says the same and leads to the same place, and is not taken apart again. Of fixed size.
 */
final class Template {

    private final Stretch opening = new Stretch();
    private final Stretch closing = new Stretch();
    private @Nullable Stretch recorded;
    /** Whether this document opened like this. */
    private boolean opened;

    // where the opening leads
    private @Nullable Node[] places = new @Nullable Node[0];
    private long arrays;
    private @Nullable Node place;

    /** Nothing of this document can be used any more. */
    void forget() {
        recorded = null;
        opened = false;
    }

    /** The piece of bytes ends: what is recorded would have to go on in another. */
    void cut() {
        recorded = null;
    }

    /** Whether a document that starts here opens in the same way. If not, its opening is the next to be kept. */
    boolean opens(byte[] bytes, int from, int to) {
        if (recorded == null) {
            opened = isAt(opening, bytes, from, to);
        }
        return recorded == null && opened;
    }

    private boolean isAt(Stretch stretch, byte[] bytes, int from, int to) {
        int different = stretch.different(bytes, from, to);
        // alike as far as the piece goes is neither the same nor another
        recorded = different >= 0 && different < to - from ? stretch.start(from) : null;
        return different < 0;
    }

    /** Where the opening ends, a text begins. */
    void endOpening(byte[] bytes, int to, @Nullable Node[] open, int depth, long arrays, @Nullable Node place) {
        opened = recorded == opening && opening.end(bytes, to);
        if (opened) {
            if (places.length != depth) {
                places = new @Nullable Node[depth];
            }
            System.arraycopy(open, 0, places, 0, depth);
            this.arrays = arrays;
            this.place = place;
            closing.clear();
        }
        recorded = null;
    }

    /** Whether the document goes on behind its text in the same way, to its end. If not, that is the next to be kept. */
    boolean closes(byte[] bytes, int from, int to) {
        return opened && isAt(closing, bytes, from, to);
    }

    /** The end of a document. */
    void endClosing(byte[] bytes, int to) {
        if (recorded == closing) {
            closing.end(bytes, to);
        }
        forget();
    }

    Stretch opening() {
        return opening;
    }

    Stretch closing() {
        return closing;
    }

    @Nullable
    Node[] places() {
        return places;
    }

    long arrays() {
        return arrays;
    }

    @Nullable
    Node place() {
        return place;
    }

    /** Notes what was said. */
    void text(Field field, int from, int length) {
        if (recorded != null && !recorded.note(field, from, length)) {
            recorded = null;
        }
    }

    void leave(Field field) {
        text(field, -1, 0);
    }

    /** Bytes, and what was said on the way. */
    static final class Stretch {
        private static final int LONGEST = 512;
        private static final int MOST_WORDS = 8;
        /** Streams whose events are not alike are left alone after so many of them. */
        private static final int MOST_MISSES = 16;

        private byte[] bytes = new byte[0];
        private int length;
        private int start;
        private int misses;

        private final Field[] fields = new Field[MOST_WORDS];
        private final int[] froms = new int[MOST_WORDS];
        private final int[] lengths = new int[MOST_WORDS];
        private int words;

        int length() {
            return length;
        }

        /** The first byte that is different or not there, counted from the start; -1 when all of this is at that place. */
        int different(byte[] other, int from, int to) {
            int here = Math.min(length, to - from);
            return length == 0 ? 0 : Arrays.mismatch(bytes, 0, length, other, from, from + here);
        }

        void repeat(JsonScanner.Sink sink) {
            misses = 0;
            for (int i = 0; i < words; i++) {
                if (froms[i] < 0) {
                    sink.leave(fields[i]);
                } else {
                    sink.text(fields[i], bytes, froms[i], lengths[i]);
                }
            }
        }

        /** Keeps what is read from here on, unless that was in vain too often. */
        @Nullable
        Stretch start(int from) {
            clear();
            start = from;
            return misses++ < MOST_MISSES ? this : null;
        }

        boolean note(Field field, int from, int textLength) {
            if (words == MOST_WORDS) {
                return false;
            }
            fields[words] = field;
            froms[words] = from < 0 ? from : from - start;
            lengths[words++] = textLength;
            return true;
        }

        boolean end(byte[] from, int to) {
            if (to - start > LONGEST) {
                return false;
            }
            length = to - start;
            if (length > bytes.length) {
                bytes = new byte[LONGEST];
            }
            System.arraycopy(from, start, bytes, 0, length);
            return true;
        }

        void clear() {
            length = 0;
            words = 0;
        }
    }
}
