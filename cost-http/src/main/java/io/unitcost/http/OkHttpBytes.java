package io.unitcost.http;

import okio.Buffer;

/** Looks at bytes in a buffer where they are; the buffer stays as it is. One thread at a time; does not throw. */
final class OkHttpBytes {

    /** Takes bytes that are not to be kept or changed. */
    @FunctionalInterface
    interface Taker {
        void take(byte[] bytes, int offset, int length);
    }

    private final Taker taker;
    private final SdkTry attempt;
    private final Buffer.UnsafeCursor cursor = new Buffer.UnsafeCursor();

    OkHttpBytes(Taker taker, SdkTry attempt) {
        this.taker = taker;
        this.attempt = attempt;
    }

    void give(Buffer buffer, long offset, long count) {
        if (count <= 0) {
            return;
        }
        try {
            buffer.readUnsafe(cursor);
            try {
                long left = count;
                for (int length = cursor.seek(offset); length > 0 && left > 0; length = cursor.next()) {
                    int piece = (int) Math.min(length, left);
                    taker.take(cursor.data, cursor.start, piece);
                    left -= piece;
                }
            } finally {
                cursor.close();
            }
        } catch (Throwable failure) {
            attempt.report(failure);
        }
    }
}
