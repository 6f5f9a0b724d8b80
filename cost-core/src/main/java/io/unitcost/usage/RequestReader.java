package io.unitcost.usage;

/**
 * Reads from a request's bytes, as they pass, what its cost may depend on. Give it every piece of the body in order, of
 * whatever size. It keeps about a kilobyte whatever comes, holds nothing back and changes nothing. A body that is not
 * JSON says nothing. Never throws. One thread at a time.
 */
public final class RequestReader {

    private static final byte FIRST_OF_JSON = '{';

    private final Facts facts;
    private final JsonScanner scanner;
    private boolean started;
    private boolean unreadable;

    private RequestReader(boolean sampled) {
        this.facts = new Facts(sampled);
        this.scanner = new JsonScanner(RequestPaths.ROOT, facts);
    }

    /** A reader of one request. */
    public static RequestReader create() {
        return new RequestReader(false);
    }

    /** A reader that keeps what this estimator wants. */
    public static RequestReader of(TokenEstimator estimator) {
        return new RequestReader(estimator.wantsSample());
    }

    /**
     * Takes a piece of the body.
     *
     * @param bytes not kept, not changed
     * @param offset where the piece starts
     * @param length how long it is; nothing happens at 0
     */
    public void read(byte[] bytes, int offset, int length) {
        int i = offset;
        int end = offset + length;
        while (!started && !unreadable && i < end) {
            byte b = bytes[i];
            if (b == FIRST_OF_JSON) {
                started = true;
            } else if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
                i++;
            } else {
                unreadable = true;
            }
        }
        if (started) {
            scanner.feed(bytes, i, end);
        }
    }

    /** What the request has said so far. */
    public RequestReport report() {
        return started ? new RequestReport(facts) : RequestReport.NONE;
    }
}
