package io.unitcost.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.unitcost.grpc.MessagePath.Pick;
import io.unitcost.grpc.MessagePath.Step;
import io.unitcost.grpc.MessageView.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Paths resolved against a type of messages, once. Immutable. */
final class ProtobufPlan {

    private final Descriptor type;
    private final @Nullable Class<?> owner;
    private final Prefix[] prefixes;
    private final ProtobufPath[] roles = new ProtobufPath[Role.values().length];
    private final ProtobufPath[] counts;
    private final List<String> problems = new ArrayList<>();
    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * A message inside another, or the other one itself if it has a list with anything in it: dozens of paths may begin with
     * lists that most messages leave out.
     *
     * @param parent the position of the other one: 0 is the whole message, 1 the first of these
     */
    record Prefix(int parent, ProtobufField field, boolean list) {

        @Nullable
        Message of(Message other) {
            if (list) {
                return field.count(other) > 0 ? other : null;
            }
            return field.isSet(other) ? field.message(other) : null;
        }
    }

    /** A path does not fit the type. */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1;

        Unfit(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Resolves paths.
     *
     * @param owner the generated class of the messages, {@code null} if there is none
     */
    ProtobufPlan(MessagePaths paths, Descriptor type, @Nullable Class<?> owner) {
        this.type = type;
        this.owner = owner;
        List<Prefix> found = new ArrayList<>();
        Arrays.fill(roles, ProtobufPath.NONE);
        paths.roles().forEach((role, path) -> roles[role.ordinal()] = resolved(path, found));
        this.counts = paths.counts().stream()
                .map(count -> resolved(count.path(), found))
                .toArray(ProtobufPath[]::new);
        this.prefixes = found.toArray(Prefix[]::new);
    }

    /** Whether it was resolved for messages like this one: a generated class has one type, messages without a class share theirs. */
    boolean isFor(Message message) {
        return owner == null
                ? message instanceof DynamicMessage && message.getDescriptorForType() == type
                : message.getClass() == owner;
    }

    Prefix[] prefixes() {
        return prefixes;
    }

    ProtobufPath role(Role role) {
        return roles[role.ordinal()];
    }

    ProtobufPath count(int position) {
        return counts[position];
    }

    /** What does not fit, for the first who asks. */
    List<String> takeProblems() {
        return !problems.isEmpty() && told.compareAndSet(false, true) ? List.copyOf(problems) : List.of();
    }

    private ProtobufPath resolved(MessagePath path, List<Prefix> found) {
        List<ProtobufPath.Way[]> terms = new ArrayList<>();
        for (MessagePath.Term term : path.terms()) {
            List<ProtobufPath.Way> ways = new ArrayList<>();
            List<String> wrong = new ArrayList<>();
            for (MessagePath.Way way : term.ways()) {
                try {
                    ways.add(new Resolver(way, found).way());
                } catch (Unfit unfit) {
                    wrong.add(unfit.getMessage());
                }
            }
            if (ways.isEmpty() && !term.isOptional()) {
                problems.add(type.getFullName() + ": path '" + path.text() + "' says nothing: " + wrong.get(0));
            }
            terms.add(ways.toArray(ProtobufPath.Way[]::new));
        }
        return new ProtobufPath(terms.toArray(ProtobufPath.Way[][]::new));
    }

    private final class Resolver {
        private final MessagePath.Way way;
        private final List<Prefix> found;
        private final List<Step> steps;

        Resolver(MessagePath.Way way, List<Prefix> found) {
            this.way = way;
            this.found = found;
            this.steps = way.steps();
        }

        ProtobufPath.Way way() throws Unfit {
            int step = 0;
            int size = found.size();
            int part = 0;
            Descriptor at = type;
            Class<?> in = owner;
            while (step < steps.size() - 1 && isSingle(at, steps.get(step))) {
                FieldDescriptor field = field(at, steps.get(step++));
                part = part(part, field, in);
                in = found.get(part - 1).field().inner();
                at = field.getMessageType();
            }
            try {
                if (isList(at, steps.get(step))) {
                    part = part(part, field(at, steps.get(step)), in);
                }
                return new ProtobufPath.Way(part, node(at, in, step));
            } catch (Unfit unfit) {
                // nobody else starts there yet
                found.subList(size, found.size()).clear();
                throw unfit;
            }
        }

        private boolean isSingle(Descriptor at, Step step) {
            FieldDescriptor field = at.findFieldByName(step.name());
            return step.pick() == Pick.ONLY
                    && field != null
                    && !field.isRepeated()
                    && field.getJavaType() == JavaType.MESSAGE;
        }

        /** Of what is not there is not said that there are none. */
        private boolean isList(Descriptor at, Step step) {
            FieldDescriptor field = at.findFieldByName(step.name());
            boolean elements = step.pick() == Pick.ALL || step.pick() == Pick.INDEX || step.pick() == Pick.WHERE;
            return elements && field != null && field.isRepeated();
        }

        private int part(int parent, FieldDescriptor field, @Nullable Class<?> in) {
            for (int i = 0; i < found.size(); i++) {
                Prefix known = found.get(i);
                if (known.parent() == parent && known.field().descriptor().equals(field)) {
                    return i + 1;
                }
            }
            found.add(new Prefix(parent, new ProtobufField(field, in), field.isRepeated()));
            return found.size();
        }

        private ProtobufNode node(Descriptor at, @Nullable Class<?> in, int position) throws Unfit {
            Step step = steps.get(position);
            if (step.pick() == Pick.TENSOR) {
                return tensor(at, in, step);
            }
            ProtobufField field = new ProtobufField(field(at, step), in);
            boolean last = position == steps.size() - 1;
            boolean message = field.descriptor().getJavaType() == JavaType.MESSAGE;
            if (!last && !message) {
                throw new Unfit("'" + step.name() + "' is no message, so nothing can follow it");
            }
            if (last && message && way.expected() != null) {
                throw new Unfit("'" + step.name() + "' is a message and cannot be compared");
            }
            if (!field.descriptor().isRepeated() && step.pick() != Pick.ONLY) {
                throw new Unfit("'" + step.name() + "' is not repeated; write it without brackets or size()");
            }
            if (!message) {
                return field.descriptor().isRepeated()
                        ? values(field, step)
                        : new ProtobufNode.Value(field, way.expected());
            }
            Descriptor inside = field.descriptor().getMessageType();
            ProtobufNode next = last ? ProtobufNode.THERE : node(inside, field.inner(), position + 1);
            return field.descriptor().isRepeated() ? each(field, step, next) : new ProtobufNode.Into(field, next);
        }

        private ProtobufNode values(ProtobufField field, Step step) throws Unfit {
            return switch (step.pick()) {
                case SIZE -> new ProtobufNode.Size(field);
                case ALL -> new ProtobufNode.Values(field, ProtobufNode.EVERY, way.expected());
                case INDEX -> new ProtobufNode.Values(field, step.index(), way.expected());
                case WHERE ->
                    throw new Unfit("the elements of '" + step.name() + "' are no messages; take them with [*] or [0]");
                default -> throw repeated(step);
            };
        }

        private ProtobufNode each(ProtobufField field, Step step, ProtobufNode next) throws Unfit {
            return switch (step.pick()) {
                case SIZE -> new ProtobufNode.Size(field);
                case ALL -> new ProtobufNode.Each(field, ProtobufNode.EVERY, null, next);
                case INDEX -> new ProtobufNode.Each(field, step.index(), null, next);
                case WHERE -> new ProtobufNode.Each(field, ProtobufNode.EVERY, selector(field, step), next);
                default -> throw repeated(step);
            };
        }

        private static Unfit repeated(Step step) {
            return new Unfit("'" + step.name()
                    + "' is repeated; take elements with [*], [0] or [field=value], or count them with size()");
        }

        private static ProtobufNode.Value selector(ProtobufField field, Step step) throws Unfit {
            FieldDescriptor key = field.descriptor().getMessageType().findFieldByName(step.key());
            if (key == null || key.isRepeated() || key.getJavaType() == JavaType.MESSAGE) {
                throw new Unfit("the elements of '" + step.name() + "' have no '" + step.key() + "' to choose by");
            }
            return new ProtobufNode.Value(new ProtobufField(key, field.inner()), step.value());
        }

        private static ProtobufNode tensor(Descriptor at, @Nullable Class<?> in, Step step) throws Unfit {
            ProtobufNode tensor = ProtobufTensor.of(at, in, step.name());
            if (tensor == null) {
                throw new Unfit("'" + at.getFullName() + "' has no tensors in 'outputs' or 'inputs'");
            }
            return tensor;
        }

        private static FieldDescriptor field(Descriptor at, Step step) throws Unfit {
            FieldDescriptor field = at.findFieldByName(step.name());
            if (field == null) {
                throw new Unfit("'" + at.getFullName() + "' has no field '" + step.name()
                        + "'; correct the path, or write '" + step.name() + "?' if only some versions have it");
            }
            return field;
        }
    }
}
