package io.unitcost.grpc;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads as much of proto3 as the tests write: messages, enumerations, one-ofs, maps, optional fields and services. */
final class ProtoText {

    private static final Pattern TOKEN = Pattern.compile("//[^\n]*|[\\w.]+|[^\\s\\w]");
    private static final Set<String> SCALARS = Set.of(
            "double", "float", "int32", "int64", "uint32", "uint64", "fixed32", "fixed64", "bool", "string", "bytes");

    private final List<String> tokens = new ArrayList<>();
    private int at;

    private ProtoText(String text) {
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            if (!matcher.group().startsWith("//")) {
                tokens.add(matcher.group());
            }
        }
    }

    static FileDescriptor file(String text) {
        try {
            return FileDescriptor.buildFrom(new ProtoText(text).file(), new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private FileDescriptorProto file() {
        FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder().setSyntax("proto3");
        while (at < tokens.size()) {
            switch (next()) {
                case "package" -> {
                    file.setPackage(next());
                    file.setName(file.getPackage() + ".proto");
                    next(";");
                }
                case "message" -> file.addMessageType(message());
                case "enum" -> file.addEnumType(enumeration());
                case "service" -> file.addService(service());
                default -> throw new IllegalArgumentException(tokens.get(at - 1));
            }
        }
        return file.build();
    }

    private DescriptorProto message() {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(next());
        List<FieldDescriptorProto.Builder> optional = new ArrayList<>();
        next("{");
        while (!is("}")) {
            if (is("message")) {
                message.addNestedType(message());
            } else if (is("enum")) {
                message.addEnumType(enumeration());
            } else if (is("oneof")) {
                message.addOneofDeclBuilder().setName(next());
                next("{");
                while (!is("}")) {
                    message.addField(field(message, next()).setOneofIndex(message.getOneofDeclCount() - 1));
                }
            } else if (is("repeated")) {
                message.addField(field(message, next()).setLabel(Label.LABEL_REPEATED));
            } else if (is("optional")) {
                optional.add(field(message, next()));
            } else {
                message.addField(field(message, next()));
            }
        }
        for (FieldDescriptorProto.Builder field : optional) {
            message.addOneofDeclBuilder().setName("_" + field.getName());
            message.addField(field.setProto3Optional(true).setOneofIndex(message.getOneofDeclCount() - 1));
        }
        return message.build();
    }

    private FieldDescriptorProto.Builder field(DescriptorProto.Builder message, String type) {
        if (type.equals("map")) {
            return map(message);
        }
        FieldDescriptorProto.Builder field = typed(type).setName(next());
        next("=");
        field.setNumber(Integer.parseInt(next()));
        next(";");
        return field;
    }

    private FieldDescriptorProto.Builder map(DescriptorProto.Builder message) {
        next("<");
        FieldDescriptorProto.Builder key = typed(next()).setName("key").setNumber(1);
        next(",");
        FieldDescriptorProto.Builder value = typed(next()).setName("value").setNumber(2);
        next(">");
        FieldDescriptorProto.Builder field = field(message, "?");
        String name = field.getName().substring(0, 1).toUpperCase(Locale.ROOT)
                + field.getName().substring(1) + "Entry";
        message.addNestedTypeBuilder()
                .setName(name)
                .addField(key)
                .addField(value)
                .getOptionsBuilder()
                .setMapEntry(true);
        return field.setTypeName(name).setLabel(Label.LABEL_REPEATED);
    }

    private static FieldDescriptorProto.Builder typed(String type) {
        FieldDescriptorProto.Builder field = FieldDescriptorProto.newBuilder().setLabel(Label.LABEL_OPTIONAL);
        return SCALARS.contains(type)
                ? field.setType(Type.valueOf("TYPE_" + type.toUpperCase(Locale.ROOT)))
                : field.setTypeName(type);
    }

    private EnumDescriptorProto enumeration() {
        EnumDescriptorProto.Builder enumeration =
                EnumDescriptorProto.newBuilder().setName(next());
        next("{");
        while (!is("}")) {
            String name = next();
            next("=");
            enumeration.addValueBuilder().setName(name).setNumber(Integer.parseInt(next()));
            next(";");
        }
        return enumeration.build();
    }

    private ServiceDescriptorProto service() {
        ServiceDescriptorProto.Builder service =
                ServiceDescriptorProto.newBuilder().setName(next());
        next("{");
        while (!is("}")) {
            next("rpc");
            MethodDescriptorProto.Builder method = service.addMethodBuilder().setName(next());
            next("(");
            method.setClientStreaming(is("stream")).setInputType(next());
            next(")");
            next("returns");
            next("(");
            method.setServerStreaming(is("stream")).setOutputType(next());
            next(")");
            next(";");
        }
        return service.build();
    }

    private boolean is(String token) {
        boolean is = tokens.get(at).equals(token);
        at += is ? 1 : 0;
        return is;
    }

    private void next(String token) {
        if (!is(token)) {
            throw new IllegalArgumentException("'" + token + "' expected, not '" + tokens.get(at) + "'");
        }
    }

    private String next() {
        return tokens.get(at++);
    }
}
