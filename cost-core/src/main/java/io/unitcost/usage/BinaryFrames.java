package io.unitcost.usage;

import java.util.Base64;

/**
 * Amazon's event stream: frames of a length, headers and a payload of JSON, which may have another document inside as
 * base64. Checksums are the client's business.
 */
final class BinaryFrames implements JsonScanner.Sink {

    private static final int PRELUDE = 12;
    private static final int TRAILER = 4;
    private static final int LARGEST = 24 << 20;

    private final Facts facts;
    private final JsonScanner scanner = new JsonScanner(Paths.ROOT, this);
    private final JsonScanner inner;

    private int inPrelude;
    private long total;
    private long headers;
    /** How many bytes of the frame were read, prelude included. */
    private long read;

    private boolean unreadable;

    private final byte[] quad = new byte[4];
    private int inQuad;
    private final byte[] decoded = new byte[3];

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
        for (int i = from; i < to; i++) {
            quad[inQuad++] = bytes[i];
            if (inQuad == quad.length) {
                decode();
            }
        }
    }

    private void decode() {
        inQuad = 0;
        try {
            int length = Base64.getDecoder().decode(quad, decoded);
            inner.feed(decoded, 0, length);
        } catch (IllegalArgumentException notBase64) {
            inner.reset();
        }
    }

    @Override
    public void unwrapped() {
        inQuad = 0;
        inner.reset();
    }

    @Override
    public void number(Field field, byte[] text, int length) {
        facts.number(field, text, length);
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
    public void document() {
        facts.document();
    }
}
