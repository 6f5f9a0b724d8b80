package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.vertexai.api.Candidate;
import com.google.cloud.vertexai.api.Candidate.FinishReason;
import com.google.cloud.vertexai.api.Content;
import com.google.cloud.vertexai.api.EmbedContentRequest;
import com.google.cloud.vertexai.api.EmbedContentResponse;
import com.google.cloud.vertexai.api.GenerateContentRequest;
import com.google.cloud.vertexai.api.GenerateContentResponse;
import com.google.cloud.vertexai.api.GenerateContentResponse.UsageMetadata;
import com.google.cloud.vertexai.api.GenerationConfig;
import com.google.cloud.vertexai.api.Modality;
import com.google.cloud.vertexai.api.ModalityTokenCount;
import com.google.cloud.vertexai.api.Part;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.unitcost.Attempt;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gemini on Vertex AI, with the classes that Google publishes. */
class VertexUsageTest {

    private static final String UNARY = "google.cloud.vertexai.v1.PredictionService/GenerateContent";
    private static final String STREAM = "google.cloud.aiplatform.v1.PredictionService/StreamGenerateContent";
    private static final String MODEL = "projects/p/locations/us-central1/publishers/google/models/gemini-2.5-pro";

    static final UsageMetadata FULL = UsageMetadata.newBuilder()
            .setPromptTokenCount(1_200)
            .setCachedContentTokenCount(1_000)
            .setCandidatesTokenCount(300)
            .setThoughtsTokenCount(90)
            .setTotalTokenCount(1_590)
            .addPromptTokensDetails(tokens(Modality.TEXT, 900))
            .addPromptTokensDetails(tokens(Modality.AUDIO, 200))
            .addPromptTokensDetails(tokens(Modality.DOCUMENT, 60))
            .addPromptTokensDetails(tokens(Modality.IMAGE, 40))
            .addCacheTokensDetails(tokens(Modality.TEXT, 800))
            .addCacheTokensDetails(tokens(Modality.AUDIO, 200))
            .addCandidatesTokensDetails(tokens(Modality.TEXT, 300))
            .build();

