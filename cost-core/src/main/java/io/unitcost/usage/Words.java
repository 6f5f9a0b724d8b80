package io.unitcost.usage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks at eight bytes at a time. */
final class Words {

    static final int SIZE = Long.BYTES;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long LOWS = ~HIGHS;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long LINE_FEEDS = '\n' * ONES;
    private static final long RETURNS = '\r' * ONES;

    private Words() {}

    /** Eight bytes, the first of them lowest. */
    static long at(byte[] bytes, int from) {
        return (long) LONGS.get(bytes, from);
    }

    /** The lowest bytes of a word, none to eight of them, and zeros above. */
    static long lowest(long word, int bytes) {
        // in two steps: a shift by 64 would be one by 0
        int half = bytes * (Byte.SIZE / 2);
        return word & ((1L << half << half) - 1);
    }

    /** The high bits of the bytes that are not ASCII. */
    static long highs(long word) {
        return word & HIGHS;
    }

    /** Whether all of two words is ASCII without quotes and backslashes. Quicker than {@link #ends}. */
    static boolean arePlain(long word, long next) {
        return (plains(word) & plains(next)) == HIGHS;
    }

    /** The high bit of each byte that is none of them; bytes above one that is not ASCII may be wrong. */
    private static long plains(long word) {
        return ~word & ((word ^ QUOTES) + LOWS) & ((word ^ BACKSLASHES) + LOWS) & HIGHS;
    }

    /** Not zero where a text ends or is escaped, the lowest of the bits in the first such byte. */
    static long ends(long word) {
        return zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
    }

    /** Where the lowest bit is, in bytes; {@link #SIZE} where none is. */
    static int first(long found) {
        return Long.numberOfTrailingZeros(found) >>> 3;
    }

    /** The first quote or backslash, or {@code to}. */
    static int endOfText(byte[] bytes, int from, int to) {
        int i = from;
        for (; i + SIZE <= to; i += SIZE) {
            long found = ends(at(bytes, i));
            if (found != 0) {
                return i + first(found);
            }
        }
        while (i < to && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        return i;
    }

    /** The first line feed or carriage return, or {@code to}. */
    static int endOfLine(byte[] bytes, int from, int to) {
        int i = from;
        for (; i + SIZE <= to; i += SIZE) {
            long word = at(bytes, i);
            long found = zeros(word ^ LINE_FEEDS) | zeros(word ^ RETURNS);
            if (found != 0) {
                return i + first(found);
            }
        }
        while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    /** The high bit of each byte that is zero; bytes above the first zero may be wrong. */
    private static long zeros(long word) {
        return (word - ONES) & ~word & HIGHS;
    }
}
