package io.unitcost.servlet;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The container's writer, seen: each method goes to its namesake there, as containers differ in line ends and locales, and
 * what was written is looked at then. Whatever charset the response has, the text is looked at as UTF-8, which JSON is
 * anyway.
 *
 * <p>A writer does not throw, and asking it whether it failed flushes: it is asked when the application asks, and at the
 * end where the application has flushed everything itself.
 */
final class MeteredWriter extends PrintWriter {

    private static final int PIECE = 2_048;

    private final PrintWriter container;
    private final MeteredResponse response;
    /** The first half of a character whose second half is still to come; 0 when there is none. */
    private char half;

    private boolean flushed;
    private boolean closed;

    MeteredWriter(PrintWriter container, MeteredResponse response) {
        super(container);
        this.container = container;
        this.response = response;
    }

    boolean isOver(PrintWriter other) {
        return container == other;
    }

    @Override
    public void write(int c) {
        through(() -> container.write(c), () -> String.valueOf((char) c));
    }

    @Override
    public void write(char[] text, int offset, int length) {
        through(() -> container.write(text, offset, length), () -> new String(text, offset, length));
    }

    @Override
    public void write(char[] text) {
        through(() -> container.write(text), () -> new String(text));
    }

    @Override
    public void write(String text, int offset, int length) {
        through(() -> container.write(text, offset, length), () -> text.substring(offset, offset + length));
    }

    @Override
    public void write(String text) {
        through(() -> container.write(text), () -> text);
    }

    @Override
    public void print(boolean value) {
        through(() -> container.print(value), () -> String.valueOf(value));
    }

    @Override
    public void print(char value) {
        through(() -> container.print(value), () -> String.valueOf(value));
    }

    @Override
    public void print(int value) {
        through(() -> container.print(value), () -> String.valueOf(value));
    }

    @Override
    public void print(long value) {
        through(() -> container.print(value), () -> String.valueOf(value));
    }

    @Override
    public void print(float value) {
        through(() -> container.print(value), () -> String.valueOf(value));
    }

    @Override
    public void print(double value) {
        through(() -> container.print(value), () -> String.valueOf(value));
    }

    @Override
    public void print(char[] value) {
        through(() -> container.print(value), () -> new String(value));
    }

    @Override
    public void print(@Nullable String value) {
        through(() -> container.print(value), () -> String.valueOf(value));
    }

    @Override
    public void print(@Nullable Object value) {
        print(String.valueOf(value));
    }

    @Override
    public void println() {
        through(container::println, () -> "\n");
    }

    @Override
    public void println(boolean value) {
        through(() -> container.println(value), () -> value + "\n");
    }

    @Override
    public void println(char value) {
        through(() -> container.println(value), () -> value + "\n");
    }

    @Override
    public void println(int value) {
        through(() -> container.println(value), () -> value + "\n");
    }

    @Override
    public void println(long value) {
        through(() -> container.println(value), () -> value + "\n");
    }

    @Override
    public void println(float value) {
        through(() -> container.println(value), () -> value + "\n");
    }

    @Override
    public void println(double value) {
        through(() -> container.println(value), () -> value + "\n");
    }

    @Override
    public void println(char[] value) {
        through(() -> container.println(value), () -> new String(value) + "\n");
    }

    @Override
    public void println(@Nullable String value) {
        through(() -> container.println(value), () -> value + "\n");
    }

    @Override
    public void println(@Nullable Object value) {
        println(String.valueOf(value));
    }

    @Override
    public PrintWriter append(@Nullable CharSequence text) {
        print(String.valueOf(text));
        return this;
    }

    @Override
    public PrintWriter append(@Nullable CharSequence text, int start, int end) {
        print((text == null ? "null" : text).subSequence(start, end).toString());
        return this;
    }

    @Override
    public PrintWriter append(char c) {
        print(c);
        return this;
    }

    @Override
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of ours
    public PrintWriter printf(String format, @Nullable Object... values) {
        return format(format, values);
    }

    @Override
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of ours
    public PrintWriter printf(@Nullable Locale locale, String format, @Nullable Object... values) {
        return format(locale, format, values);
    }

    /** The container knows the locale; numbers in JSON are the same in any. */
    @Override
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of ours
    public PrintWriter format(String format, @Nullable Object... values) {
        through(() -> container.format(format, values), () -> String.format(Locale.ROOT, format, values));
        return this;
    }

    @Override
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of ours
    public PrintWriter format(@Nullable Locale locale, String format, @Nullable Object... values) {
        through(() -> container.format(locale, format, values), () -> String.format(locale, format, values));
        return this;
    }

    @Override
    public void flush() {
        response.beforeCommit();
        container.flush();
        flushed = true;
    }

    @Override
    public void close() {
        response.beforeCommit();
        container.close();
        closed = true;
    }

    @Override
    public boolean checkError() {
        response.beforeCommit();
        boolean failed = container.checkError();
        if (failed && !closed) {
            response.failed(new IOException("the container's writer has failed"));
        }
        return failed;
    }

    /** Whether it has failed, if that can be known without flushing anything. */
    boolean hasFailed() {
        return flushed && !closed && container.checkError();
    }

    private void through(Runnable write, Supplier<String> written) {
        flushed = false;
        boolean looked = response.isCounted() && lookIfCommitting(written);
        write.run();
        if (!looked && !closed && response.isRead()) {
            try {
                look(written.get());
            } catch (Throwable failure) {
                response.report(failure);
            }
        }
    }

    private boolean lookIfCommitting(Supplier<String> written) {
        try {
            String text = written.get();
            if (!response.commitsWith(bytesOf(text))) {
                return false;
            }
            if (!closed && response.isRead()) {
                look(text);
            }
        } catch (Throwable failure) {
            // such as a null, or a wrong format: the container's to refuse
            return false;
        }
        response.beforeCommit();
        return true;
    }

    private long bytesOf(String text) {
        String charset = response.getCharacterEncoding();
        return charset == null ? text.length() : text.getBytes(Charset.forName(charset)).length;
    }

    /** In pieces, so that a long text is not doubled. */
    private void look(String text) {
        for (int i = 0; i < text.length(); ) {
            int next = Math.min(text.length(), i + PIECE);
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
