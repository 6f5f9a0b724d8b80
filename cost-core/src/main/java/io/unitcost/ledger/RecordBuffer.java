package io.unitcost.ledger;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Whole lines that wait to be written together, and where each of them ends. */
final class RecordBuffer extends OutputStream {

    private static final int USUAL_BYTES = 1 << 16;
    private static final int USUAL_LINES = 128;

    private byte[] bytes = new byte[USUAL_BYTES];
    private int size;
    private int[] ends = new int[USUAL_LINES];
    private int lines;

    /** Adds a line; when that fails nothing of it stays. */
    void add(LedgerRecord record) {
        int before = size;
        boolean whole = false;
        try {
            LedgerJson.write(record, this);
            write('\n');
            if (lines == ends.length) {
                ends = Arrays.copyOf(ends, lines * 2);
            }
            ends[lines++] = size;
            whole = true;
        } finally {
            if (!whole) {
                size = before;
            }
        }
    }

    @Override
    public void write(int b) {
        reserve(1);
        bytes[size++] = (byte) b;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.multiplyExact(bytes.length, 2), Math.addExact(size, more)));
        }
    }

    int size() {
        return size;
    }

    int lines() {
        return lines;
    }

    ByteBuffer toByteBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
        clear();
    }

    /** How many whole lines are in so many bytes. */
    int linesWithin(int written) {
        int whole = Arrays.binarySearch(ends, 0, lines, written);
        return whole < 0 ? -whole - 1 : whole + 1;
    }

    /** Where the first so many lines end. */
    int endOf(int count) {
        return count == 0 ? 0 : ends[count - 1];
    }

    /** Takes away the first so many lines. */
    void removeFirst(int count) {
        int cut = endOf(count);
        System.arraycopy(bytes, cut, bytes, 0, size - cut);
        size -= cut;
        lines -= count;
        for (int i = 0; i < lines; i++) {
            ends[i] = ends[i + count] - cut;
        }
    }

    void clear() {
        size = 0;
        lines = 0;
        if (bytes.length > USUAL_BYTES * 16) {
            bytes = new byte[USUAL_BYTES];
        }
    }
}
