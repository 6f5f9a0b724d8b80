package io.unitcost.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Answers every request on loopback with the same body, with as little work as can be. */
final class LoopbackModel implements AutoCloseable {

    private static final String LENGTH = "content-length:";

    private final ServerSocket server;
    private final byte[] answer;

    LoopbackModel(String contentType, byte[] body) {
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nContent-Length: " + body.length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        answer = new byte[head.length + body.length];
        System.arraycopy(head, 0, answer, 0, head.length);
        System.arraycopy(body, 0, answer, head.length, body.length);
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    URI uri(String path) {
        return URI.create("http://" + host() + path);
    }

    String host() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                daemon(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (int length = readHead(in); length >= 0; length = readHead(in)) {
                in.skipNBytes(length);
                out.write(answer);
                out.flush();
            }
        } catch (SocketException gone) {
            // the client has what it wants
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The length of the body that follows, or -1 at the end. */
    private static int readHead(InputStream in) throws IOException {
        int length = 0;
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b != '\n') {
                line.append((char) b);
                continue;
            }
            String text = line.toString().trim();
            line.setLength(0);
            if (text.isEmpty()) {
                return length;
            }
            if (text.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                length = Integer.parseInt(text.substring(LENGTH.length()).trim());
            }
        }
        return -1;
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "loopback-model");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
