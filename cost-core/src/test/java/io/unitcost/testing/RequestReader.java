package io.unitcost.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the requests of one connection. */
final class RequestReader {

    private final InputStream in;
    private final int connection;
    private final Continue onExpect;
    private boolean inRequest;

    /** Called before the body is read of a request that expects a 100. */
    interface Continue {
        void proceed() throws IOException;
    }

    RequestReader(InputStream in, int connection, Continue onExpect) {
        this.in = in;
        this.connection = connection;
        this.onExpect = onExpect;
    }

    /** The next request, {@code null} when the client said good-bye between two. */
    @Nullable
    ReceivedRequest next() throws IOException {
        inRequest = false;
        int first = in.read();
        if (first < 0) {
            return null;
        }
        inRequest = true;
        String line = (char) first + line();
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
            throw new ProtocolException("not a request line: " + line);
        }
        Map<String, List<String>> headers = headers();
        if (headers.containsKey("Expect")) {
            onExpect.proceed();
        }
        return new ReceivedRequest(parts[0], parts[1], parts[2], headers, body(headers), connection);
    }

    /** Whether what ended had begun a request. */
    boolean isInRequest() {
        return inRequest;
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("not a header: " + line);
            }
            headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return headers;
    }

    private byte[] body(Map<String, List<String>> headers) throws IOException {
        List<String> coding = headers.get("Transfer-Encoding");
        if (coding != null && coding.contains("chunked")) {
            return chunks();
        }
        List<String> length = headers.get("Content-Length");
        return length == null ? new byte[0] : bytes(number(length.get(0), 10));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = number(line().split(";", 2)[0], 16);
            if (size == 0) {
                headers(); // trailers, if any, and the empty line
                return body.toByteArray();
            }
            body.writeBytes(bytes(size));
            if (!line().isEmpty()) {
                throw new ProtocolException("a chunk that is longer than it says");
            }
        }
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return bytes;
    }

    private static int number(String text, int radix) throws ProtocolException {
        try {
            return Integer.parseUnsignedInt(text.strip(), radix);
        } catch (NumberFormatException e) {
            throw new ProtocolException("not a length: " + text);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
