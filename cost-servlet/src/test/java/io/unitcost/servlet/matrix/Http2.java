package io.unitcost.servlet.matrix;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * HTTP/2 with prior knowledge over a plain socket: frames, one stream after the other or several at once, no compression of
 * headers, and of the server's headers only the status. Answers come in the order of their requests.
 */
final class Http2 implements Conversation {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int CANCEL = 8;
    /** In the table that everybody has. */
    private static final int AUTHORITY = 1;

    private static final int METHOD = 2;
    private static final int PATH = 4;
    private static final int SCHEME_HTTP = 0x86;
    private static final int LONGEST_TEXT = 127;
    private static final int WIDE_WINDOW = 16 << 20;
    static final int NARROW_WINDOW = 4_096;

    /** What has come of a stream. */
    private static final class Stream {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int status;
        private boolean trailers;
        private boolean ended;
        private boolean cut;
    }

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    /** Not yet answered, in order. */
    private final Map<Integer, Stream> streams = new LinkedHashMap<>();

    private int newest = -1;
    private boolean closed;

    Http2(int port) throws IOException {
        this(port, WIDE_WINDOW);
    }

    Http2(int port, int window) throws IOException {
        socket = new Socket("localhost", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[] {
            0, 1, 0, 0, 0, 0, // no table for the server's headers
            0, 2, 0, 0, 0, 0, // no pushes
            0, 4, (byte) (window >> 24), (byte) (window >> 16), (byte) (window >> 8), (byte) window
        });
        windowUpdate(0, WIDE_WINDOW);
        out.flush();
    }

    @Override
    public void request(String method, String path, Map<String, String> headers, boolean body) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(SCHEME_HTTP);
        header(block, METHOD, "", method);
        header(block, AUTHORITY, "", "localhost");
        header(block, PATH, "", path);
        headers.forEach((name, value) -> header(block, 0, name.toLowerCase(Locale.ROOT), value));
        newest += 2;
        streams.put(newest, new Stream());
        frame(HEADERS, END_HEADERS | (body ? 0 : END_STREAM), newest, block.toByteArray());
        out.flush();
    }

    /** Literal, without indexing, with a name that is known by its number, or one of its own. */
    private static void header(ByteArrayOutputStream block, int number, String name, String value) {
        block.write(number);
        if (number == 0) {
            text(block, name);
        }
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String text) {
        if (text.length() >= LONGEST_TEXT) {
            throw new IllegalArgumentException("too long: " + text);
        }
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void send(byte[] piece, boolean last) throws IOException {
        frame(DATA, last ? END_STREAM : 0, newest, piece);
        out.flush();
    }

    @Override
    public void awaitBody() throws IOException {
        Stream oldest = oldest();
        while (oldest.body.size() == 0 && !isOver(oldest)) {
            readFrame();
        }
        if (oldest.body.size() == 0) {
            throw new IOException("no body");
        }
    }

    @Override
    public Answer answer() throws IOException {
        Stream oldest = oldest();
        while (!isOver(oldest)) {
            readFrame();
        }
        streams.values().remove(oldest);
        return new Answer(
                oldest.status,
                oldest.body.toString(StandardCharsets.UTF_8),
                oldest.ended && !oldest.cut,
                oldest.trailers);
    }

    /** Lets the server send so much more of the newest stream. */
    void widen(int bytes) throws IOException {
        windowUpdate(newest, bytes);
        out.flush();
    }

    @Override
    public void reset() throws IOException {
        frame(RST_STREAM, 0, newest, new byte[] {0, 0, 0, CANCEL});
        out.flush();
        streams.remove(newest);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Stream oldest() {
        return streams.values().iterator().next();
    }

    private boolean isOver(Stream stream) {
        return stream.ended || stream.cut || closed;
    }

    private void windowUpdate(int stream, int bytes) throws IOException {
        frame(WINDOW_UPDATE, 0, stream, new byte[] {
            (byte) (bytes >> 24), (byte) (bytes >> 16), (byte) (bytes >> 8), (byte) bytes
        });
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    private void readFrame() throws IOException {
        int length = in.read() << 16;
        if (length < 0) {
            closed = true;
            return;
        }
        length |= in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int id = in.readInt();
        byte[] payload = in.readNBytes(length);
        // what comes for a stream that was reset goes to a stream that nobody looks at
        Stream stream = streams.getOrDefault(id, new Stream());
        switch (type) {
            case DATA -> {
                stream.body.writeBytes(payload);
                stream.ended |= (flags & END_STREAM) != 0;
            }
            case HEADERS -> {
                int status = stream.status == 0 ? status(payload) : 0;
                stream.trailers |= status == 0;
                stream.status = status == 0 || status == 100 ? stream.status : status;
                stream.ended |= (flags & END_STREAM) != 0;
            }
            case RST_STREAM -> stream.cut = true;
            case SETTINGS, PING -> {
                if ((flags & ACK) == 0) {
                    frame(type, ACK, 0, type == PING ? payload : new byte[0]);
                    out.flush();
                }
            }
            case GOAWAY, WINDOW_UPDATE, CONTINUATION -> {}
            default -> {}
        }
    }

    /** The first field of a header block without a table is the status. */
    private static int status(byte[] block) {
        int at = 0;
        while ((block[at] & 0xE0) == 0x20) {
            at++; // the size of the table changes
        }
        int[] known = {200, 204, 206, 304, 400, 404, 500};
        int field = block[at] & 0xFF;
        if (field >= 0x88 && field <= 0x8E) {
            return known[field - 0x88];
        }
        boolean huffman = (block[at + 1] & 0x80) != 0;
        int length = block[at + 1] & 0x7F;
        if (!huffman) {
            return Integer.parseInt(new String(block, at + 2, length, StandardCharsets.US_ASCII));
        }
        long bits = 0;
        for (int i = 0; i < 3; i++) {
            bits = bits << 8 | (i < length ? block[at + 2 + i] & 0xFF : 0xFF);
        }
        int left = 24;
        int status = 0;
        for (int digit = 0; digit < 3; digit++) {
            int five = (int) (bits >> left - 5) & 0x1F;
            if (five < 3) { // 0, 1 and 2 have five bits, the others six, from 011001 on
                status = status * 10 + five;
                left -= 5;
            } else {
                status = status * 10 + ((int) (bits >> left - 6) & 0x3F) - 0x19 + 3;
                left -= 6;
            }
        }
        return status;
    }
}
