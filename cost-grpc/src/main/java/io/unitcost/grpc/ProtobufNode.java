package io.unitcost.grpc;

import com.google.protobuf.Message;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is read from one message: a value of its own, or what another node reads from messages inside it. */
interface ProtobufNode {

    /** All elements. */
    int EVERY = -1;

    /** The number that is there, sums where there are several; {@link ChoiceCounts#ABSENT} if there is none. */
    long number(Message message);

    /** How many values there are that say yes. */
    int truths(Message message);

    /** Shows texts that are not empty until the taker has had enough, and says whether it has. */
    boolean texts(Message message, Predicate<String> taker);

    /** The first text that is not empty. */
    default @Nullable String text(Message message) {
        @Nullable String[] first = new @Nullable String[1];
        texts(message, text -> {
            first[0] = text;
            return true;
        });
        return first[0];
    }

    /** The message itself: it is there. */
    ProtobufNode THERE = new ProtobufNode() {
        @Override
        public long number(Message message) {
            return 1;
        }

        @Override
        public int truths(Message message) {
            return 1;
        }

        @Override
        public boolean texts(Message message, Predicate<String> taker) {
            return false;
        }
    };

    /** A field with one value; a message that does not say whether a field was set says its default. */
    record Value(ProtobufField field, @Nullable String expected) implements ProtobufNode {
        @Override
        public long number(Message message) {
            if (!field.isSet(message)) {
                return ChoiceCounts.ABSENT;
            }
            return expected == null ? field.number(message) : is(message) ? 1 : 0;
        }

        @Override
        public int truths(Message message) {
            return field.isSet(message) && (expected == null ? field.isTrue(message) : is(message)) ? 1 : 0;
        }

        @Override
        public @Nullable String text(Message message) {
            String text = field.isSet(message) ? field.text(message) : "";
            return text.isEmpty() ? null : text;
        }

        @Override
        public boolean texts(Message message, Predicate<String> taker) {
            String text = text(message);
            return text != null && taker.test(text);
        }

        private boolean is(Message message) {
            return field.text(message).equals(expected);
        }
    }

    /** A repeated field of values. */
    record Values(ProtobufField field, int index, @Nullable String expected) implements ProtobufNode {
        @Override
        public long number(Message message) {
            long sum = ChoiceCounts.ABSENT;
            for (int i = first(index); i < end(field, index, message); i++) {
                Object value = field.value(message, i);
                sum = plus(sum, expected == null ? field.numberOf(value) : is(value) ? 1 : 0);
            }
            return sum;
        }

        @Override
        public int truths(Message message) {
            int truths = 0;
            for (int i = first(index); i < end(field, index, message); i++) {
                Object value = field.value(message, i);
                truths += (expected == null ? field.isTrue(value) : is(value)) ? 1 : 0;
            }
            return truths;
        }

        @Override
        public boolean texts(Message message, Predicate<String> taker) {
            for (int i = first(index); i < end(field, index, message); i++) {
                String text = field.textOf(field.value(message, i));
                if (!text.isEmpty() && taker.test(text)) {
                    return true;
                }
            }
            return false;
        }

        private boolean is(Object value) {
            return field.textOf(value).equals(expected);
        }
    }

    /** How many elements a repeated field has. */
    record Size(ProtobufField field) implements ProtobufNode {
        @Override
        public long number(Message message) {
            return field.count(message);
        }

        @Override
        public int truths(Message message) {
            return field.count(message) > 0 ? 1 : 0;
        }

        @Override
        public boolean texts(Message message, Predicate<String> taker) {
            return false;
        }
    }

    /** A message inside. */
    record Into(ProtobufField field, ProtobufNode next) implements ProtobufNode {
        @Override
        public long number(Message message) {
            return field.isSet(message) ? next.number(field.message(message)) : ChoiceCounts.ABSENT;
        }

        @Override
        public int truths(Message message) {
            return field.isSet(message) ? next.truths(field.message(message)) : 0;
        }

        @Override
        public boolean texts(Message message, Predicate<String> taker) {
            return field.isSet(message) && next.texts(field.message(message), taker);
        }
    }

    /** Messages inside: all of them, one by its position, or those with a value. */
    record Each(ProtobufField field, int index, @Nullable Value selector, ProtobufNode next) implements ProtobufNode {
        @Override
        public long number(Message message) {
            long sum = ChoiceCounts.ABSENT;
            for (int i = first(index); i < end(field, index, message); i++) {
                Message element = field.element(message, i);
                sum = isChosen(element) ? plus(sum, next.number(element)) : sum;
            }
            return sum;
        }

        @Override
        public int truths(Message message) {
            int truths = 0;
            for (int i = first(index); i < end(field, index, message); i++) {
                Message element = field.element(message, i);
                truths += isChosen(element) ? next.truths(element) : 0;
            }
            return truths;
        }

        @Override
        public boolean texts(Message message, Predicate<String> taker) {
            for (int i = first(index); i < end(field, index, message); i++) {
                Message element = field.element(message, i);
                if (isChosen(element) && next.texts(element, taker)) {
                    return true;
                }
            }
            return false;
        }

        private boolean isChosen(Message element) {
            return selector == null || selector.truths(element) > 0;
        }
    }

    /** Where the elements begin. */
    static int first(int index) {
        return index == EVERY ? 0 : index;
    }

    /** Where the elements end. */
    static int end(ProtobufField field, int index, Message message) {
        int count = field.count(message);
        return index == EVERY ? count : Math.min(count, index + 1);
    }

    /** A sum of what is there; far too large stays far too large. */
    static long plus(long sum, long value) {
        if (value == ChoiceCounts.ABSENT) {
            return sum;
        }
        if (sum == ChoiceCounts.ABSENT) {
            return value;
        }
        long both = sum + value;
        boolean overflown = ((sum ^ both) & (value ^ both)) < 0;
        return overflown ? (sum < 0 ? -Long.MAX_VALUE : Long.MAX_VALUE) : both;
    }
}
