package io.unitcost.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A protobuf message, seen through resolved paths. The messages inside it that paths begin with are looked up once for all
 * of them: where there is no usage, one look says so.
 */
final class ProtobufView implements MessageView {

    private final ProtobufPlan plan;
    private final List<String> problems;

    /** The message itself and those inside it. */
    private final @Nullable Message[] parts;

    private ProtobufView(ProtobufPlan plan) {
        this.plan = plan;
        this.problems = plan.takeProblems();
        this.parts = new @Nullable Message[plan.prefixes().length + 1];
    }

    /** {@code null} if it is no message of the full runtime: those of the lite one do not know their fields. */
    static @Nullable MessageView of(MessagePaths paths, Object object) {
        if (!(object instanceof Message message)) {
            return null;
        }
        ProtobufView view = new ProtobufView(
                paths.latest() instanceof ProtobufPlan latest && latest.isFor(message) ? latest : plan(paths, message));
        view.show(message);
        return view;
    }

    private static ProtobufPlan plan(MessagePaths paths, Message message) {
        Descriptor type = message.getDescriptorForType();
        Class<?> owner = message instanceof DynamicMessage ? null : message.getClass();
        Object key = owner == null ? type : owner;
        return (ProtobufPlan) paths.byType(key, k -> new ProtobufPlan(paths, type, owner));
    }

    @Override
    public boolean load(Object object) {
        if (!(object instanceof Message message) || !plan.isFor(message)) {
            return false;
        }
        show(message);
        return true;
    }

    private void show(Message message) {
        parts[0] = message;
        ProtobufPlan.Prefix[] prefixes = plan.prefixes();
        for (int i = 0; i < prefixes.length; i++) {
            Message parent = parts[prefixes[i].parent()];
            parts[i + 1] = parent == null ? null : prefixes[i].of(parent);
        }
    }

    @Override
    public void clear() {
        Arrays.fill(parts, null);
    }

    @Override
    public long number(Role role) {
        return plan.role(role).number(parts);
    }

    @Override
    public int truths(Role role) {
        return plan.role(role).truths(parts);
    }

    @Override
    public @Nullable String text(Role role) {
        return plan.role(role).text(parts);
    }

    @Override
    public boolean texts(Role role, Predicate<String> taker) {
        return plan.role(role).texts(parts, taker);
    }

    @Override
    public long count(int position) {
        return plan.count(position).number(parts);
    }

    @Override
    public List<String> problems() {
        return problems;
    }
}
