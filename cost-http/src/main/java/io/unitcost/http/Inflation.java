package io.unitcost.http;

import io.unitcost.usage.UsageReader;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks for reading what passes compressed: gzip, of any number of members, and deflate as HTTP means it, which is zlib.
 * Each piece goes through a small buffer to the reader; nothing else is kept. What is broken, or more than
 * {@value #MOST} bytes when unpacked, is given up for good. One thread at a time; {@link #end()} frees memory outside the heap.
 */
final class Inflation {

    /** Above what models answer, and unpacked in a fraction of a second. */
    static final long MOST = 64 << 20;

    private static final int BUFFER = 4_096;
    private static final byte[] NOTHING = {};
    private static final int[] MAGIC = {0x1f, 0x8b, 8};
    private static final int FLAGS = 4;
    private static final int FIXED_LENGTH = 10;
    private static final int TRAILER_LENGTH = 8;
    private static final Part[] PARTS = Part.values();

    /** What a member of gzip consists of, in order, and the flag that announces a part which may be absent. */
    private enum Part {
        FIXED(0),
        EXTRA_LENGTH(4),
        EXTRA(4),
        NAME(8),
        COMMENT(16),
        CHECK(2),
        DATA(0),
        TRAILER(0),
        OVER(0);

        private final int flag;

        Part(int flag) {
            this.flag = flag;
        }
    }

    private final UsageReader reader;
    private final Inflater inflater;
    private final boolean gzip;
    private final byte[] text = new byte[BUFFER];
    private long length;
    private boolean broken;

    private Part part;
    /** How many bytes of this part came, and what its header says. */
    private int seen;

    private int flags;
    private int extra;
    private boolean anotherMember;

    private Inflation(UsageReader reader, boolean gzip) {
        this.reader = reader;
        this.gzip = gzip;
        this.inflater = new Inflater(gzip);
        this.part = gzip ? Part.FIXED : Part.DATA;
    }

    /** For an answer in this coding; {@code null} if it is none that can be unpacked. */
    static @Nullable Inflation of(String coding, UsageReader reader) {
        return switch (coding) {
            case "gzip", "x-gzip" -> new Inflation(reader, true);
            case "deflate" -> new Inflation(reader, false);
            default -> null;
        };
    }

    /** Takes a piece of the body as it passes. */
    void read(byte[] bytes, int offset, int count) {
        int i = offset;
        int end = offset + count;
        while (i < end && part != Part.OVER) {
            if (part == Part.DATA) {
                i = inflate(bytes, i, end);
            } else {
                frame(bytes[i++] & 0xff);
            }
        }
    }

    /** Whether everything so far could be read; what breaks off in the middle could. */
    boolean isReadable() {
        return !broken;
    }

    /** Nothing more will be read. */
    void end() {
        part = Part.OVER;
        inflater.end();
    }

    /** How far it came. */
    private int inflate(byte[] bytes, int from, int end) {
        inflater.setInput(bytes, from, end - from);
        try {
            while (part == Part.DATA) {
                int count = inflater.inflate(text);
                length += count;
                if (length > MOST || inflater.needsDictionary()) {
                    giveUp();
                } else if (count > 0) {
                    reader.read(text, 0, count);
                } else if (inflater.finished()) {
                    next();
                } else {
                    break;
                }
            }
        } catch (DataFormatException e) {
            giveUp();
        }
        int left = part == Part.TRAILER ? inflater.getRemaining() : 0;
        inflater.setInput(NOTHING); // not kept
        return end - left;
    }

    /** A byte of what is around the data. */
    private void frame(int value) {
        seen++;
        switch (part) {
            case FIXED -> {
                if (seen <= MAGIC.length && value != MAGIC[seen - 1]) {
                    broken = !anotherMember; // what comes after the last member is ignored
                    part = Part.OVER;
                } else if (seen == FLAGS) {
                    flags = value;
                } else if (seen == FIXED_LENGTH) {
                    next();
                }
            }
            case EXTRA_LENGTH -> {
                extra = seen == 1 ? value : extra + (value << 8);
                if (seen == 2) {
                    next();
                    if (extra == 0) {
                        next();
                    }
                }
            }
            case EXTRA -> nextIf(seen == extra);
            case NAME, COMMENT -> nextIf(value == 0);
            case CHECK -> nextIf(seen == 2);
            default -> {
                if (seen == TRAILER_LENGTH) {
                    inflater.reset();
                    anotherMember = true;
                    seen = 0;
                    part = Part.FIXED;
                }
            }
        }
    }

    private void nextIf(boolean isOver) {
        if (isOver) {
            next();
        }
    }

    private void next() {
        seen = 0;
        do {
            part = gzip ? PARTS[part.ordinal() + 1] : Part.OVER;
        } while (part.flag != 0 && (flags & part.flag) == 0);
    }

    private void giveUp() {
        broken = true;
        part = Part.OVER;
    }
}
