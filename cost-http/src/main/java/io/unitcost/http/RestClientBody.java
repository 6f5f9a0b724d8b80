package io.unitcost.http;

import java.io.IOException;
import java.io.InputStream;

/** A body as one reader gets it; what he has got is told to the response. Whatever else it inherits reads from here. */
final class RestClientBody extends InputStream {

    private final InputStream body;
    private final RestClientResponse response;
    private long position;
    private long marked;

    RestClientBody(InputStream body, RestClientResponse response) {
        this.body = body;
        this.response = response;
    }

    @Override
    public int read() throws IOException {
        int value = asked(body::read);
        if (value >= 0) {
            passed(new byte[] {(byte) value}, 0, 1);
        }
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = asked(() -> body.read(bytes, offset, length));
        if (count > 0) {
            passed(bytes, offset, count);
        }
        return count;
    }

    private interface Reading {
        int read() throws IOException;
    }

    private int asked(Reading reading) throws IOException {
        int result;
        try {
            result = reading.read();
        } catch (Throwable failure) {
            response.failed(failure);
            throw failure;
        }
        if (result < 0) {
            response.ended();
        }
        return result;
    }

    private void passed(byte[] bytes, int offset, int count) {
        response.read(position, bytes, offset, count);
        position += count;
    }

    @Override
    public int available() throws IOException {
        return body.available();
    }

    @Override
    public boolean markSupported() {
        return body.markSupported();
    }

    @Override
    public void mark(int limit) {
        body.mark(limit);
        marked = position;
    }

    @Override
    public void reset() throws IOException {
        body.reset();
        position = marked;
    }

    @Override
    public void close() throws IOException {
        response.closing();
        try {
            body.close();
        } finally {
            response.closed();
        }
    }
}
