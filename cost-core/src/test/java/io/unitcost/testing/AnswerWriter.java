package io.unitcost.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Writes one answer as it says; every {@code write} is one piece on the wire. */
final class AnswerWriter {

    private final OutputStream out;
    private final BooleanSupplier clientIsGone;
    private final Answer answer;
    private final ReceivedRequest request;

    AnswerWriter(OutputStream out, BooleanSupplier clientIsGone, ReceivedRequest request, Answer answer) {
        this.out = out;
        this.clientIsGone = clientIsGone;
        this.request = request;
        this.answer = answer;
    }

    /**
     * Writes it.
     *
     * @return how the connection ends with it, {@code null} when it goes on
     * @throws IOException when the client left before it had all of the body
     */
    @Nullable
    Cut write() throws IOException, InterruptedException {
        checkClient(); // whoever left before this is not announced by an interrupt any more
        answer.waitToStart();
        checkClient();
        Cut dropped = answer.dropped();
        if (dropped != null) {
            return dropped;
        }
        out.write(head());
        if (!isBodyless()) {
            long sent = 0;
            int index = 0;
            for (Iterator<byte[]> pieces = answer.wire().iterator(); pieces.hasNext(); index++) {
                answer.waitBefore(index);
                checkClient();
                byte[] piece = pieces.next();
                long left = answer.cutAfter() - sent;
                if (left < piece.length) {
                    writePiece(piece, (int) left);
                    return answer.cut();
                }
                writePiece(piece, piece.length);
                sent += piece.length;
            }
            if (answer.cutAfter() == sent) {
                waitAtEnd(index);
                return answer.cut();
            }
            writeEnd(index);
        }
        return isLast() ? Cut.FIN : null;
    }

    private byte[] head() {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(answer.headers());
        if (isLast()) {
            headers.put("Connection", "close");
        }
        boolean mayHaveBody = answer.status() != 204 && answer.status() != 304;
        if (mayHaveBody && answer.framing() == Answer.Framing.CHUNKS) {
            headers.put("Transfer-Encoding", "chunked");
        } else if (mayHaveBody && answer.framing() == Answer.Framing.LENGTH && !headers.containsKey("Content-Length")) {
            headers.put("Content-Length", Long.toString(Pieces.length(answer.wire())));
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " As-Told\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void writePiece(byte[] piece, int count) throws IOException {
        if (count == 0) {
            return; // an empty chunk would be the end
        }
        if (answer.framing() != Answer.Framing.CHUNKS) {
            out.write(piece, 0, count);
            return;
        }
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(count + 16);
        chunk.writeBytes(Answer.utf8(Integer.toHexString(piece.length) + "\r\n"));
        chunk.write(piece, 0, count);
        if (count == piece.length) {
            chunk.writeBytes(Answer.utf8("\r\n"));
        }
        chunk.writeTo(out);
    }

    private void writeEnd(int index) {
        waitAtEnd(index);
        if (answer.framing() == Answer.Framing.CHUNKS) {
            try {
                out.write(Answer.utf8("0\r\n\r\n"));
            } catch (IOException e) {
                // it had all of the body: many clients leave at the last event
            }
        }
    }

    private void waitAtEnd(int index) {
        try {
            answer.waitBefore(index);
        } catch (InterruptedException e) {
            // left, with all of the body
        }
    }

    private boolean isBodyless() {
        return request.method().equals("HEAD") || answer.status() == 204 || answer.status() == 304;
    }

    private boolean isLast() {
        return request.isLast()
                || answer.framing() == Answer.Framing.CLOSE
                || "close".equalsIgnoreCase(answer.headers().get("Connection"));
    }

    private void checkClient() throws SocketException {
        if (clientIsGone.getAsBoolean()) {
            throw new SocketException("the client has left");
        }
    }
}
