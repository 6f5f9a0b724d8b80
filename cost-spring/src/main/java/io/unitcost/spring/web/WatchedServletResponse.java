package io.unitcost.spring.web;

import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A response whose failed writes are noticed: after one, a container may say nothing more of an asynchronous request, and Spring's
 * observation of it never stops. The client is presumed to have gone away then, unless the observation says otherwise soon. Nothing is
 * changed, delayed or buffered.
 */
final class WatchedServletResponse extends HttpServletResponseWrapper {

    private static final Duration GRACE = Duration.ofSeconds(1);

    private interface Write {
        void run() throws IOException;
    }

    private final RequestMeter request;
    private @Nullable ServletOutputStream watched;

    WatchedServletResponse(HttpServletResponse response, RequestMeter request) {
        super(response);
        this.request = request;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        ServletOutputStream known = watched;
        if (known == null) {
            known = new Watched(super.getOutputStream());
            watched = known;
        }
        return known;
    }

    @Override
    public void flushBuffer() throws IOException {
        watch(super::flushBuffer);
    }

    private void watch(Write write) throws IOException {
        try {
            write.run();
        } catch (IOException failure) {
            request.presumeEnded(Outcome.CANCELLED, GRACE);
            throw failure;
        }
    }

    private final class Watched extends ServletOutputStream {
        private final ServletOutputStream out;

        private Watched(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public boolean isReady() {
            return out.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            out.setWriteListener(listener);
        }

        @Override
        public void write(int b) throws IOException {
            watch(() -> out.write(b));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            watch(() -> out.write(bytes, offset, length));
        }

        @Override
        public void flush() throws IOException {
            watch(out::flush);
        }

        @Override
        public void close() throws IOException {
            watch(out::close);
        }
    }
}
