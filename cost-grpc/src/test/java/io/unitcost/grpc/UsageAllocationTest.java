package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.vertexai.api.Candidate;
import com.google.cloud.vertexai.api.Content;
import com.google.cloud.vertexai.api.GenerateContentResponse;
import com.google.cloud.vertexai.api.Part;
import com.google.protobuf.Message;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What reading a message allocates, the best of a few tries after warming up. */
class UsageAllocationTest {

    private static final int WARM_UP = 30_000;
    private static final int MESSAGES = 20_000;
    private static final int TRIES = 5;
    private static final double SLACK = 0.5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aMessageWithoutUsageAllocatesNothing() {
        Message generated = GenerateContentResponse.newBuilder()
                .addCandidates(Candidate.newBuilder()
                        .setContent(
                                Content.newBuilder().addParts(Part.newBuilder().setText("some text"))))
                .build();
        check("google.cloud.vertexai.v1.PredictionService/StreamGenerateContent", generated);
        check(
                TestProtos.XAI_STREAM,
                TestProtos.response(TestProtos.XAI_STREAM, "outputs { delta { content: 'some text' } }"));
        check(
                TestProtos.TRITON_STREAM,
                TestProtos.response(
                        TestProtos.TRITON_STREAM,
                        "infer_response { outputs { name: 'text_output' datatype: 'BYTES' } }"));
        check(TestProtos.TENSOR_FLOW, TestProtos.response(TestProtos.TENSOR_FLOW, ""));
    }

    private void check(String method, Message message) {
        UsageReading reading = GrpcPresetsTest.preset(method).reading(null);
        double bytes = bytes(reading::response, message);
        assertThat(reading.hasOutput()).isTrue();
        assertThat(reading.hasUsage()).isFalse();
        assertThat(bytes).as(method).isLessThan(SLACK);
    }

    private double bytes(Consumer<Object> reader, Object message) {
        for (int i = 0; i < WARM_UP; i++) {
            reader.accept(message);
        }
        double best = Double.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int j = 0; j < MESSAGES; j++) {
                reader.accept(message);
            }
            long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            best = Math.min(best, (after - before) / (double) MESSAGES);
        }
        return best;
    }
}
