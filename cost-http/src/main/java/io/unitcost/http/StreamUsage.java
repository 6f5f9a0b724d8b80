package io.unitcost.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Asks for the usage of a chat stream in OpenAI's form. */
final class StreamUsage {

    private static final byte[] OPTION =
            ",\"stream_options\":{\"include_usage\":true}".getBytes(StandardCharsets.US_ASCII);
    /** The name as JSON; within a text its second quote would be escaped. */
    private static final byte[] NAME = "\"stream_options\"".getBytes(StandardCharsets.US_ASCII);

    private StreamUsage() {}

    /**
     * The body with the option as its last member.
     *
     * @param body a JSON object with members; returned as it is if it does not end like one, or has the option, even if it
     *     is {@code null}
     */
    static byte[] askedIn(byte[] body) {
        int end = body.length - 1;
        while (end > 0 && isSpace(body[end])) {
            end--;
        }
        if (end <= 0 || body[end] != '}' || hasOption(body)) {
            return body;
        }
        byte[] asking = new byte[body.length + OPTION.length];
        System.arraycopy(body, 0, asking, 0, end);
        System.arraycopy(OPTION, 0, asking, end, OPTION.length);
        System.arraycopy(body, end, asking, end + OPTION.length, body.length - end);
        return asking;
    }

    private static boolean hasOption(byte[] body) {
        for (int i = 0; i <= body.length - NAME.length; i++) {
            if (body[i] == '"' && Arrays.equals(body, i, i + NAME.length, NAME, 0, NAME.length)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