    @Test
    void oneAnswerSaysTheSame_asTheSameAnswerInJson() throws InvalidProtocolBufferException {
        GenerateContentResponse answer = answer("The answer.", FinishReason.STOP)
                .setResponseId("r-1")
                .setModelVersion("gemini-2.5-pro-002")
                .setUsageMetadata(FULL)
                .build();
        UsageReading reading = GrpcPresetsTest.preset(UNARY).reading(null);
        reading.request(GenerateContentRequest.newBuilder().setModel(MODEL).build());
        assertThat(reading.requestModel()).isEqualTo("gemini-2.5-pro");
        reading.response(answer);

        UsageReport json = json(answer);
        assertThat(reading.usage()).isEqualTo(json.usage());
        // 300 + 90
        assertThat(reading.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(390);
        assertThat(reading.usage().count(Unit.REASONING_TOKENS)).isEqualTo(90);
        // 60 + 40
        assertThat(reading.usage().count(Unit.of("input_image_tokens"))).isEqualTo(100);
        assertThat(reading.model()).isEqualTo(json.model());
        assertThat(reading.isFinished()).isTrue();
        Attempt.Builder attempt = Attempt.of("google", null);
        reading.fill(attempt);
        assertThat(attempt.build().responseId()).isEqualTo(json.responseId()).isEqualTo("r-1");
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void aStreamCountsCumulatively_andChunksWithoutUsageSayNothing() throws InvalidProtocolBufferException {
        UsageReading reading = GrpcPresetsTest.preset(STREAM).reading(null);
        reading.request(GenerateContentRequest.newBuilder().setModel(MODEL).build());
        reading.response(answer("The ", FinishReason.FINISH_REASON_UNSPECIFIED).build());
        assertThat(reading.hasOutput()).isTrue();
        assertThat(reading.hasUsage()).isFalse();
        assertThat(reading.usage()).isSameAs(Usage.NONE);
        GenerateContentResponse early = answer("answer", FinishReason.FINISH_REASON_UNSPECIFIED)
                .setUsageMetadata(FULL.toBuilder().clearCandidatesTokenCount().clearCandidatesTokensDetails())
                .build();
        reading.response(early);
        assertThat(reading.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(90);
        assertThat(reading.isFinished()).isFalse();
        // counts it no longer says stay as they were
        GenerateContentResponse late = answer(".", FinishReason.STOP)
                .setUsageMetadata(FULL.toBuilder().clearThoughtsTokenCount())
                .build();
        reading.response(late);
        assertThat(reading.isFinished()).isTrue();

        UsageReader json = UsageReader.of("google");
        for (Message message : List.of(early, late)) {
            byte[] event = ("data: "
                            + JsonFormat.printer()
                                    .omittingInsignificantWhitespace()
                                    .print(message) + "\n\n")
                    .getBytes(StandardCharsets.UTF_8);
            json.read(event, 0, event.length);
        }
        assertThat(reading.usage()).isEqualTo(json.report().usage());
        assertThat(reading.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(390);
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void messagesWithoutAClassSayTheSame() throws InvalidProtocolBufferException {
        GenerateContentResponse answer = answer("The answer.", FinishReason.STOP)
                .setModelVersion("gemini-2.5-pro-002")
                .setUsageMetadata(FULL)
                .build();
        GrpcUsage usage = GrpcPresetsTest.preset(UNARY);
        UsageReading generated = usage.reading(null);
        generated.response(answer);
        UsageReading dynamic = usage.reading(null);
        dynamic.response(DynamicMessage.parseFrom(answer.getDescriptorForType(), answer.toByteString()));
        assertThat(dynamic.usage()).isEqualTo(generated.usage());
        assertThat(dynamic.usage().size()).isGreaterThan(5);
        assertThat(dynamic.model()).isEqualTo(generated.model());
        // one stream with both, as a proxy may make it
        dynamic.response(answer);
        assertThat(dynamic.usage()).isEqualTo(generated.usage());
    }

    @Test
    void aBlockedPromptIsFinished() {
        UsageReading reading = GrpcPresetsTest.preset(UNARY).reading(null);
        reading.response(GenerateContentResponse.newBuilder()
                .setPromptFeedback(GenerateContentResponse.PromptFeedback.newBuilder()
                        .setBlockReason(GenerateContentResponse.PromptFeedback.BlockedReason.SAFETY))
                .setUsageMetadata(UsageMetadata.newBuilder().setPromptTokenCount(5))
                .build());
        assertThat(reading.isFinished()).isTrue();
        assertThat(reading.hasOutput()).isFalse();
        assertThat(reading.usage().count(Unit.INPUT_TOKENS)).isEqualTo(5);
    }

    @Test
    void anAnswerWithoutUsageIsEstimatedFromItsText() {
        UsageReading reading = GrpcPresetsTest.preset(UNARY).reading(TokenEstimator.byScript());
        reading.request(GenerateContentRequest.newBuilder()
                .setModel(MODEL)
                .addContents(content("sixteen letters."))
                .setSystemInstruction(content("and eight letters more.."))
                .setGenerationConfig(GenerationConfig.newBuilder().setMaxOutputTokens(3))
                .build());
        reading.response(answer("sixteen letters.", FinishReason.STOP).build());
        // (16 + 24) / 4 in, 16 / 4 out, of which 3 are allowed
        assertThat(reading.estimate()).isEqualTo(Usage.tokens(10, 3));
        assertThat(reading.hasUsage()).isFalse();
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void anEmbeddingCountsItsInput() {
        GrpcUsage embedding = GrpcPresetsTest.preset("google.cloud.vertexai.v1.PredictionService/EmbedContent");
        assertThat(embedding.service()).isEqualTo("embedding");
        UsageReading reading = embedding.reading(null);
        reading.request(EmbedContentRequest.newBuilder()
                .setModel("publishers/google/models/gemini-embedding-001")
                .setContent(content("text"))
                .build());
        reading.response(EmbedContentResponse.newBuilder()
                .setUsageMetadata(
                        com.google.cloud.vertexai.api.UsageMetadata.newBuilder().setPromptTokenCount(9))
                .build());
        assertThat(reading.usage().count(Unit.INPUT_TOKENS)).isEqualTo(9);
        assertThat(reading.usage().has(Unit.OUTPUT_TOKENS)).isFalse();
        assertThat(reading.model()).isEqualTo("gemini-embedding-001");
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void trafficIsAServiceTier_namedAsInJson() throws InvalidProtocolBufferException {
        // a newer version of the message than the published classes know
        for (String traffic : List.of("ON_DEMAND_PRIORITY", "ON_DEMAND_FLEX", "ON_DEMAND", "PROVISIONED_THROUGHPUT")) {
            Message answer = TestProtos.message(
                    "google.cloud.aiplatform.v1beta1.GenerateContentResponse",
                    "usage_metadata { prompt_token_count: 7 tool_use_prompt_token_count: 5 candidates_token_count: 10"
                            + " tool_use_prompt_tokens_details { modality: TEXT token_count: 5 } traffic_type: "
                            + traffic
                            + " }");
            UsageReading reading = GrpcPresetsTest.preset(
                            "google.cloud.aiplatform.v1beta1.PredictionService/GenerateContent")
                    .reading(null);
            reading.response(answer);
            Attempt.Builder attempt = Attempt.of("google", null);
            reading.fill(attempt);
            UsageReport json = json(answer);
            assertThat(attempt.build().serviceTier()).as(traffic).isEqualTo(json.serviceTier());
            // 7 + 5
            assertThat(reading.usage().count(Unit.INPUT_TOKENS)).isEqualTo(12);
            assertThat(json.usage().units()).isNotEmpty().allSatisfy(unit -> assertThat(
                            reading.usage().count(unit))
                    .isEqualTo(json.usage().count(unit)));
        }
    }

    private static UsageReport json(Message message) throws InvalidProtocolBufferException {
        byte[] body = JsonFormat.printer().print(message).getBytes(StandardCharsets.UTF_8);
        UsageReader reader = UsageReader.of("google");
        reader.read(body, 0, body.length);
        return reader.report();
    }

    private static GenerateContentResponse.Builder answer(String text, FinishReason reason) {
        return GenerateContentResponse.newBuilder()
                .addCandidates(Candidate.newBuilder().setContent(content(text)).setFinishReason(reason));
    }

    private static Content content(String text) {
        return Content.newBuilder().addParts(Part.newBuilder().setText(text)).build();
    }

    private static ModalityTokenCount tokens(Modality modality, int count) {
        return ModalityTokenCount.newBuilder()
                .setModality(modality)
                .setTokenCount(count)
                .build();
    }
}
