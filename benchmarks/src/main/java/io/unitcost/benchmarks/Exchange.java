package io.unitcost.benchmarks;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * A request and its response without a container around them, used again and again as containers do: what a filter in front
 * of them takes is the filter's alone. Allocates nothing itself. What is asked of them and is not here fails.
 */
final class Exchange {

    private static final int MOST_ATTRIBUTES = 16;

    private final Request request = new Request();
    private final Response response = new Response();
    private final Out out = new Out();

    HttpServletRequest request() {
        return request;
    }

    HttpServletResponse response() {
        return response;
    }

    /** How many bytes have arrived at the container so far. */
    long written() {
        return out.written;
    }

    /** How often they were flushed. */
    long flushes() {
        return out.flushes;
    }

    /** What a container does between two requests. */
    void recycle() {
        request.count = 0;
        response.committed = false;
        response.status = HttpServletResponse.SC_OK;
    }

    private static <T> T nothing(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            throw new UnsupportedOperationException(method.toString());
        }));
    }

    /** A POST to {@code /chat} with a few headers. */
    private static final class Request extends HttpServletRequestWrapper {

        private final String[] names = new String[MOST_ATTRIBUTES];
        private final Object[] values = new Object[MOST_ATTRIBUTES];
        private int count;

        Request() {
            super(nothing(HttpServletRequest.class));
        }

        @Override
        public Object getAttribute(String name) {
            int at = find(name);
            return at < 0 ? null : values[at];
        }

        @Override
        public void setAttribute(String name, Object value) {
            int at = find(name);
            at = at < 0 ? count++ : at;
            names[at] = name;
            values[at] = value;
        }

        @Override
        public void removeAttribute(String name) {
            int at = find(name);
            if (at >= 0) {
                count--;
                names[at] = names[count];
                values[at] = values[count];
            }
        }

        private int find(String name) {
            for (int i = 0; i < count; i++) {
                if (names[i].equals(name)) {
                    return i;
                }
            }
            return -1;
        }

        @Override
        public DispatcherType getDispatcherType() {
            return DispatcherType.REQUEST;
        }

        @Override
        public boolean isAsyncSupported() {
            return true;
        }

        @Override
        public boolean isAsyncStarted() {
            return false;
        }

        @Override
        public String getMethod() {
            return "POST";
        }

        @Override
        public String getRequestURI() {
            return "/chat";
        }

        @Override
        public StringBuffer getRequestURL() {
            return new StringBuffer("http://localhost/chat");
        }

        @Override
        public String getQueryString() {
            return null;
        }

        @Override
        public String getContextPath() {
            return "";
        }

        @Override
        public String getServletPath() {
            return "/chat";
        }

        @Override
        public String getPathInfo() {
            return null;
        }

        @Override
        public String getHeader(String name) {
            return name.equalsIgnoreCase("Content-Type") ? "application/json" : null;
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return Collections.emptyEnumeration();
        }

        @Override
        public String getRemoteAddr() {
            return "127.0.0.1";
        }

        @Override
        public int getRemotePort() {
            return 50_000;
        }
    }

    private final class Response extends HttpServletResponseWrapper {

        private int status = SC_OK;
        private boolean committed;

        Response() {
            super(nothing(HttpServletResponse.class));
        }

        @Override
        public ServletOutputStream getOutputStream() {
            return out;
        }

        @Override
        public int getStatus() {
            return status;
        }

        @Override
        public void setStatus(int status) {
            this.status = status;
        }

        @Override
        public boolean isCommitted() {
            return committed;
        }

        @Override
        public void setContentType(String type) {}

        @Override
        public String getContentType() {
            return "application/json";
        }

        @Override
        public void setHeader(String name, String value) {}

        @Override
        public String getHeader(String name) {
            return null;
        }

        @Override
        public Collection<String> getHeaders(String name) {
            return List.of();
        }

        @Override
        public int getBufferSize() {
            return 8_192;
        }
    }

    private final class Out extends ServletOutputStream {

        private long written;
        private long flushes;

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(int b) {
            written++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            written += length;
        }

        @Override
        public void flush() {
            flushes++;
            response.committed = true;
        }
    }
}
