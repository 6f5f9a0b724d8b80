package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.TokenEstimator;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Seven tokens in, ten tokens out, whatever a protocol makes of it. */
class GrpcPresetsTest {

    private static final Usage SEVEN_AND_TEN = Usage.builder()
            .set(Unit.INPUT_TOKENS, 7)
            .set(Unit.CACHE_READ_TOKENS, 4)
            .set(Unit.OUTPUT_TOKENS, 10)
            .build();

    static Stream<Arguments> tenTokens() {
        return Stream.of(
                // increments; the last message repeats the last one
                Arguments.of(
                        TestProtos.VLLM, List.of(vllmChunk(0, 3), vllmChunk(0, 5), vllmChunk(0, 2), vllmEnd(0, 2))),
                // the same, not streamed: one message with everything
                Arguments.of(TestProtos.VLLM, List.of(vllmEnd(0, 10))),
                // two choices, mixed, one of them in one piece
                Arguments.of(
                        TestProtos.VLLM,
                        List.of(
                                vllmChunk(0, 3),
                                vllmChunk(1, 1),
                                vllmChunk(0, 2),
                                vllmEnd(0, 2),
                                vllmChunk(1, 4),
                                vllmEnd(1, 4))),
                Arguments.of(TestProtos.VLLM, List.of(vllmChunk(0, 3), vllmEnd(0, 3), vllmEnd(1, 7))),
                // cumulative for each choice, and once more at the end
                Arguments.of(
                        TestProtos.SGLANG, List.of(chunk("index", 0, 3), chunk("index", 0, 8), end("index", 0, 10))),
                Arguments.of(
                        TestProtos.SGLANG,
                        List.of(chunk("index", 0, 3), chunk("index", 1, 4), end("index", 0, 4), end("index", 1, 6))),
                Arguments.of(
                        TestProtos.TENSOR_RT,
                        List.of(
                                chunk("sequence_index", 0, 9),
                                chunk("sequence_index", 0, 10),
                                end("sequence_index", 0, 10))),
                Arguments.of(TestProtos.TENSOR_RT, List.of(end("sequence_index", 0, 5), end("sequence_index", 1, 5))),
                Arguments.of(TestProtos.TOKEN_SPEED, List.of(chunk("index", 0, 6), end("index", 0, 10))),
                Arguments.of(
                        TestProtos.MLX, List.of(chunk("index", 0, 6), chunk("index", 0, 10), end("index", 0, 10))));
    }

    private static String vllmChunk(int index, int tokens) {
        return chunk("index", index, tokens);
    }

    private static String vllmEnd(int index, int tokens) {
        return end("index", index, tokens);
    }

    private static String chunk(String field, int index, int tokens) {
        return "chunk { token_ids: [1, 2] prompt_tokens: 7 cached_tokens: 4 completion_tokens: " + tokens + " " + field
                + ": " + index + " }";
    }

    private static String end(String field, int index, int tokens) {
        return "complete { finish_reason: 'stop' prompt_tokens: 7 cached_tokens: 4 completion_tokens: " + tokens + " "
                + field + ": " + index + " }";
    }

