package io.unitcost.usage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A place in a JSON document that means something: an object with known keys, an array of such, or a value. What is not
 * known is skipped without being looked at. Built once; immutable from then on.
 */
final class Node {

    /** What a value is to the scanner. */
    enum Kind {
        /** Only a way to other places. */
        WAY,
        /** A number, a short text, or true and false. */
        VALUE,
        /** Text of an answer, of which only the volume counts. */
        CONTENT,
        /** Base64 text that has a document inside. */
        WRAPPED
    }

    private static final int SLOTS = 64;

    /** By a few bits of the key; the keys of one slot are looked at one after the other. */
    private final byte[][][] names = new byte[SLOTS][][];

    private final Node[][] nodes = new Node[SLOTS][];
    private @Nullable Node element;

    final Kind kind;
    /** What a value or an object's end means; {@code null} when it means nothing by itself. */
    final @Nullable Field field;

    private Node(Kind kind, @Nullable Field field) {
        this.kind = kind;
        this.field = field;
    }

    static Node way() {
        return new Node(Kind.WAY, null);
    }

    /** An object whose end is announced. */
    static Node group(Field field) {
        return new Node(Kind.WAY, field);
    }

    static Node value(Field field) {
        return new Node(Kind.VALUE, field);
    }

    static Node content() {
        return new Node(Kind.CONTENT, null);
    }

    static Node wrapped() {
        return new Node(Kind.WRAPPED, null);
    }

    Node with(String key, Node node) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        int slot = slot(name, 0, name.length);
        int size = names[slot] == null ? 0 : names[slot].length;
        names[slot] = size == 0 ? new byte[1][] : Arrays.copyOf(names[slot], size + 1);
        nodes[slot] = size == 0 ? new Node[1] : Arrays.copyOf(nodes[slot], size + 1);
        names[slot][size] = name;
        nodes[slot][size] = node;
        return this;
    }

    Node with(String key, Field field) {
        return with(key, value(field));
    }

    /** What each element of an array is; an object in its place is taken for the only one. */
    Node each(Node node) {
        this.element = node;
        return this;
    }

    @Nullable
    Node element() {
        return element;
    }

    /** The place behind a key, or {@code null} when nobody cares. */
    @Nullable
    Node child(byte[] bytes, int from, int length) {
        if (length == 0) {
            return null;
        }
        int slot = slot(bytes, from, length);
        byte[][] candidates = names[slot];
        if (candidates != null) {
            for (int i = 0; i < candidates.length; i++) {
                byte[] name = candidates[i];
                if (Arrays.equals(name, 0, name.length, bytes, from, from + length)) {
                    return nodes[slot][i];
                }
            }
        }
        return null;
    }

    private static int slot(byte[] bytes, int from, int length) {
        return (length * 7 + bytes[from] * 3 + bytes[from + length - 1]) & (SLOTS - 1);
    }
}
