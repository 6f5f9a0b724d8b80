package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.DynamicMessage;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.TokenEstimator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens in tensors and parameters, many requests in one stream. */
class TritonUsageTest {

    static Stream<Arguments> sevenTensors() {
        return Stream.of(
                typed("UINT32", "uint_contents: [7]"),
                typed("UINT32", "uint_contents: [3, 4]"),
                typed("INT32", "int_contents: [7]"),
                typed("INT64", "int64_contents: [7]"),
                typed("UINT64", "uint64_contents: [7]"),
                typed("FP32", "fp32_contents: [7]"),
                raw("UINT8", "\\007"),
                raw("INT16", "\\007\\000"),
                raw("UINT32", "\\007\\000\\000\\000"),
                raw("INT32", "\\003\\000\\000\\000\\004\\000\\000\\000"),
                raw("INT64", "\\007\\000\\000\\000\\000\\000\\000\\000"),
                raw("UINT64", "\\007\\000\\000\\000\\000\\000\\000\\000"),
                raw("FP32", "\\000\\000\\340\\100"),
                parameter("int64_param: 7"),
                parameter("uint64_param: 7"),
                parameter("string_param: '7'"));
    }

    private static Arguments typed(String type, String contents) {
        return Arguments.of("outputs { name: 'text_output' datatype: 'BYTES' }"
                + " outputs { name: 'num_output_tokens' datatype: '" + type + "' contents { " + contents + " } }");
    }

    private static Arguments raw(String type, String bytes) {
        return Arguments.of("outputs { name: 'text_output' datatype: 'BYTES' }"
                + " outputs { name: 'num_output_tokens' datatype: '" + type + "' }"
                + " raw_output_contents: '\\002\\000\\000\\000hi' raw_output_contents: '" + bytes + "'");
    }

    private static Arguments parameter(String value) {
        return Arguments.of("parameters { key: 'num_output_tokens' value { " + value + " } }");
    }

