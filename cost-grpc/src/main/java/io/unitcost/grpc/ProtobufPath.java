package io.unitcost.grpc;

import com.google.protobuf.Message;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A path that was resolved against a type of messages: what it reads, term by term and way by way. */
final class ProtobufPath {

    /** Says nothing. */
    static final ProtobufPath NONE = new ProtobufPath(new Way[0][]);

    private final Way[][] terms;

    /**
     * Where to start and what to read from there.
     *
     * @param part the message itself, or one inside it
     */
    record Way(int part, ProtobufNode node) {}

    /** Terms, and the ways of each. */
    ProtobufPath(Way[][] terms) {
        this.terms = terms;
    }

    long number(@Nullable Message[] parts) {
        long sum = ChoiceCounts.ABSENT;
        for (Way[] ways : terms) {
            sum = ProtobufNode.plus(sum, first(ways, parts));
        }
        return sum;
    }

    private static long first(Way[] ways, @Nullable Message[] parts) {
        for (Way way : ways) {
            Message start = parts[way.part()];
            long value = start == null ? ChoiceCounts.ABSENT : way.node().number(start);
            if (value != ChoiceCounts.ABSENT) {
                return value;
            }
        }
        return ChoiceCounts.ABSENT;
    }

    int truths(@Nullable Message[] parts) {
        int sum = 0;
        for (Way[] ways : terms) {
            int truths = 0;
            for (int i = 0; i < ways.length && truths == 0; i++) {
                Message start = parts[ways[i].part()];
                truths = start == null ? 0 : ways[i].node().truths(start);
            }
            sum += truths;
        }
        return sum;
    }

    @Nullable
    String text(@Nullable Message[] parts) {
        for (Way[] ways : terms) {
            for (Way way : ways) {
                Message start = parts[way.part()];
                String text = start == null ? null : way.node().text(start);
                if (text != null) {
                    return text;
                }
            }
        }
        return null;
    }

    boolean texts(@Nullable Message[] parts, Predicate<String> taker) {
        for (Way[] ways : terms) {
            for (Way way : ways) {
                Message start = parts[way.part()];
                if (start != null && way.node().texts(start, taker)) {
                    return true;
                }
            }
        }
        return false;
    }
}
