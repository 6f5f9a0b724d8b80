package io.unitcost.grpc;

import io.unitcost.grpc.MessageView.Role;
import io.unitcost.price.Unit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is declared about the messages of one direction: paths by role, counts, extractors for types. What came of it for
 * types of messages is remembered. Immutable but for that.
 */
final class MessagePaths {

    /** A service has a handful of types; a client that makes up types as it goes does not fill the memory. */
    private static final int MOST_TYPES = 64;

    private static final boolean PROTOBUF = isThere("com.google.protobuf.Message");

    private final Map<Role, MessagePath> roles;
    private final List<Count> counts;
    private final List<Typed<?>> typed;
    private final Map<Object, Object> byType = new ConcurrentHashMap<>();
    private volatile @Nullable Object latest;

    /**
     * One term of a count.
     *
     * @param once whether all choices share it, as they do the prompt
     * @param increment whether each message counts what came since the last one
     * @param more whether it is added to the term before it, which is of the same unit
     */
    record Count(Unit unit, MessagePath path, boolean once, boolean increment, boolean more) {}

    /** What the application reads from messages of a type by itself. */
    record Typed<T>(Class<T> type, BiConsumer<? super T, GrpcUsage.Counts> extractor) {
        void read(Object message, GrpcUsage.Counts counts) {
            if (type.isInstance(message)) {
                extractor.accept(type.cast(message), counts);
            }
        }
    }

    private MessagePaths(Draft draft) {
        this.roles = new EnumMap<>(draft.roles);
        this.counts = List.copyOf(draft.counts);
        this.typed = List.copyOf(draft.typed);
    }

    Map<Role, MessagePath> roles() {
        return roles;
    }

    boolean has(Role role) {
        return roles.containsKey(role);
    }

    List<Count> counts() {
        return counts;
    }

    List<Typed<?>> typed() {
        return typed;
    }

    /** Whether anything is declared that counts. */
    boolean isCounted() {
        return !counts.isEmpty() || !typed.isEmpty();
    }

    /** A view of a message and of others like it; {@code null} if paths say nothing about it. */
    @Nullable
    MessageView view(Object message) {
        return PROTOBUF && !(roles.isEmpty() && counts.isEmpty()) ? ProtobufView.of(this, message) : null;
    }

    /** What was worked out for a type of messages; it is worked out again where there were too many types. */
    Object byType(Object type, Function<Object, Object> working) {
        Object known = byType.get(type);
        if (known == null) {
            if (byType.size() >= MOST_TYPES) {
                byType.clear();
            }
            known = byType.computeIfAbsent(type, working);
        }
        latest = known;
        return known;
    }

    /** What was worked out for the last other type: most methods have one type of messages. {@code null} before the first. */
    @Nullable
    Object latest() {
        return latest;
    }

    /** How many types are known. */
    int types() {
        return byType.size();
    }

    private static boolean isThere(String name) {
        try {
            Class.forName(name, false, MessagePaths.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** Collects declarations. */
    static final class Draft {
        private final Map<Role, MessagePath> roles = new EnumMap<>(Role.class);
        private final List<Count> counts = new ArrayList<>();
        private final List<Typed<?>> typed = new ArrayList<>();

        void role(Role role, MessagePath path) {
            roles.put(role, path);
        }

        /** Each term is kept by itself: a message that leaves one out says nothing about it. */
        void count(String argument, Unit unit, MessagePath path, boolean increment) {
            if (counts.stream().anyMatch(known -> known.unit().equals(unit))) {
                throw new IllegalArgumentException(argument + ": " + unit
                        + " has a path already; join alternatives with '|' and sums with '+' in one path");
            }
            boolean more = false;
            for (MessagePath term : path.split()) {
                counts.add(new Count(unit, term, isPrompt(unit), increment, more));
                more = true;
            }
        }

        void typed(Typed<?> extractor) {
            typed.add(extractor);
        }

        MessagePaths build() {
            return new MessagePaths(this);
        }
    }

    /** Whether a unit counts what was sent, which is read once however many choices are generated. */
    static boolean isPrompt(Unit unit) {
        return unit.equals(Unit.INPUT_TOKENS)
                || Unit.INPUT_TOKENS.contains(unit)
                || unit.unitName().startsWith("input_");
    }
}