    @ParameterizedTest
    @MethodSource("sevenTensors")
    void sevenTokensAreSeven_inWhateverTensorOrParameter(String response) {
        UsageReading reading = GrpcPresetsTest.preset(TestProtos.TRITON).reading(null);
        reading.response(TestProtos.response(TestProtos.TRITON, response));
        assertThat(reading.usage()).isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 7));
        assertThat(reading.problems()).isEmpty();
        UsageReading stream = GrpcPresetsTest.preset(TestProtos.TRITON_STREAM).reading(null);
        stream.response(TestProtos.response(TestProtos.TRITON_STREAM, "infer_response { " + response + " }"));
        assertThat(stream.usage()).isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 7));
        assertThat(stream.problems()).isEmpty();
    }

    @Test
    void eachResponseOfAStreamCountsItsOwn_andThePromptStays() {
        UsageReading reading = GrpcPresetsTest.preset(TestProtos.TRITON_STREAM).reading(null);
        reading.request(TestProtos.request(TestProtos.TRITON_STREAM, "model_name: 'llama' id: 'a'"));
        assertThat(reading.model()).isEqualTo("llama");
        assertThat(reading.hasOutput()).isFalse();
        for (int tokens : List.of(3, 5, 2)) {
            reading.response(part("a", tokens, false));
            assertThat(reading.isFinished()).isFalse();
        }
        reading.response(TestProtos.response(TestProtos.TRITON_STREAM, """
                infer_response { model_name: 'llama' id: 'a'
                  parameters { key: 'triton_final_response' value { bool_param: true } } }"""));
        assertThat(reading.isFinished()).isTrue();
        assertThat(reading.hasOutput()).isTrue();
        assertThat(reading.usage()).isEqualTo(Usage.tokens(7, 10));
    }

    @Test
    void requestsInOneStreamAreToldApart() {
        GrpcUsage usage = GrpcPresetsTest.preset(TestProtos.TRITON_STREAM);
        assertThat(usage.isCorrelated()).isTrue();
        assertThat(usage.requestKey(TestProtos.request(TestProtos.TRITON_STREAM, "id: 'b'")))
                .isEqualTo("b");
        assertThat(usage.responseKey(part("a", 1, false))).isEqualTo("a");
        assertThat(usage.requestKey(TestProtos.request(TestProtos.TRITON_STREAM, "model_name: 'm'")))
                .isNull();
        assertThat(usage.responseKey(TestProtos.response(TestProtos.TRITON_STREAM, "error_message: 'no'")))
                .isNull();
        assertThat(usage.requestKey("no message")).isNull();
        assertThat(GrpcPresetsTest.preset(TestProtos.TRITON).isCorrelated()).isFalse();
    }

    @Test
    void anErrorInTheStreamIsOne_thoughTheCallIsFine() {
        UsageReading reading = GrpcPresetsTest.preset(TestProtos.TRITON_STREAM).reading(null);
        reading.response(part("a", 3, false));
        assertThat(reading.isError()).isFalse();
        reading.response(TestProtos.response(
                TestProtos.TRITON_STREAM, "error_message: 'out of memory' infer_response { id: 'a' }"));
        assertThat(reading.isError()).isTrue();
        assertThat(reading.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(3);
    }

    @Test
    void textInTensorsIsEstimated_whereNobodyAskedForCounts() {
        UsageReading reading = GrpcPresetsTest.preset(TestProtos.TRITON).reading(TokenEstimator.byScript());
        reading.request(TestProtos.request(TestProtos.TRITON, """
                model_name: 'llama' inputs { name: 'stream' datatype: 'BOOL' } inputs { name: 'text_input' datatype: 'BYTES' }
                raw_input_contents: '\\001' raw_input_contents: '\\020\\000\\000\\000sixteen letters.'"""));
        reading.response(TestProtos.response(TestProtos.TRITON, """
                outputs { name: 'text_output' datatype: 'BYTES' contents { bytes_contents: 'eight ch' } }"""));
        // 16 / 4 and 8 / 4
        assertThat(reading.estimate()).isEqualTo(Usage.tokens(4, 2));
        assertThat(reading.hasUsage()).isFalse();
        assertThat(reading.hasOutput()).isTrue();
    }

    @Test
    void rawBytesThatLieAboutTheirLengthSayNothing() {
        UsageReading reading = GrpcPresetsTest.preset(TestProtos.TRITON).reading(TokenEstimator.byScript());
        reading.response(TestProtos.response(TestProtos.TRITON, """
                outputs { name: 'text_output' datatype: 'BYTES' } outputs { name: 'num_output_tokens' datatype: 'INT32' }
                raw_output_contents: '\\377\\377\\377\\377hi' raw_output_contents: '\\007'"""));
        assertThat(reading.estimate()).isEqualTo(Usage.NONE);
        assertThat(reading.hasUsage()).isFalse();
    }

    @Test
    void otherNamesCanBeGiven() {
        GrpcUsage usage = GrpcUsage.triton(null, "sequence.length").get(0);
        UsageReading reading = usage.reading(null);
        reading.response(TestProtos.response(TestProtos.TRITON, """
                outputs { name: 'sequence.length' datatype: 'INT32' contents { int_contents: 10 } }"""));
        assertThat(reading.usage()).isEqualTo(Usage.of(Unit.OUTPUT_TOKENS, 10));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GrpcUsage.triton(null, "a)b"))
                .withMessageContaining("outputTokens")
                .withMessageContaining("'a)b'");
    }

    static DynamicMessage part(String id, int tokens, boolean last) {
        return TestProtos.response(TestProtos.TRITON_STREAM, """
                infer_response { model_name: 'llama' id: '%s'
                  parameters { key: 'triton_final_response' value { bool_param: %s } }
                  outputs { name: 'num_input_tokens' datatype: 'UINT32' contents { uint_contents: 7 } }
                  outputs { name: 'num_output_tokens' datatype: 'UINT32' contents { uint_contents: %d } } }""".formatted(id, last, tokens));
    }
}
