package io.unitcost.samples.inference;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Objects;

/** A message by the names of its fields, to write and to read, where an application has generated classes. */
record Draft(DynamicMessage.Builder builder) {

    /** Sets a field; a list sets all of a repeated one. */
    Draft set(String field, Object value) {
        builder.setField(field(builder, field), value instanceof Draft draft ? draft.build() : value);
        return this;
    }

    Draft add(String field, Object value) {
        builder.addRepeatedField(field(builder, field), value instanceof Draft draft ? draft.build() : value);
        return this;
    }

    /** Starts a message for this field. */
    Draft inside(String field) {
        return new Draft(builder.newBuilderForField(field(builder, field)));
    }

    DynamicMessage build() {
        return builder.build();
    }

    static boolean has(Message message, String field) {
        return message.hasField(field(message, field));
    }

    static String text(Message message, String field) {
        return (String) message.getField(field(message, field));
    }

    static boolean flag(Message message, String field) {
        return (Boolean) message.getField(field(message, field));
    }

    static Message message(Message message, String field) {
        return (Message) message.getField(field(message, field));
    }

    static List<?> all(Message message, String field) {
        return (List<?>) message.getField(field(message, field));
    }

    static List<Message> messages(Message message, String field) {
        return all(message, field).stream().map(Message.class::cast).toList();
    }

    private static FieldDescriptor field(com.google.protobuf.MessageOrBuilder message, String name) {
        return Objects.requireNonNull(message.getDescriptorForType().findFieldByName(name), name);
    }
}
