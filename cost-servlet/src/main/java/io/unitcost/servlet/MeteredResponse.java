package io.unitcost.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A response of which every byte is seen after it was written, and whose headers can be set at the last moment. Writes go
 * through first, nothing is kept back, and nothing is flushed that the application does not flush. What goes wrong in
 * here is counted and changes nothing.
 */
final class MeteredResponse extends HttpServletResponseWrapper {

    private static final String CONTENT_LENGTH = "Content-Length";

    private final RequestEnd end;
    private final BodyLength length = new BodyLength();
    private @Nullable MeteredOutputStream stream;
    private @Nullable MeteredWriter writer;
    private @Nullable Supplier<Map<String, String>> trailers;
    /** Whether what is written can be read; {@code null} before the first piece. */
    private @Nullable Boolean readable;

    private MeteredResponse(HttpServletResponse response, RequestEnd end) {
        super(response);
        this.end = end;
    }

    /** The response, wrapped unless it is already: some dispatches carry on with what was wrapped before. */
    static HttpServletResponse wrap(HttpServletResponse response, RequestEnd end) {
        return within(response, end) == null ? new MeteredResponse(response, end) : response;
    }

    /** What {@link #wrap} put around the response, or {@code null}. */
    static @Nullable MeteredResponse within(@Nullable ServletResponse response, RequestEnd end) {
        ServletResponse layer = response;
        while (layer instanceof ServletResponseWrapper wrapper) {
            if (wrapper instanceof MeteredResponse metered && metered.end == end) {
                return metered;
            }
            layer = wrapper.getResponse();
        }
        return null;
    }

    /** Asks the container each time: after a reset it may give another one, or refuse. */
    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        ServletOutputStream out = super.getOutputStream();
        MeteredOutputStream known = stream;
        if (known == null || !known.isOver(out)) {
            known = new MeteredOutputStream(out, this);
            stream = known;
        }
        return known;
    }

    /** A writer does not throw: it is heard when the application asks whether it has failed, and at the end. */
    @Override
    public PrintWriter getWriter() throws IOException {
        PrintWriter out = super.getWriter();
        MeteredWriter known = writer;
        if (known == null || !known.isOver(out)) {
            known = new MeteredWriter(out, this);
            writer = known;
        }
        return known;
    }

    @Override
    public void setContentLength(int bytes) {
        length.promise(bytes);
        super.setContentLength(bytes);
    }

    @Override
    public void setContentLengthLong(long bytes) {
        length.promise(bytes);
        super.setContentLengthLong(bytes);
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        promiseIfLength(name, value);
        super.setHeader(name, value);
    }

    @Override
    public void addHeader(String name, @Nullable String value) {
        promiseIfLength(name, value);
        super.addHeader(name, value);
    }

    @Override
    public void setIntHeader(String name, int value) {
        promiseIfLength(name, String.valueOf(value));
        super.setIntHeader(name, value);
    }

    @Override
    public void addIntHeader(String name, int value) {
        promiseIfLength(name, String.valueOf(value));
        super.addIntHeader(name, value);
    }

    /** The application's trailers, and ours. */
    @Override
    public void setTrailerFields(@Nullable Supplier<Map<String, String>> supplier) {
        super.setTrailerFields(end.withTrailer(supplier));
        trailers = supplier;
    }

    @Override
    public @Nullable Supplier<Map<String, String>> getTrailerFields() {
        return trailers;
    }

    @Override
    public void flushBuffer() throws IOException {
        beforeCommit();
        try {
            super.flushBuffer();
        } catch (Throwable failure) {
            failed(failure);
            throw failure;
        }
    }

    @Override
    public void sendError(int status) throws IOException {
        beforeCommit();
        super.sendError(status);
        restart();
        end.errorSent();
    }

    @Override
    public void sendError(int status, @Nullable String message) throws IOException {
        beforeCommit();
        super.sendError(status, message);
        restart();
        end.errorSent();
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        beforeCommit();
        super.sendRedirect(location);
    }

    /** Here as the next two since Servlet 6.1: a container of before does not know them, and does not call them. */
    @Override
    public void sendRedirect(String location, int status) throws IOException {
        beforeCommit();
        super.sendRedirect(location, status);
    }

    @Override
    public void sendRedirect(String location, boolean clearBuffer) throws IOException {
        beforeCommit();
        super.sendRedirect(location, clearBuffer);
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        beforeCommit();
        super.sendRedirect(location, status, clearBuffer);
    }

    @Override
    public void reset() {
        super.reset();
        end.reset();
        length.promise(-1);
        trailers = null;
        restart();
        end.promiseTrailer((HttpServletResponse) getResponse());
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        restart();
    }

    private void restart() {
        length.restart();
        readable = null;
        end.forget();
    }

    private void promiseIfLength(@Nullable String name, @Nullable String value) {
        if (CONTENT_LENGTH.equalsIgnoreCase(name) && value != null) {
            try {
                length.promise(Long.parseLong(value.trim()));
            } catch (NumberFormatException e) {
                length.promise(-1); // the container's to judge
            }
        }
    }

    /** Whether what is written is to be told to {@link #wrote}: not if the application has compressed it. */
    boolean isRead() {
        Boolean known = readable;
        if (known == null) {
            known = end.reads() && !isEncoded();
            readable = known;
        }
        return known;
    }

    private boolean isEncoded() {
        try {
            String encoding = getHeader("Content-Encoding");
            return encoding != null && !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity");
        } catch (Throwable failure) {
            end.report(failure);
            return true;
        }
    }

    /** Whether anything depends on how many bytes are written. */
    boolean isCounted() {
        return end.announces();
    }

    /**
     * So many bytes are about to be written.
     *
     * @return whether they commit the response: then look at them first, and call {@link #beforeCommit()}
     */
    boolean commitsWith(long bytes) {
        length.add(bytes);
        try {
            return isCounted() && !isCommitted() && length.commits(bytes, getBufferSize());
        } catch (Throwable failure) {
            end.report(failure);
            return false;
        }
    }

    /** The last moment for headers. More than one may be the last. */
    void beforeCommit() {
        if (!isCounted() || end.isOver()) {
            return;
        }
        try {
            if (!isCommitted()) {
                if (length.isComplete()) {
                    end.answered();
                }
                end.announce((HttpServletResponse) getResponse());
            }
        } catch (Throwable failure) {
            end.report(failure);
        }
    }

    /** The application writes no more, and the container is about to complete the response. */
    void beforeEnd() {
        if (end.isOver()) {
            return;
        }
        try {
            MeteredWriter used = writer;
            // within an include, Undertow does not flush what it is told to: what is not committed cannot have failed
            if (used != null && isCommitted() && used.hasFailed()) {
                end.writeFailed(new IOException("the container's writer has failed"));
            }
            end.answered();
            beforeCommit();
        } catch (Throwable failure) {
            end.report(failure);
        }
    }

    void wrote(byte[] bytes, int offset, int count) {
        end.wrote(bytes, offset, count);
    }

    /**
     * Writing has failed: the client is gone, unless it is the application that wrote what cannot be written. Whatever it is
     * goes on to the application.
     */
    void failed(Throwable failure) {
        if (failure instanceof IOException && !(failure instanceof CharConversionException) && !length.isExceeded()) {
            end.writeFailed(failure);
        }
    }

    void report(Throwable failure) {
        end.report(failure);
    }
}
