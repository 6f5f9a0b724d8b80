package io.unitcost.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes through first and looks then, but for the piece that commits the response when a header is to say what it cost. A
 * failure to write is the caller's to handle, and ours to know. Text goes to the container as text, as each has a charset
 * of its own for it, and is looked at as UTF-8.
 */
final class MeteredOutputStream extends ServletOutputStream {

    private static final int PIECE = 2_048;

    private final ServletOutputStream out;
    private final MeteredResponse response;
    private final byte[] single = new byte[1];
    private boolean closed;

    private interface Write {
        void run() throws IOException;
    }

    MeteredOutputStream(ServletOutputStream out, MeteredResponse response) {
        this.out = out;
        this.response = response;
    }

    boolean isOver(ServletOutputStream container) {
        return out == container;
    }

    @Override
    public void write(int b) throws IOException {
        single[0] = (byte) b;
        boolean committing = response.commitsWith(1);
        if (committing) {
            look(single, 0, 1);
            response.beforeCommit();
        }
        through(() -> out.write(b));
        if (!committing) {
            look(single, 0, 1);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        boolean committing = response.commitsWith(length);
        if (committing) {
            look(bytes, offset, length);
            response.beforeCommit();
        }
        through(() -> out.write(bytes, offset, length));
        if (!committing) {
            look(bytes, offset, length);
        }
    }

    /** Here since Servlet 6.1, where what is inherited copies; a container of before does not call it. */
    @Override
    public void write(ByteBuffer buffer) throws IOException {
        // in non-blocking mode the container may read it later, and moves its position when it likes
        ByteBuffer piece = buffer == null ? ByteBuffer.allocate(0) : buffer.duplicate();
        boolean committing = response.commitsWith(piece.remaining());
        if (committing) {
            look(piece);
            response.beforeCommit();
        }
        through(() -> out.write(buffer));
        if (!committing) {
            look(piece);
        }
    }

    @Override
    public void print(String text) throws IOException {
        text(() -> out.print(text), String.valueOf(text));
    }

    @Override
    public void print(boolean value) throws IOException {
        text(() -> out.print(value), String.valueOf(value));
    }

    @Override
    public void print(char value) throws IOException {
        text(() -> out.print(value), String.valueOf(value));
    }

    @Override
    public void print(int value) throws IOException {
        text(() -> out.print(value), String.valueOf(value));
    }

    @Override
    public void print(long value) throws IOException {
        text(() -> out.print(value), String.valueOf(value));
    }

    @Override
    public void print(float value) throws IOException {
        text(() -> out.print(value), String.valueOf(value));
    }

    @Override
    public void print(double value) throws IOException {
        text(() -> out.print(value), String.valueOf(value));
    }

    @Override
    public void println() throws IOException {
        text(out::println, "\r\n");
    }

    @Override
    public void println(String text) throws IOException {
        text(() -> out.println(text), text + "\r\n");
    }

    @Override
    public void println(boolean value) throws IOException {
        text(() -> out.println(value), value + "\r\n");
    }

    @Override
    public void println(char value) throws IOException {
        text(() -> out.println(value), value + "\r\n");
    }

    @Override
    public void println(int value) throws IOException {
        text(() -> out.println(value), value + "\r\n");
    }

    @Override
    public void println(long value) throws IOException {
        text(() -> out.println(value), value + "\r\n");
    }

    @Override
    public void println(float value) throws IOException {
        text(() -> out.println(value), value + "\r\n");
    }

    @Override
    public void println(double value) throws IOException {
        text(() -> out.println(value), value + "\r\n");
    }

    @Override
    public void flush() throws IOException {
        response.beforeCommit();
        through(out::flush);
    }

    @Override
    public void close() throws IOException {
        response.beforeCommit();
        try {
            through(out::close);
        } finally {
            closed = true;
        }
    }

    @Override
    public boolean isReady() {
        return out.isReady();
    }

    /** Without blocking, a client that goes away is told to the listener, and to nobody else on some containers. */
    @Override
    public void setWriteListener(WriteListener listener) {
        out.setWriteListener(listener == null ? null : new Told(listener, response));
    }

    private record Told(WriteListener listener, MeteredResponse response) implements WriteListener {

        @Override
        public void onWritePossible() throws IOException {
            listener.onWritePossible();
        }

        @Override
        public void onError(Throwable failure) {
            response.failed(failure);
            listener.onError(failure);
        }
    }

    private void text(Write write, String text) throws IOException {
        byte[] bytes = response.isCounted() || response.isRead() ? text.getBytes(StandardCharsets.UTF_8) : single;
        boolean committing = response.commitsWith(bytes.length);
        if (committing) {
            look(bytes, 0, bytes.length);
            response.beforeCommit();
        }
        through(write);
        if (!committing) {
            look(bytes, 0, bytes.length);
        }
    }

    /** After its end, an application that goes on writing is told so by the container; the client has its answer. */
    private void through(Write write) throws IOException {
        try {
            write.run();
        } catch (Throwable failure) {
            if (!closed) {
                response.failed(failure);
            }
            throw failure;
        }
    }

    private void look(byte[] bytes, int offset, int length) {
        if (!closed && response.isRead()) {
            response.wrote(bytes, offset, length);
        }
    }

    private void look(ByteBuffer piece) {
        if (piece.hasArray()) {
            look(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
        } else if (!closed && response.isRead()) {
            byte[] copy = new byte[Math.min(PIECE, piece.remaining())];
            while (piece.hasRemaining()) {
                int length = Math.min(copy.length, piece.remaining());
                piece.get(copy, 0, length);
                response.wrote(copy, 0, length);
            }
        }
    }
}
