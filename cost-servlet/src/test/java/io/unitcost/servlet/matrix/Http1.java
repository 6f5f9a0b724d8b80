package io.unitcost.servlet.matrix;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** HTTP/1.1 over a plain socket. Keeps what it read, as it was. */
final class Http1 implements Conversation {

    private static final int CONTINUE = 100;
    private static final int SMALL_WINDOW = 4_096;
    private final Socket socket = new Socket();
    private final InputStream in;
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private String method = "GET";
    private int status;
    private boolean headRead;

    Http1(int port) throws IOException {
        this(port, false);
    }

    Http1(int port, boolean slow) throws IOException {
        if (slow) {
            socket.setReceiveBufferSize(SMALL_WINDOW);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("localhost", port), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    @Override
    public void request(String verb, String path, Map<String, String> more, boolean body) throws IOException {
        method = verb;
        StringBuilder head = new StringBuilder(verb + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        more.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        if (body) {
            head.append("Transfer-Encoding: chunked\r\n");
        }
        sendRaw(head + "\r\n");
    }

    void sendRaw(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void send(byte[] piece, boolean last) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        if (piece.length > 0) {
            chunk.writeBytes((Integer.toHexString(piece.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            chunk.writeBytes(piece);
            chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        if (last) {
            chunk.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        socket.getOutputStream().write(chunk.toByteArray());
    }

    /** No more requests from here; answers are still read. */
    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Reads an interim or final status line and its headers. */
    int readHead() throws IOException {
        headers.clear();
        String line = readLine();
        status = Integer.parseInt(line.split(" ")[1]);
        for (line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        headRead = true;
        return status;
    }

    /** A byte of whatever is talked now. */
    int read() throws IOException {
        return in.read();
    }

    @Override
    public void awaitBody() throws IOException {
        readHead();
        in.mark(1);
        if (in.read() < 0) {
            throw new EOFException("no body");
        }
        in.reset();
    }

    @Override
    public Answer answer() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean[] trailers = new boolean[1];
        boolean complete = false;
        try {
            while (!headRead || status == CONTINUE) {
                readHead();
            }
            complete = readBody(body, trailers);
        } catch (EOFException | SocketException e) {
            // cut off
        }
        headRead = false;
        int got = status;
        status = 0;
        return new Answer(got, body.toString(StandardCharsets.UTF_8), complete, trailers[0]);
    }

    /** Whether the server lets another request follow the answer. */
    boolean isReusable() {
        return !"close".equalsIgnoreCase(headers.get("connection"))
                && (headers.containsKey("content-length") || headers.containsKey("transfer-encoding"));
    }

    /** All bytes that were read so far, and forgets them. */
    String raw() {
        String text = raw.toString(StandardCharsets.ISO_8859_1);
        raw.reset();
        return text;
    }

    private boolean readBody(ByteArrayOutputStream body, boolean[] trailers) throws IOException {
        if (method.equals("HEAD") || status == 204 || status == 304) {
            return true;
        }
        if (headers.containsKey("transfer-encoding")) {
            int size = Integer.parseInt(readLine().trim(), 16);
            while (size > 0) {
                readFully(body, size);
                readLine();
                size = Integer.parseInt(readLine().trim(), 16);
            }
            while (!readLine().isEmpty()) {
                trailers[0] = true;
            }
            return true;
        }
        if (headers.containsKey("content-length")) {
            readFully(body, Integer.parseInt(headers.get("content-length")));
            return true;
        }
        for (int b = in.read(); b >= 0; b = in.read()) {
            raw.write(b);
            body.write(b);
        }
        return true;
    }

    private void readFully(ByteArrayOutputStream body, int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        raw.writeBytes(bytes);
        body.writeBytes(bytes);
        if (bytes.length < size) {
            throw new EOFException();
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException();
            }
            raw.write(b);
            if (b != '\r') {
                line.write(b);
            }
        }
        raw.write('\n');
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
