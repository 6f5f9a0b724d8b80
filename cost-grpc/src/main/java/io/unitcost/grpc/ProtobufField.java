package io.unitcost.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A field of a type of messages, read by the methods of the generated class where there is one: protobuf's own reflection
 * makes garbage and takes ten times as long. Where a class has no such methods, and for messages without a class, that
 * reflection is used.
 */
final class ProtobufField {

    private static final MethodType HAS = MethodType.methodType(boolean.class, Message.class);
    private static final MethodType NUMBER = MethodType.methodType(long.class, Message.class);
    private static final MethodType COUNT = MethodType.methodType(int.class, Message.class);
    private static final MethodType TEXT = MethodType.methodType(String.class, Message.class);
    private static final MethodType SINGLE = MethodType.methodType(Message.class, Message.class);
    private static final MethodType ELEMENT = MethodType.methodType(Message.class, Message.class, int.class);

    private final FieldDescriptor field;
    private final boolean present;
    private final boolean unsigned;
    private final @Nullable Class<?> inner;
    private final @Nullable MethodHandle has;
    private final @Nullable MethodHandle number;
    private final @Nullable MethodHandle text;
    private final @Nullable MethodHandle message;
    private final @Nullable MethodHandle count;
    private final @Nullable MethodHandle element;

    /**
     * A field.
     *
     * @param owner the generated class of the messages, {@code null} if there is none
     */
    ProtobufField(FieldDescriptor field, @Nullable Class<?> owner) {
        this.field = field;
        this.present = field.hasPresence();
        this.unsigned =
                field.getType() == FieldDescriptor.Type.UINT32 || field.getType() == FieldDescriptor.Type.FIXED32;
        String name = javaName(field.getName());
        boolean single = !field.isRepeated();
        JavaType type = field.getJavaType();
        this.has = single && present ? handle(owner, "has" + name, HAS) : null;
        this.number = single ? number(owner, name, type) : null;
        this.text = single && type == JavaType.STRING ? handle(owner, "get" + name, TEXT) : null;
        this.message = single && type == JavaType.MESSAGE ? handle(owner, "get" + name, SINGLE) : null;
        this.count = single ? null : handle(owner, "get" + name + "Count", COUNT);
        this.element = !single && type == JavaType.MESSAGE ? handle(owner, "get" + name, ELEMENT) : null;
        this.inner = message == null && element == null
                ? null
                : returned(owner, "get" + name, message == null ? new Class<?>[] {int.class} : new Class<?>[0]);
    }

    FieldDescriptor descriptor() {
        return field;
    }

    /** The generated class of the messages in it; {@code null} if it is not known. */
    @Nullable
    Class<?> inner() {
        return inner;
    }

    /** Whether it was set; always, where messages do not say it. */
    boolean isSet(Message in) {
        if (!present) {
            return true;
        }
        try {
            return has == null ? in.hasField(field) : (boolean) has.invokeExact(in);
        } catch (Throwable failure) {
            throw rethrown(failure);
        }
    }

    /** The message in it, whether it was set or not. */
    Message message(Message in) {
        try {
            return message == null ? (Message) in.getField(field) : (Message) message.invokeExact(in);
        } catch (Throwable failure) {
            throw rethrown(failure);
        }
    }

    /** Its value as a number; {@link ChoiceCounts#ABSENT} if it is none. */
    long number(Message in) {
        if (number == null) {
            return text == null ? numberOf(in.getField(field)) : Digits.of(text(in));
        }
        try {
            long value = (long) number.invokeExact(in);
            return unsigned ? value & 0xffff_ffffL : Math.max(value, -Long.MAX_VALUE);
        } catch (Throwable failure) {
            throw rethrown(failure);
        }
    }

    /** Its value as text. */
    String text(Message in) {
        try {
            return text == null ? textOf(in.getField(field)) : (String) text.invokeExact(in);
        } catch (Throwable failure) {
            throw rethrown(failure);
        }
    }

    /** Whether its value says yes. */
    boolean isTrue(Message in) {
        if (text != null) {
            return !text(in).isEmpty();
        }
        return number == null ? isTrue(in.getField(field)) : number(in) != 0;
    }

