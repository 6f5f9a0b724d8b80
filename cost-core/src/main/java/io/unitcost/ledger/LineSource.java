package io.unitcost.ledger;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** The lines of a stream, plain or gzip, one at a time in a buffer that is used again. */
final class LineSource implements AutoCloseable {

    private static final int CHUNK = 1 << 16;
    private static final int LONGEST = 1 << 24;
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final InputStream in;
    private byte[] buffer = new byte[CHUNK];
    private int start;
    private int length;
    private int end;
    private long number;
    private boolean terminated = true;
    private boolean cut;
    private boolean atEnd;

    LineSource(InputStream raw) throws IOException {
        BufferedInputStream marked = new BufferedInputStream(raw, CHUNK);
        marked.mark(2);
        boolean gzip = marked.read() == GZIP_FIRST && marked.read() == GZIP_SECOND;
        marked.reset();
        this.in = gzip ? unzipped(marked) : marked;
    }

    /** A stream that ends within its gzip header holds nothing, as one that ends later holds less. */
    private InputStream unzipped(InputStream marked) throws IOException {
        try {
            return new GZIPInputStream(marked, CHUNK);
        } catch (EOFException e) {
            cut = true;
            return InputStream.nullInputStream();
        }
    }

    /** Moves to the next line; {@code false} after the last one. */
    boolean next() throws IOException {
        start += length + (number > 0 && terminated ? 1 : 0);
        length = 0;
        if (!terminated) {
            return false;
        }
        number++;
        int looked = start;
        while (true) {
            for (int i = looked; i < end; i++) {
                if (buffer[i] == '\n') {
                    length = i - start;
                    return true;
                }
            }
            looked = end - start;
            if (atEnd || !fill()) {
                terminated = false;
                length = end - start;
                return length > 0;
            }
            looked += start;
        }
    }

    private boolean fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            if (end >= LONGEST) {
                throw new IOException("the line is longer than " + LONGEST + " bytes");
            }
            buffer = Arrays.copyOf(buffer, end * 2);
        }
        int read;
        try {
            read = in.read(buffer, end, buffer.length - end);
        } catch (EOFException e) {
            cut = true; // gzip that was not written to its end
            read = -1;
        }
        atEnd = read < 0;
        end += Math.max(0, read);
        return !atEnd;
    }

    byte[] buffer() {
        return buffer;
    }

    int start() {
        return start;
    }

    int length() {
        return length;
    }

    /** Counted from 1. */
    long number() {
        return number;
    }

    /** Whether the line has its line break: only the last one may have none. */
    boolean isTerminated() {
        return terminated;
    }

    /** Whether the compressed stream ended before its time. */
    boolean isCut() {
        return cut;
    }

    boolean isBlank() {
        for (int i = start; i < start + length; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
