package io.unitcost.http;

import java.nio.charset.StandardCharsets;

/** Asks for the usage of a chat stream in OpenAI's form. */
final class StreamUsage {

    private static final byte[] OPTION =
            ",\"stream_options\":{\"include_usage\":true}".getBytes(StandardCharsets.US_ASCII);

    private StreamUsage() {}

    /** The body with the option as its last member. The body is a JSON object with members. */
    static byte[] askedIn(byte[] body) {
        int end = body.length - 1;
        while (end >= 0 && body[end] != '}') {
            end--;
        }
        if (end <= 0) {
            return body;
        }
        byte[] asking = new byte[body.length + OPTION.length];
        System.arraycopy(body, 0, asking, 0, end);
        System.arraycopy(OPTION, 0, asking, end, OPTION.length);
        System.arraycopy(body, end, asking, end + OPTION.length, body.length - end);
        return asking;
    }
}
