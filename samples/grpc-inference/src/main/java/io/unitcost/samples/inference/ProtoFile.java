package io.unitcost.samples.inference;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the {@code .proto} files of this sample into descriptors, so that it needs no code generator. An application has its
 * generated classes, which say the same.
 */
final class ProtoFile {

    private static final Pattern TOKEN = Pattern.compile("//[^\n]*|\"[^\"]*\"|[\\w.]+|[^\\s\\w]");
    private static final Set<String> SCALARS = Set.of("int64", "uint32", "bool", "string", "bytes");

    private final List<String> tokens = new ArrayList<>();
    private int at;

    private ProtoFile(String text) {
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            if (!matcher.group().startsWith("//")) {
                tokens.add(matcher.group());
            }
        }
    }

    /**
     * Reads a resource.
     *
     * @throws IllegalStateException if it is not understood
     */
    static FileDescriptor read(String resource) {
        try (InputStream in = Objects.requireNonNull(ProtoFile.class.getResourceAsStream("/" + resource), resource)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return FileDescriptor.buildFrom(new ProtoFile(text).file(resource), new FileDescriptor[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(resource, e);
        }
    }

    private FileDescriptorProto file(String name) {
        FileDescriptorProto.Builder file =
                FileDescriptorProto.newBuilder().setName(name).setSyntax("proto3");
        while (at < tokens.size()) {
            switch (next()) {
                case "syntax" -> {
                    expect("=");
                    expect("\"proto3\"");
                    expect(";");
                }
                case "package" -> {
                    file.setPackage(next());
                    expect(";");
                }
                case "message" -> file.addMessageType(message());
                case "service" -> file.addService(service());
                default -> throw new IllegalStateException(name + ": " + tokens.get(at - 1));
            }
        }
        return file.build();
    }

    private DescriptorProto message() {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(next());
        List<FieldDescriptorProto.Builder> optional = new ArrayList<>();
        expect("{");
        while (!is("}")) {
            if (is("message")) {
                message.addNestedType(message());
            } else if (is("oneof")) {
                message.addOneofDeclBuilder().setName(next());
                expect("{");
                while (!is("}")) {
                    message.addField(named(typed(next())).setOneofIndex(message.getOneofDeclCount() - 1));
                }
            } else if (is("map")) {
                message.addField(map(message));
            } else if (is("optional")) {
                optional.add(named(typed(next())));
            } else {
                Label label = is("repeated") ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL;
                message.addField(named(typed(next())).setLabel(label));
            }
        }
        for (FieldDescriptorProto.Builder field : optional) {
            message.addOneofDeclBuilder().setName("_" + field.getName());
            message.addField(field.setProto3Optional(true).setOneofIndex(message.getOneofDeclCount() - 1));
        }
        return message.build();
    }

    private FieldDescriptorProto.Builder map(DescriptorProto.Builder message) {
        expect("<");
        FieldDescriptorProto.Builder key = typed(next()).setName("key").setNumber(1);
        expect(",");
        FieldDescriptorProto.Builder value = typed(next()).setName("value").setNumber(2);
        expect(">");
        FieldDescriptorProto.Builder field =
                named(FieldDescriptorProto.newBuilder().setLabel(Label.LABEL_REPEATED));
        String entry = field.getName().substring(0, 1).toUpperCase(Locale.ROOT)
                + field.getName().substring(1) + "Entry";
        message.addNestedTypeBuilder()
                .setName(entry)
                .addField(key)
                .addField(value)
                .getOptionsBuilder()
                .setMapEntry(true);
        return field.setTypeName(entry);
    }

    private static FieldDescriptorProto.Builder typed(String type) {
        FieldDescriptorProto.Builder field = FieldDescriptorProto.newBuilder().setLabel(Label.LABEL_OPTIONAL);
        return SCALARS.contains(type)
                ? field.setType(FieldDescriptorProto.Type.valueOf("TYPE_" + type.toUpperCase(Locale.ROOT)))
                : field.setTypeName(type);
    }

    private FieldDescriptorProto.Builder named(FieldDescriptorProto.Builder field) {
        field.setName(next());
        expect("=");
        field.setNumber(Integer.parseInt(next()));
        expect(";");
        return field;
    }

    private ServiceDescriptorProto service() {
        ServiceDescriptorProto.Builder service =
                ServiceDescriptorProto.newBuilder().setName(next());
        expect("{");
        while (is("rpc")) {
            MethodDescriptorProto.Builder method = service.addMethodBuilder().setName(next());
            expect("(");
            method.setClientStreaming(is("stream")).setInputType(next());
            expect(")");
            expect("returns");
            expect("(");
            method.setServerStreaming(is("stream")).setOutputType(next());
            expect(")");
            expect(";");
        }
        expect("}");
        return service.build();
    }

    private boolean is(String token) {
        boolean is = tokens.get(at).equals(token);
        at += is ? 1 : 0;
        return is;
    }

    private void expect(String token) {
        if (!is(token)) {
            throw new IllegalStateException("'" + token + "' expected, not '" + tokens.get(at) + "'");
        }
    }

    private String next() {
        return tokens.get(at++);
    }
}
