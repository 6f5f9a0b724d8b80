package io.unitcost.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/** Writes through first and looks then. A failure to write is the caller's to handle, and ours to know. */
final class MeteredOutputStream extends ServletOutputStream {

    private final ServletOutputStream out;
    private final MeteredResponse response;
    private final byte[] single = new byte[1];

    MeteredOutputStream(ServletOutputStream out, MeteredResponse response) {
        this.out = out;
        this.response = response;
    }

    @Override
    public void write(int b) throws IOException {
        response.beforeWrite(1);
        try {
            out.write(b);
        } catch (Throwable failure) {
            response.failed(failure);
            throw failure;
        }
        single[0] = (byte) b;
        response.wrote(single, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        response.beforeWrite(length);
        try {
            out.write(bytes, offset, length);
        } catch (Throwable failure) {
            response.failed(failure);
            throw failure;
        }
        response.wrote(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        response.beforeCommit();
        try {
            out.flush();
        } catch (Throwable failure) {
            response.failed(failure);
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        response.beforeCommit();
        out.close();
    }

    @Override
    public boolean isReady() {
        return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        out.setWriteListener(listener);
    }
}
