package io.unitcost.servlet;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** One connection of a client that sees what is really sent, and may go away in the middle. */
final class HttpSocket implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    /** A response: names of headers and trailers in any case, one character a byte. */
    record Answer(String status, Map<String, String> headers, String body, Map<String, String> trailers) {}

    HttpSocket(int port) throws IOException {
        this.socket = new Socket("localhost", port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = socket.getInputStream();
    }

    static Answer get(int port, String path, String... headers) throws IOException {
        return get(port, path, "HTTP/1.1", headers);
    }

    static Answer get(int port, String path, String version, String[] headers) throws IOException {
        try (HttpSocket client = new HttpSocket(port)) {
            client.ask(path, version, headers);
            return client.answer();
        }
    }

    void ask(String path, String version, String... headers) throws IOException {
        StringBuilder request = new StringBuilder("GET " + path + " " + version + "\r\nHost: localhost\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads until this text has come. */
    void awaitText(String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(text) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("after " + seen);
            }
            seen.append((char) b);
        }
    }

    /** Goes away without a word. */
    void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    Answer answer() throws IOException {
        String status = line();
        Map<String, String> headers = fields();
        if (status.contains(" 204") || status.contains(" 304")) {
            return new Answer(status, headers, "", Map.of());
        }
        if ("chunked".equalsIgnoreCase(headers.get("Transfer-Encoding"))) {
            StringBuilder body = new StringBuilder();
            for (int length = size(); length > 0; length = size()) {
                body.append(text(length));
                line();
            }
            return new Answer(status, headers, body.toString(), fields());
        }
        String length = headers.get("Content-Length");
        String body = length == null
                ? new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                : text(Integer.parseInt(length));
        return new Answer(status, headers, body, Map.of());
    }

    private int size() throws IOException {
        return Integer.parseInt(line().trim(), 16);
    }

    private Map<String, String> fields() throws IOException {
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            fields.merge(line.substring(0, colon), line.substring(colon + 1).trim(), (a, b) -> a + ", " + b);
        }
        return fields;
    }

    private String text(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the response ends early");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the response ends after " + line);
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
