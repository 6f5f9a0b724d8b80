package io.unitcost.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of the KServe protocol by its name: what is in its typed contents, or in the raw contents at the same position.
 * Numbers of all elements are added up; texts are the elements of type {@code BYTES}.
 */
record ProtobufTensor(
        String tensor,
        ProtobufField list,
        ProtobufField name,
        @Nullable ProtobufField datatype,
        @Nullable ProtobufField contents,
        List<ProtobufField> numbers,
        @Nullable ProtobufField bytes,
        @Nullable ProtobufField raw)
        implements ProtobufNode {

    private static final List<String> NUMBERS = List.of(
            "int_contents",
            "int64_contents",
            "uint_contents",
            "uint64_contents",
            "bool_contents",
            "fp32_contents",
            "fp64_contents");
    private static final String TEXTS = "bytes_contents";
    private static final int LENGTH_BYTES = 4;

    /**
     * {@code null} if the type has no tensors.
     *
     * @param owner the generated class of the messages, {@code null} if there is none
     */
    static @Nullable ProtobufNode of(Descriptor type, @Nullable Class<?> owner, String tensor) {
        for (String direction : List.of("output", "input")) {
            ProtobufField list = field(type, owner, direction + "s", true, JavaType.MESSAGE);
            if (list != null) {
                ProtobufField raw = field(type, owner, "raw_" + direction + "_contents", true, JavaType.BYTE_STRING);
                ProtobufNode found = of(list, raw, tensor);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static @Nullable ProtobufNode of(ProtobufField list, @Nullable ProtobufField raw, String tensor) {
        Descriptor type = list.descriptor().getMessageType();
        ProtobufField name = field(type, list.inner(), "name", false, JavaType.STRING);
        ProtobufField datatype = field(type, list.inner(), "datatype", false, JavaType.STRING);
        ProtobufField contents = field(type, list.inner(), "contents", false, JavaType.MESSAGE);
        if (name == null || (contents == null && (raw == null || datatype == null))) {
            return null;
        }
        List<ProtobufField> numbers = new ArrayList<>();
        ProtobufField bytes = null;
        if (contents != null) {
            Descriptor inside = contents.descriptor().getMessageType();
            for (String number : NUMBERS) {
                FieldDescriptor field = inside.findFieldByName(number);
                if (field != null && field.isRepeated()) {
                    numbers.add(new ProtobufField(field, contents.inner()));
                }
            }
            bytes = field(inside, contents.inner(), TEXTS, true, JavaType.BYTE_STRING);
        }
        return new ProtobufTensor(tensor, list, name, datatype, contents, List.copyOf(numbers), bytes, raw);
    }

    private static @Nullable ProtobufField field(
            Descriptor type, @Nullable Class<?> owner, String name, boolean repeated, JavaType java) {
        FieldDescriptor field = type.findFieldByName(name);
        return field != null && field.isRepeated() == repeated && field.getJavaType() == java
                ? new ProtobufField(field, owner)
                : null;
    }

    @Override
    public long number(Message message) {
        int position = position(message);
        if (position < 0) {
            return ChoiceCounts.ABSENT;
        }
        Message element = list.element(message, position);
        ByteString packed = packed(message, position);
        if (packed != null) {
            return sum(packed, type(element));
        }
        return contents != null && contents.isSet(element) ? sum(contents.message(element)) : ChoiceCounts.ABSENT;
    }

    @Override
    public int truths(Message message) {
        long number = number(message);
        return number != ChoiceCounts.ABSENT && number != 0 ? 1 : 0;
    }

    @Override
    public boolean texts(Message message, Predicate<String> taker) {
        int position = position(message);
        if (position < 0) {
            return false;
        }
        Message element = list.element(message, position);
        ByteString packed = packed(message, position);
        if (packed != null) {
            return type(element).equals("BYTES") && texts(packed, taker);
        }
        return contents != null && contents.isSet(element) && typed(contents.message(element), taker);
    }

    private int position(Message message) {
        int count = list.count(message);
        for (int i = 0; i < count; i++) {
            if (tensor.equals(name.text(list.element(message, i)))) {
                return i;
            }
        }
        return -1;
    }

    private @Nullable ByteString packed(Message message, int position) {
        return raw != null && position < raw.count(message) ? (ByteString) raw.value(message, position) : null;
    }

    private String type(Message element) {
        return datatype == null ? "" : datatype.text(element);
    }

    private long sum(Message values) {
        long sum = ChoiceCounts.ABSENT;
        for (ProtobufField field : numbers) {
            int count = field.count(values);
            for (int i = 0; i < count; i++) {
                sum = ProtobufNode.plus(sum, field.numberOf(field.value(values, i)));
            }
        }
        return sum;
    }

    private static long sum(ByteString packed, String datatype) {
        int width = width(datatype);
        long sum = ChoiceCounts.ABSENT;
        for (int at = 0; width > 0 && at + width <= packed.size(); at += width) {
            sum = ProtobufNode.plus(sum, number(littleEndian(packed, at, width), datatype));
        }
        return sum;
    }

    private static int width(String datatype) {
        return switch (datatype) {
            case "BOOL", "INT8", "UINT8" -> 1;
            case "INT16", "UINT16" -> 2;
            case "INT32", "UINT32", "FP32" -> 4;
            case "INT64", "UINT64", "FP64" -> 8;
            default -> 0;
        };
    }

    private static long number(long bits, String datatype) {
        return switch (datatype) {
            case "INT8" -> (byte) bits;
            case "INT16" -> (short) bits;
            case "INT32" -> (int) bits;
            case "INT64", "UINT64" -> Math.max(bits, -Long.MAX_VALUE);
            case "FP32" -> ProtobufField.whole(Float.intBitsToFloat((int) bits));
            case "FP64" -> ProtobufField.whole(Double.longBitsToDouble(bits));
            default -> bits;
        };
    }

    private static long littleEndian(ByteString bytes, int at, int width) {
        long bits = 0;
        for (int i = width - 1; i >= 0; i--) {
            bits = (bits << 8) | (bytes.byteAt(at + i) & 0xff);
        }
        return bits;
    }

    /** Each text behind its length in four bytes. */
    private static boolean texts(ByteString packed, Predicate<String> taker) {
        int at = 0;
        while (at + LENGTH_BYTES <= packed.size()) {
            long length = littleEndian(packed, at, LENGTH_BYTES);
            at += LENGTH_BYTES;
            if (length > packed.size() - at) {
                return false;
            }
            int end = at + (int) length;
            if (length > 0 && taker.test(packed.substring(at, end).toStringUtf8())) {
                return true;
            }
            at = end;
        }
        return false;
    }

    private boolean typed(Message values, Predicate<String> taker) {
        int count = bytes == null ? 0 : bytes.count(values);
        for (int i = 0; i < count; i++) {
            String text = bytes == null ? "" : ((ByteString) bytes.value(values, i)).toStringUtf8();
            if (!text.isEmpty() && taker.test(text)) {
                return true;
            }
        }
        return false;
    }
}
