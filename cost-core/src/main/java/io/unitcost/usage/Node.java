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

    /** By a few bits of the key; the members of one slot are looked at one after the other. */
    private final Member[] @Nullable [] slots = new Member[SLOTS] @Nullable [];

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
        Member[] others = slots[slot];
        Member[] members = others == null ? new Member[1] : Arrays.copyOf(others, others.length + 1);
        members[members.length - 1] = new Member(name, node);
        slots[slot] = members;
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
        Member[] candidates = slots[slot(bytes, from, length)];
        if (candidates != null) {
            for (Member candidate : candidates) {
                if (candidate.isNamed(bytes, from, length)) {
                    return candidate.node;
                }
            }
        }
        return null;
    }

    private static int slot(byte[] bytes, int from, int length) {
        return (length * 7 + bytes[from] * 3 + bytes[from + length - 1]) & (SLOTS - 1);
    }

    private static final class Member {
        private final byte[] name;
        /** The first bytes of the name, and its last; the same ones of a short name, with blanks behind. */
        private final long head;

        private final long tail;
        private final Node node;

        Member(byte[] name, Node node) {
            this.name = name;
            this.node = node;
            byte[] filled = Arrays.copyOf(name, Math.max(Words.SIZE, name.length));
            this.head = Words.at(filled, 0);
            this.tail = Words.at(filled, filled.length - Words.SIZE);
        }

        boolean isNamed(byte[] bytes, int from, int length) {
            if (length != name.length) {
                return false;
            }
            if (length < Words.SIZE) {
                return from + Words.SIZE <= bytes.length
                        ? head == Words.lowest(Words.at(bytes, from), length)
                        : Arrays.equals(name, 0, length, bytes, from, from + length);
            }
            return head == Words.at(bytes, from)
                    && tail == Words.at(bytes, from + length - Words.SIZE)
                    && (length <= 2 * Words.SIZE || Arrays.equals(name, 0, length, bytes, from, from + length));
        }
    }
}
