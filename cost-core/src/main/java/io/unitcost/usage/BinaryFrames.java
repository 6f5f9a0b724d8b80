package io.unitcost.usage;

import java.util.Arrays;

/**
 * Amazon's event stream: frames of a length, headers and a payload of JSON, which may have another document inside as
 * base64. Checksums are the client's business.
 */
final class BinaryFrames implements JsonScanner.Sink {

    private static final int PRELUDE = 12;
    private static final int TRAILER = 4;
    private static final int LARGEST = 24 << 20;
    private static final int DECODED = 768;
    private static final int NONE = -1;
    private static final byte[] SIXES = sixes();

    private final Facts facts;
    private final JsonScanner scanner = new JsonScanner(Paths.ROOT, this);
    private final JsonScanner inner;

    private int inPrelude;
    private long total;
    private long headers;
    /** How many bytes of the frame were read, prelude included. */
    private long read;

    private boolean unreadable;

    // four characters of base64 are three bytes
    private int quad;
    private int inQuad;
    private boolean garbled;
    private final byte[] decoded = new byte[DECODED];
    private int length;

    BinaryFrames(Facts facts) {
        this.facts = facts;
        this.inner = new JsonScanner(Paths.ROOT, facts);
    }

    void feed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && !unreadable) {
            if (inPrelude < PRELUDE) {
                prelude(bytes[i++]);
                continue;
            }
            long payload = PRELUDE + headers;
            long end = total - TRAILER;
            if (read < payload) {
                int skip = (int) Math.min(to - i, payload - read);
                i += skip;
                read += skip;
            } else if (read < end) {
                int part = (int) Math.min(to - i, end - read);
                scanner.feed(bytes, i, i + part);
                i += part;
                read += part;
            } else {
                int skip = (int) Math.min(to - i, total - read);
                i += skip;
                read += skip;
            }
            if (read == total) {
                scanner.reset();
                unwrapped();
                inPrelude = 0;
            }
        }
    }

    private void prelude(byte b) {
        if (inPrelude == 0) {
            total = 0;
            headers = 0;
        }
        if (inPrelude < 4) {
            total = (total << 8) | (b & 0xFF);
        } else if (inPrelude < 8) {
            headers = (headers << 8) | (b & 0xFF);
        }
        if (++inPrelude == PRELUDE) {
            read = PRELUDE;
            unreadable = total > LARGEST || headers > total - PRELUDE - TRAILER;
        }
    }

    @Override
    public void wrapped(byte[] bytes, int from, int to) {
        for (int i = from; i < to && !garbled; i++) {
            byte b = bytes[i];
            if (b == '=') {
                pad();
            } else {
                add(b < 0 ? NONE : SIXES[b]);
            }
        }
        flush();
    }

    private void add(int six) {
        if (six == NONE) {
            garbled = true;
            return;
        }
        quad = (quad << 6) | six;
        if (++inQuad == 4) {
            inQuad = 0;
            append(quad >> 16);
            append(quad >> 8);
            append(quad);
        }
    }

    /** The last of the text stands for one or two bytes. */
    private void pad() {
        if (inQuad == 2) {
            append(quad >> 4);
        } else if (inQuad == 3) {
            append(quad >> 10);
            append(quad >> 2);
        }
        inQuad = 0;
    }

    private void append(int b) {
        if (length == DECODED) {
            flush();
        }
        decoded[length++] = (byte) b;
    }

    private void flush() {
        inner.feed(decoded, 0, length);
        length = 0;
    }

    @Override
    public void unwrapped() {
        inQuad = 0;
        garbled = false;
        inner.reset();
    }

    private static byte[] sixes() {
        byte[] sixes = new byte[128];
        Arrays.fill(sixes, (byte) NONE);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            sixes[alphabet.charAt(i)] = (byte) i;
        }
        return sixes;
    }

    @Override
    public void number(Field field, byte[] text, int length) {
        facts.number(field, text, length);
    }

    @Override
    public void count(Field field, long value) {
        facts.count(field, value);
    }

    @Override
    public void text(Field field, byte[] bytes, int from, int length) {
        facts.text(field, bytes, from, length);
    }

    @Override
    public void flag(Field field, boolean value) {
        facts.flag(field, value);
    }

    @Override
    public void leave(Field field) {
        facts.leave(field);
    }

    @Override
    public void content(int oneByte, int twoBytes, int threeBytes, int fourBytes) {
        facts.content(oneByte, twoBytes, threeBytes, fourBytes);
    }

    @Override
    public boolean wantsSample() {
        return facts.wantsSample();
    }

    @Override
    public void sample(byte[] bytes, int from, int to) {
        facts.sample(bytes, from, to);
    }

    @Override
    public void document() {
        facts.document();
    }
}
