package io.unitcost.servlet;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a server really sends: status line, headers, chunks and all, but for the date. */
final class RawHttp {

    private static final int PATIENCE_MILLIS = 10_000;

    private RawHttp() {}

    /** The whole response by path. */
    static Map<String, String> responses(int port, List<String> paths) throws IOException {
        Map<String, String> responses = new LinkedHashMap<>();
        for (String path : paths) {
            responses.put(path, response(port, path));
        }
        return responses;
    }

    private static String response(int port, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            // one char a byte
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return response.replaceFirst("(?m)^Date: .*\r\n", "");
        }
    }
}
