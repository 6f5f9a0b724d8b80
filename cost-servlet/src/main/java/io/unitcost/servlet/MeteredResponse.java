package io.unitcost.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * A response of which every byte is seen after it was written, and whose headers can be set at the last moment. Writes go
 * through first, nothing is kept back, and nothing is flushed that the application does not flush.
 */
final class MeteredResponse extends HttpServletResponseWrapper {

    private static final long UNKNOWN = -1;

    private final RequestEnd end;
    private @Nullable MeteredOutputStream stream;
    private @Nullable MeteredWriter writer;
    private long contentLength = UNKNOWN;
    private long written;
    private boolean announced;

    private MeteredResponse(HttpServletResponse response, RequestEnd end) {
        super(response);
        this.end = end;
    }

    /** The response, wrapped unless it is already: some dispatches carry on with what was wrapped before. */
    static HttpServletResponse wrap(HttpServletResponse response, RequestEnd end) {
        ServletResponse layer = response;
        while (layer instanceof ServletResponseWrapper wrapper) {
            if (wrapper instanceof MeteredResponse metered && metered.end == end) {
                return response;
            }
            layer = wrapper.getResponse();
        }
        return new MeteredResponse(response, end);
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        MeteredOutputStream known = stream;
        if (known == null) {
            known = new MeteredOutputStream(super.getOutputStream(), this);
            stream = known;
        }
        return known;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        MeteredWriter known = writer;
        if (known == null) {
            known = new MeteredWriter(super.getWriter(), this);
            writer = known;
        }
        return known;
    }

    @Override
    public void setContentLength(int length) {
        contentLength = length;
        super.setContentLength(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        contentLength = length;
        super.setContentLengthLong(length);
    }

    @Override
    public void flushBuffer() throws IOException {
        beforeCommit();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        beforeCommit();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        beforeCommit();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        beforeCommit();
        super.sendRedirect(location);
    }

    @Override
    public void reset() {
        super.reset();
        written = 0;
        announced = false;
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        written = 0;
    }

    /** So many bytes are about to be written: more than the buffer holds, or all there are, commit the response. */
    void beforeWrite(long length) {
        if (!announced && end.announces()) {
            long all = written + length;
            if (all >= getBufferSize() || (contentLength != UNKNOWN && all >= contentLength)) {
                beforeCommit();
            }
            written = all;
        }
    }

    /** The last moment for headers. */
    void beforeCommit() {
        if (!announced && !isCommitted()) {
            announced = true;
            end.announce((HttpServletResponse) getResponse());
        }
    }

    void wrote(byte[] bytes, int offset, int length) {
        end.wrote(bytes, offset, length);
    }

    void failed(Throwable failure) {
        end.writeFailed(failure);
    }
}
