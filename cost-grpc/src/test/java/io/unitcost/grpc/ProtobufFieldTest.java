package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.vertexai.api.GenerateContentRequest;
import com.google.cloud.vertexai.api.PredictionServiceProto;
import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Methods of generated classes against protobuf's own reflection, which knows every name. */
class ProtobufFieldTest {

    @Test
    void aGeneratedClassSaysWhatItsFieldsSay() throws InvalidProtocolBufferException {
        List<Message> messages = new ArrayList<>();
        // proto2 with its closed enumerations, and everything that a description of messages has
        inside(FileDescriptorProto.getDescriptor().getFile().toProto(), messages);
        inside(PredictionServiceProto.getDescriptor().toProto(), messages);
        inside(
                GenerateContentRequest.newBuilder()
                        .setModel("m")
                        .putLabels("k", "v")
                        .build(),
                messages);
        inside(VertexUsageTest.FULL, messages);
        inside(
                Struct.newBuilder()
                        .putFields("a", Value.newBuilder().setNumberValue(2.5).build())
                        .putFields("b", Value.newBuilder().setBoolValue(true).build())
                        .build(),
                messages);
        inside(Any.newBuilder().setTypeUrl("t").build(), messages);
        inside(UInt32Value.of(-1), messages);
        inside(UInt64Value.of(-1), messages);
        Set<Class<?>> classes = new HashSet<>();
        int values = 0;
        for (Message message : messages) {
            Descriptor type = message.getDescriptorForType();
            DynamicMessage dynamic = DynamicMessage.parseFrom(type, message.toByteString());
            classes.add(message.getClass());
            for (FieldDescriptor field : type.getFields()) {
                ProtobufField fast = new ProtobufField(field, message.getClass());
                ProtobufField slow = new ProtobufField(field, null);
                check(fast, slow, message, dynamic);
                values++;
            }
        }
        assertThat(classes).hasSizeGreaterThan(15);
        assertThat(values).isGreaterThan(5_000);
    }

    private static void check(ProtobufField fast, ProtobufField slow, Message message, Message dynamic) {
        FieldDescriptor field = fast.descriptor();
        if (field.isRepeated()) {
            assertThat(fast.count(message)).as(field.getFullName()).isEqualTo(slow.count(dynamic));
            for (int i = 0; i < slow.count(dynamic) && field.getJavaType() == JavaType.MESSAGE; i++) {
                assertThat(fast.element(message, i).toByteString())
                        .isEqualTo(slow.element(dynamic, i).toByteString());
            }
            return;
        }
        assertThat(fast.isSet(message)).as(field.getFullName()).isEqualTo(slow.isSet(dynamic));
        if (field.getJavaType() == JavaType.MESSAGE) {
            assertThat(fast.message(message).toByteString())
                    .isEqualTo(slow.message(dynamic).toByteString());
            return;
        }
        assertThat(fast.number(message)).as(field.getFullName()).isEqualTo(slow.number(dynamic));
        assertThat(fast.text(message)).as(field.getFullName()).isEqualTo(slow.text(dynamic));
        assertThat(fast.isTrue(message)).as(field.getFullName()).isEqualTo(slow.isTrue(dynamic));
    }

    @Test
    void theMethodsOfGeneratedClassesAreFound() {
        Descriptor response = com.google.cloud.vertexai.api.GenerateContentResponse.getDescriptor();
        ProtobufField usage = new ProtobufField(
                response.findFieldByName("usage_metadata"),
                com.google.cloud.vertexai.api.GenerateContentResponse.class);
        assertThat(usage.inner()).isEqualTo(com.google.cloud.vertexai.api.GenerateContentResponse.UsageMetadata.class);
        ProtobufField candidates = new ProtobufField(
                response.findFieldByName("candidates"), com.google.cloud.vertexai.api.GenerateContentResponse.class);
        assertThat(candidates.inner()).isEqualTo(com.google.cloud.vertexai.api.Candidate.class);
    }

    /** The message and all that are inside it. */
    private static void inside(Message message, List<Message> all) {
        all.add(message);
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            Collection<?> values = field.getValue() instanceof Collection<?> many ? many : List.of(field.getValue());
            for (Object value : values) {
                // entries of maps are of a class of the runtime
                if (value instanceof Message inner && !field.getKey().isMapField()) {
                    inside(inner, all);
                }
            }
        }
    }
}