    @ParameterizedTest
    @MethodSource("tenTokens")
    void tenTokensAreTen_whateverTheMessagesRepeat(String method, List<String> messages) {
        UsageReading reading = reading(method);
        long choices = messages.stream()
                .filter(message -> message.startsWith("complete"))
                .count();
        if (choices > 1) {
            String number = method.equals(TestProtos.TENSOR_RT)
                    ? "sampling_config { num_return_sequences: "
                    : "sampling_params { n: ";
            reading.request(TestProtos.request(method, number + choices + " }"));
        }
        for (String message : messages) {
            assertThat(reading.isFinished()).isFalse();
            reading.response(TestProtos.response(method, message));
        }
        Usage read = reading.usage();
        assertThat(List.of(Unit.INPUT_TOKENS, Unit.CACHE_READ_TOKENS, Unit.OUTPUT_TOKENS))
                .allSatisfy(unit -> assertThat(read.count(unit)).isEqualTo(SEVEN_AND_TEN.count(unit)));
        assertThat(reading.hasUsage()).isTrue();
        assertThat(reading.hasOutput()).isTrue();
        assertThat(reading.isFinished()).isTrue();
        assertThat(reading.isError()).isFalse();
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void severalChoicesAreFinished_whenAllOfThemAre() {
        UsageReading reading = reading(TestProtos.VLLM);
        reading.request(TestProtos.request(TestProtos.VLLM, "sampling_params { n: 2 }"));
        reading.response(TestProtos.response(TestProtos.VLLM, vllmEnd(0, 5)));
        reading.response(TestProtos.response(TestProtos.VLLM, vllmEnd(0, 5)));
        assertThat(reading.isFinished()).isFalse();
        reading.response(TestProtos.response(TestProtos.VLLM, vllmEnd(1, 5)));
        assertThat(reading.isFinished()).isTrue();
    }

    @Test
    void reasoningOfSglangIsInItsOutput() {
        UsageReading reading = reading(TestProtos.SGLANG);
        reading.response(TestProtos.response(
                TestProtos.SGLANG,
                "request_id: 'r1' complete { prompt_tokens: 7 completion_tokens: 10 reasoning_tokens: 6 }"));
        assertThat(reading.usage())
                .isEqualTo(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 7)
                        .set(Unit.CACHE_READ_TOKENS, 0)
                        .set(Unit.OUTPUT_TOKENS, 10)
                        .set(Unit.REASONING_TOKENS, 6)
                        .build());
        assertThat(filled(reading).responseId()).isEqualTo("r1");
    }

