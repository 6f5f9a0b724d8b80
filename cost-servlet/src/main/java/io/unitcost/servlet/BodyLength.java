package io.unitcost.servlet;

/** How much of a body was written, to foresee when the container commits the response: headers are too late afterwards. */
final class BodyLength {

    private static final long UNKNOWN = -1;
    /** Jetty gathers pieces of less than this part of the buffer, and sends longer ones as they are. */
    private static final int GATHERED = 4;

    private long promised = UNKNOWN;
    private long written;

    /** The application says how long the body is; below 0, it takes that back. */
    void promise(long length) {
        promised = length < 0 ? UNKNOWN : length;
    }

    void add(long length) {
        written += length;
    }

    /** What was written is taken back. */
    void restart() {
        written = 0;
    }

    /** Whether everything that was promised is written. */
    boolean isComplete() {
        return promised != UNKNOWN && written >= promised;
    }

    /** Whether more is written than was promised, which containers refuse. */
    boolean isExceeded() {
        return promised != UNKNOWN && written > promised;
    }

    /** Whether the response is committed when the last piece, of this length, is written. */
    boolean commits(long last, int bufferSize) {
        return written >= bufferSize || last >= bufferSize / GATHERED || isComplete();
    }
}
