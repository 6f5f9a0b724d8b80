package io.unitcost.grpc;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the paths of one direction of a call say about the message at hand. Nothing here names protobuf, which may not be on
 * the class path. One thread at a time.
 */
interface MessageView {

    /** Looks at a message; no if it is of another type than those before it. */
    boolean load(Object message);

    /** Forgets the message. */
    void clear();

    /** The number that is there for a role; {@link ChoiceCounts#ABSENT} if there is none. */
    long number(Role role);

    /** How many values there are for a role that say yes: numbers but zero, texts but the empty one, messages. */
    int truths(Role role);

    /** The first text for a role that is not empty. */
    @Nullable
    String text(Role role);

    /** Shows texts for a role until the taker has had enough, and says whether it has. */
    boolean texts(Role role, Predicate<String> taker);

    /** The number that is there for a declared count; {@link ChoiceCounts#ABSENT} if there is none. */
    long count(int position);

    /** Paths that do not fit the type of the message. */
    List<String> problems();

    /** What a path is for. */
    enum Role {
        MODEL,
        RESPONSE_ID,
        SERVICE_TIER,
        REGION,
        COST,
        KEY,
        CHOICE,
        REPEATED,
        FINISHED,
        ERROR,
        OUTPUT,
        TEXT,
        MAX_OUTPUT,
        CHOICES
    }
}
