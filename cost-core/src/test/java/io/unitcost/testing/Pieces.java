package io.unitcost.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.GZIPOutputStream;

/** Bodies made of pieces, each made when it is its turn. */
final class Pieces {

    private Pieces() {}

    static long length(Iterable<byte[]> pieces) {
        long length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        return length;
    }

    /** The same bytes, the same number at a time; the last piece may be shorter. */
    static Iterable<byte[]> sliced(Iterable<byte[]> pieces, int size) {
        return () -> new Slices(pieces.iterator(), size);
    }

    /** The same text compressed; each piece can be inflated as soon as it arrives. */
    static Iterable<byte[]> zipped(Iterable<byte[]> pieces) {
        return () -> new Zipped(pieces.iterator());
    }

    private static final class Slices implements Iterator<byte[]> {

        private final Iterator<byte[]> pieces;
        private final int size;
        private byte[] piece = {};
        private int offset;

        Slices(Iterator<byte[]> pieces, int size) {
            this.pieces = pieces;
            this.size = size;
        }

        @Override
        public boolean hasNext() {
            while (offset == piece.length && pieces.hasNext()) {
                piece = pieces.next();
                offset = 0;
            }
            return offset < piece.length;
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            byte[] slice = new byte[size];
            int filled = 0;
            while (filled < size && hasNext()) {
                int count = Math.min(size - filled, piece.length - offset);
                System.arraycopy(piece, offset, slice, filled, count);
                filled += count;
                offset += count;
            }
            return filled == size ? slice : Arrays.copyOf(slice, filled);
        }
    }

    private static final class Zipped implements Iterator<byte[]> {

        private final Iterator<byte[]> pieces;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final GZIPOutputStream zip;
        private boolean finished;

        Zipped(Iterator<byte[]> pieces) {
            this.pieces = pieces;
            try {
                this.zip = new GZIPOutputStream(out, 512, true);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean hasNext() {
            return !finished;
        }

        @Override
        public byte[] next() {
            if (finished) {
                throw new NoSuchElementException();
            }
            try {
                if (pieces.hasNext()) {
                    zip.write(pieces.next());
                }
                // the last piece carries the end: a client may leave once it has the text
                if (pieces.hasNext()) {
                    zip.flush();
                } else {
                    zip.close();
                    finished = true;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            byte[] piece = out.toByteArray();
            out.reset();
            return piece;
        }
    }
}