    /** How many elements it has. */
    int count(Message in) {
        try {
            return count == null ? in.getRepeatedFieldCount(field) : (int) count.invokeExact(in);
        } catch (Throwable failure) {
            throw rethrown(failure);
        }
    }

    /** A message in it. */
    Message element(Message in, int index) {
        try {
            return element == null
                    ? (Message) in.getRepeatedField(field, index)
                    : (Message) element.invokeExact(in, index);
        } catch (Throwable failure) {
            throw rethrown(failure);
        }
    }

    /** A value in it. */
    Object value(Message in, int index) {
        return in.getRepeatedField(field, index);
    }

    /** A value as a number: enumerations by number, yes as 1, digits in a text; what is no whole number says nothing. */
    long numberOf(Object value) {
        return switch (field.getJavaType()) {
            case INT -> unsigned ? ((Integer) value) & 0xffff_ffffL : (Integer) value;
            // beyond what a long holds it is negative, which no count is
            case LONG -> Math.max((Long) value, -Long.MAX_VALUE);
            case BOOLEAN -> ((Boolean) value) ? 1 : 0;
            case ENUM -> ((EnumValueDescriptor) value).getNumber();
            case FLOAT -> whole((Float) value);
            case DOUBLE -> whole((Double) value);
            case STRING -> Digits.of((String) value);
            default -> ChoiceCounts.ABSENT;
        };
    }

    static long whole(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e18 ? (long) value : ChoiceCounts.ABSENT;
    }

    boolean isTrue(Object value) {
        return switch (field.getJavaType()) {
            case STRING -> !((String) value).isEmpty();
            case BYTE_STRING -> !((ByteString) value).isEmpty();
            case FLOAT -> ((Float) value) != 0;
            case DOUBLE -> ((Double) value) != 0;
            default -> numberOf(value) != 0;
        };
    }

    /** A value as text; bytes and messages are none. */
    String textOf(Object value) {
        return switch (field.getJavaType()) {
            case STRING -> (String) value;
            case ENUM -> ((EnumValueDescriptor) value).getName();
            case BYTE_STRING, MESSAGE -> "";
            case INT, LONG -> String.valueOf(numberOf(value));
            default -> value.toString();
        };
    }

    private static @Nullable MethodHandle number(@Nullable Class<?> owner, String name, JavaType type) {
        return switch (type) {
            case INT, LONG, BOOLEAN -> handle(owner, "get" + name, NUMBER);
            case ENUM -> handle(owner, "get" + name + "Value", NUMBER);
            default -> null;
        };
    }

    /** A method of the generated class as one of this type; {@code null} if there is none that gives such a value. */
    private static @Nullable MethodHandle handle(@Nullable Class<?> owner, String name, MethodType type) {
        Class<?> returned = returned(owner, name, type.dropParameterTypes(0, 1).parameterArray());
        if (owner == null || returned == null || !isConvertible(returned, type.returnType())) {
            return null;
        }
        try {
            MethodType own = type.dropParameterTypes(0, 1).changeReturnType(returned);
            MethodHandle method = MethodHandles.publicLookup().findVirtual(owner, name, own);
            return MethodHandles.explicitCastArguments(method, type);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static boolean isConvertible(Class<?> from, Class<?> to) {
        return to == long.class
                ? from == int.class || from == long.class || from == boolean.class
                : to.isAssignableFrom(from);
    }

    private static @Nullable Class<?> returned(@Nullable Class<?> owner, String name, Class<?>... parameters) {
        try {
            return owner == null ? null : owner.getMethod(name, parameters).getReturnType();
        } catch (NoSuchMethodException | LinkageError e) {
            return null;
        }
    }

    /** As protoc names methods: letters behind anything but letters are capital. */
    private static String javaName(String name) {
        StringBuilder java = new StringBuilder(name.length());
        boolean capital = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_') {
                capital = true;
            } else {
                java.append(capital ? Character.toUpperCase(c) : c);
                capital = Character.isDigit(c);
            }
        }
        return java.toString();
    }

    private static RuntimeException rethrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException(Objects.requireNonNullElse(failure.getMessage(), ""), failure);
    }
}
