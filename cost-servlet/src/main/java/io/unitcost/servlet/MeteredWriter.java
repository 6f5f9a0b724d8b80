package io.unitcost.servlet;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The container's writer, seen. Whatever charset the response has, the text is looked at as UTF-8, which JSON is anyway. A
 * writer does not throw, and asking it whether it failed would flush: a client that goes away is not noticed here.
 */
final class MeteredWriter extends PrintWriter {

    private static final int PIECE = 2_048;

    private final PrintWriter container;
    private final MeteredResponse response;
    /** The first half of a character whose second half is still to come; 0 when there is none. */
    private char half;

    MeteredWriter(PrintWriter container, MeteredResponse response) {
        super(container);
        this.container = container;
        this.response = response;
    }

    @Override
    public void write(int c) {
        write(String.valueOf((char) c), 0, 1);
    }

    @Override
    public void write(char[] text, int offset, int length) {
        write(new String(text, offset, length), 0, length);
    }

    @Override
    public void write(char[] text) {
        write(text, 0, text.length);
    }

    @Override
    public void write(String text) {
        write(text, 0, text.length());
    }

    @Override
    public void write(String text, int offset, int length) {
        response.beforeWrite(length);
        container.write(text, offset, length);
        see(text, offset, length);
    }

    /** These go past {@code write} otherwise. */
    @Override
    public void println() {
        write(System.lineSeparator());
    }

    @Override
    public void println(boolean value) {
        println(String.valueOf(value));
    }

    @Override
    public void println(char value) {
        println(String.valueOf(value));
    }

    @Override
    public void println(int value) {
        println(String.valueOf(value));
    }

    @Override
    public void println(long value) {
        println(String.valueOf(value));
    }

    @Override
    public void println(float value) {
        println(String.valueOf(value));
    }

    @Override
    public void println(double value) {
        println(String.valueOf(value));
    }

    @Override
    public void println(char[] value) {
        println(new String(value));
    }

    @Override
    public void println(String value) {
        write(String.valueOf(value));
        println();
    }

    @Override
    public void println(Object value) {
        println(String.valueOf(value));
    }

    @Override
    public void flush() {
        response.beforeCommit();
        container.flush();
    }

    @Override
    public void close() {
        response.beforeCommit();
        container.close();
    }

    @Override
    public boolean checkError() {
        return container.checkError();
    }

    /** In pieces, so that a long text is not doubled. */
    private void see(String text, int offset, int length) {
        int end = offset + length;
        for (int i = offset; i < end; ) {
            int next = Math.min(end, i + PIECE);
            StringBuilder piece = new StringBuilder(next - i + 1);
            if (half != 0) {
                piece.append(half);
                half = 0;
            }
            piece.append(text, i, next);
            int last = piece.length() - 1;
            if (Character.isHighSurrogate(piece.charAt(last))) {
                half = piece.charAt(last);
                piece.setLength(last);
            }
            byte[] bytes = piece.toString().getBytes(StandardCharsets.UTF_8);
            response.wrote(bytes, 0, bytes.length);
            i = next;
        }
    }
}
