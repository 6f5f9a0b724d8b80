package io.unitcost.servlet.matrix;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/** A client's connection, byte by byte, so that it can misbehave. One thread. */
interface Conversation extends Closeable {

    int PATIENCE_MILLIS = 15_000;

    /** Sends the head of a request; {@code body} says whether one follows. */
    void request(String method, String path, Map<String, String> headers, boolean body) throws IOException;

    /** Sends a piece of the body. */
    void send(byte[] piece, boolean last) throws IOException;

    /** Reads until the body of the answer has begun. */
    void awaitBody() throws IOException;

    /** Reads the rest of the next answer. */
    Answer answer() throws IOException;

    /** Goes away in the middle: a reset of the connection, or of the stream. */
    void reset() throws IOException;

    /** Goes away politely, in the middle all the same. */
    @Override
    void close() throws IOException;

    default Answer get(String path) throws IOException {
        request("GET", path, Map.of(), false);
        return answer();
    }

    static Conversation with(int port, boolean http2) throws IOException {
        return http2 ? new Http2(port) : new Http1(port);
    }
}
