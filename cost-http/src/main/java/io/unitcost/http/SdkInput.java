package io.unitcost.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of an answer, seen as it is read. */
final class SdkInput extends FilterInputStream {

    private final SdkTry attempt;

    @SuppressWarnings("UnusedVariable") // is not collected as garbage while this may be read
    private final Object answer;

    SdkInput(InputStream body, SdkTry attempt, Object answer) {
        super(body);
        this.attempt = attempt;
        this.answer = answer;
    }

    @Override
    public int read() throws IOException {
        int next;
        try {
            next = in.read();
        } catch (Throwable failure) {
            attempt.failed(failure);
            throw failure;
        }
        if (next < 0) {
            attempt.ended();
        } else {
            attempt.read(new byte[] {(byte) next}, 0, 1);
        }
        return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count;
        try {
            count = in.read(bytes, offset, length);
        } catch (Throwable failure) {
            attempt.failed(failure);
            throw failure;
        }
        if (count < 0) {
            attempt.ended();
        } else {
            attempt.read(bytes, offset, count);
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        try {
            in.close();
        } finally {
            attempt.closed();
        }
    }
}