    @Test
    void thePromptOfAnEngineIsKnownFromTheRequest() {
        for (String method : List.of(TestProtos.VLLM, TestProtos.SGLANG, TestProtos.TOKEN_SPEED, TestProtos.MLX)) {
            UsageReading reading = reading(method);
            reading.request(TestProtos.request(method, "tokenized { input_ids: [5, 6, 7] }"));
            assertThat(reading.hasUsage()).as(method).isFalse();
            assertThat(reading.promptOnly()).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 3));
            assertThat(reading.estimate()).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 3));
            assertThat(reading.usage()).isSameAs(Usage.NONE);
        }
        UsageReading reading = reading(TestProtos.TENSOR_RT);
        reading.request(TestProtos.request(TestProtos.TENSOR_RT, "tokenized { input_token_ids: [5, 6] }"));
        assertThat(reading.promptOnly()).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 2));
    }

    @Test
    void aStreamOfTgisSaysItsInputFirst_andItsOutputCumulatively() {
        UsageReading reading = reading(TestProtos.TGIS_STREAM);
        reading.request(TestProtos.request(
                TestProtos.TGIS_STREAM,
                "model_id: 'granite' request { text: 'say it' } params { stopping { max_new_tokens: 20 } }"));
        reading.response(TestProtos.response(TestProtos.TGIS_STREAM, "input_token_count: 7"));
        assertThat(reading.hasOutput()).isFalse();
        reading.response(TestProtos.response(TestProtos.TGIS_STREAM, "generated_token_count: 4 text: 'one two'"));
        assertThat(reading.hasOutput()).isTrue();
        assertThat(reading.isFinished()).isFalse();
        reading.response(TestProtos.response(
                TestProtos.TGIS_STREAM, "generated_token_count: 10 text: ' three' stop_reason: TIME_LIMIT"));
        assertThat(reading.isFinished()).isTrue();
        assertThat(reading.isError()).isFalse();
        assertThat(reading.usage()).isEqualTo(Usage.tokens(7, 10));
        assertThat(reading.model()).isEqualTo("granite");
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void aBatchOfTgisIsAddedUp_andAnErrorIsOne() {
        UsageReading reading = reading(TestProtos.TGIS);
        reading.request(TestProtos.request(TestProtos.TGIS, "requests { text: 'a' } requests { text: 'b' }"));
        reading.response(TestProtos.response(TestProtos.TGIS, """
                responses { input_token_count: 4 generated_token_count: 9 stop_reason: EOS_TOKEN }
                responses { input_token_count: 3 generated_token_count: 1 stop_reason: ERROR }"""));
        assertThat(reading.usage()).isEqualTo(Usage.tokens(7, 10));
        assertThat(reading.isFinished()).isTrue();
        assertThat(reading.isError()).isTrue();
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void xaiCountsCumulatively_leavesReasoningOut_andSaysWhatItBills() {
        UsageReading reading = reading(TestProtos.XAI_STREAM);
        reading.request(
                TestProtos.request(TestProtos.XAI_STREAM, "model: 'grok-4' messages { content { text: 'hello' } }"));
        assertThat(reading.model()).isEqualTo("grok-4");
        reading.response(TestProtos.response(TestProtos.XAI_STREAM, """
                id: 'x1' model: 'grok-4-0709' outputs { delta { reasoning_content: 'hm' } }
                usage { prompt_tokens: 7 cached_prompt_text_tokens: 4 reasoning_tokens: 5 }"""));
        reading.response(TestProtos.response(TestProtos.XAI_STREAM, """
                outputs { delta { content: 'hi' } }
                usage { prompt_tokens: 7 cached_prompt_text_tokens: 4 reasoning_tokens: 6 completion_tokens: 1 }"""));
        assertThat(reading.isFinished()).isFalse();
        reading.response(TestProtos.response(TestProtos.XAI_STREAM, """
                outputs { finish_reason: REASON_STOP } service_tier: SERVICE_TIER_PRIORITY
                usage { prompt_tokens: 7 cached_prompt_text_tokens: 4 reasoning_tokens: 6 completion_tokens: 4
                        cost_in_usd_ticks: 37756000 }"""));
        assertThat(reading.usage())
                .isEqualTo(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 7)
                        .set(Unit.CACHE_READ_TOKENS, 4)
                        .set(Unit.of("input_image_tokens"), 0)
                        // 4 + 6
                        .set(Unit.OUTPUT_TOKENS, 10)
                        .set(Unit.REASONING_TOKENS, 6)
                        .build());
        assertThat(reading.isFinished()).isTrue();
        assertThat(reading.model()).isEqualTo("grok-4-0709");
        Attempt attempt = filled(reading);
        assertThat(attempt.responseId()).isEqualTo("x1");
        assertThat(attempt.serviceTier()).isEqualTo("priority");
        // 37756000 / 10^10
        assertThat(attempt.reportedCost()).isEqualTo(Money.of(new BigDecimal("0.0037756"), Money.USD));
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void oneAnswerOfXaiIsReadToo() {
        UsageReading reading = reading(TestProtos.XAI);
        reading.response(TestProtos.response(TestProtos.XAI, """
                model: 'grok-4-0709' outputs { finish_reason: REASON_STOP message { content: 'hi' } }
                service_tier: SERVICE_TIER_UNSPECIFIED usage { prompt_tokens: 7 completion_tokens: 10 }"""));
        assertThat(reading.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(10);
        assertThat(reading.hasOutput()).isTrue();
        assertThat(filled(reading).serviceTier()).isNull();
        UsageReading sample = preset("xai_api.Sample/SampleText").reading(null);
        sample.response(TestProtos.response("xai_api.Sample/SampleText", """
                id: 's1' model: 'grok-4-0709' choices { finish_reason: REASON_STOP text: 'hi' }
                usage { prompt_tokens: 7 completion_tokens: 10 }"""));
        assertThat(sample.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(10);
        assertThat(sample.problems()).isEmpty();
    }

    @Test
    void tensorFlowSaysTheModelAndNothingElse() {
        UsageReading reading = reading(TestProtos.TENSOR_FLOW);
        reading.request(TestProtos.request(TestProtos.TENSOR_FLOW, "model_spec { name: 'ranker' }"));
        assertThat(reading.hasOutput()).isFalse();
        reading.response(TestProtos.response(TestProtos.TENSOR_FLOW, "model_spec { name: 'ranker' }"));
        assertThat(reading.model()).isEqualTo("ranker");
        assertThat(reading.hasUsage()).isFalse();
        assertThat(reading.usage()).isSameAs(Usage.NONE);
        assertThat(reading.hasOutput()).isTrue();
        assertThat(reading.isFinished()).isTrue();
    }

    @Test
    void embeddingsAreSupport_andCountTheirInput() {
        for (String service : List.of(
                "vllm.grpc.engine.VllmEngine", "sglang.grpc.scheduler.SglangScheduler", "trtllm.TrtllmService")) {
            GrpcUsage usage = preset(service + "/Embed");
            assertThat(usage.service()).isEqualTo("embedding");
            UsageReading reading = usage.reading(null);
            reading.request(TestProtos.request(service + "/Embed", "request_id: 'r'"));
            reading.response(TestProtos.response(service + "/Embed", "embedding: [0.5, 0.5] prompt_tokens: 7"));
            assertThat(reading.usage()).as(service).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 7));
            assertThat(reading.problems()).isEmpty();
        }
    }

    @Test
    void aCutStreamHasWhatWasCountedSoFar_andItsPromptAlone() {
        UsageReading reading = reading(TestProtos.VLLM);
        reading.response(TestProtos.response(TestProtos.VLLM, vllmChunk(0, 3)));
        assertThat(reading.isFinished()).isFalse();
        assertThat(reading.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(3);
        assertThat(reading.promptOnly()).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 7, Unit.CACHE_READ_TOKENS, 4));
    }

    @Test
    void estimatesComeFromTheText_withinWhatTheRequestAllows() {
        // 16 ASCII characters are 4 tokens
        UsageReading reading = preset(TestProtos.TGIS_STREAM).reading(TokenEstimator.byScript());
        reading.request(TestProtos.request(
                TestProtos.TGIS_STREAM,
                "request { text: 'sixteen letters.' } params { stopping { max_new_tokens: 3 } }"));
        assertThat(reading.promptOnly()).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 4));
        reading.response(TestProtos.response(TestProtos.TGIS_STREAM, "text: 'eight ch'"));
        assertThat(reading.estimate()).isEqualTo(Usage.tokens(4, 2));
        reading.response(TestProtos.response(TestProtos.TGIS_STREAM, "text: 'and sixteen more'"));
        assertThat(reading.estimate()).isEqualTo(Usage.tokens(4, 3));
        assertThat(reading.hasUsage()).isFalse();
        assertThat(reading.hasOutput()).isTrue();
    }

    @Test
    void presetsNameEveryMethodOnce_andSelfHostedEnginesNoProvider() {
        List<String> methods = GrpcUsage.presets().stream()
                .flatMap(usage -> usage.methods().stream())
                .toList();
        assertThat(methods).doesNotHaveDuplicates().hasSizeGreaterThan(30);
        assertThat(preset(TestProtos.VLLM).provider()).isNull();
        assertThat(preset(TestProtos.XAI).provider()).isEqualTo("x-ai");
        assertThat(preset("google.cloud.aiplatform.v1.PredictionService/GenerateContent")
                        .provider())
                .isEqualTo("google");
        assertThat(GrpcUsage.presets()).filteredOn(GrpcUsage::isCorrelated).hasSize(1);
    }

    private static UsageReading reading(String method) {
        return preset(method).reading(null);
    }

    static GrpcUsage preset(String method) {
        // new ones, which have not yet told anyone what does not fit
        return GrpcPresets.all().stream()
                .filter(usage -> usage.methods().contains(method))
                .findFirst()
                .orElseThrow();
    }

    private static Attempt filled(UsageReading reading) {
        Attempt.Builder attempt = Attempt.of("p", "m");
        reading.fill(attempt);
        return attempt.build();
    }
}
