package io.unitcost.grpc;

import io.unitcost.price.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is known of how models report on gRPC, each with the file that says so. */
final class GrpcPresets {

    static final List<GrpcUsage> ALL = all();

    private GrpcPresets() {}

    static List<GrpcUsage> all() {
        List<GrpcUsage> all = new ArrayList<>();
        all.add(gemini());
        all.add(geminiEmbedding());
        all.add(xai());
        all.add(xaiText());
        all.add(vllm());
        all.add(sglang());
        all.add(tensorRt());
        all.add(tokenSpeed());
        all.add(mlx());
        all.add(engineEmbedding());
        all.add(tgis());
        all.addAll(triton("num_input_tokens", "num_output_tokens"));
        all.add(tensorFlow());
        return List.copyOf(all);
    }

    /**
     * google/cloud/aiplatform/v1/prediction_service.proto. The prompt contains what is cached and leaves out what tools asked
     * for; candidates leave thoughts out. Chunks count cumulatively.
     */
    private static GrpcUsage gemini() {
        GrpcUsage.Builder gemini = GrpcUsage.builder(vertex("GenerateContent", "StreamGenerateContent"))
                .requestText("contents[*].parts[*].text + system_instruction.parts[*].text")
                .responseText("candidates[*].content.parts[*].text")
                .output("candidates[*].content")
                .maxOutputTokens("generation_config.max_output_tokens")
                .choices("generation_config.candidate_count")
                .responseModel("model_version?")
                .responseId("response_id?")
                .finished("candidates[*].finish_reason | prompt_feedback.block_reason")
                .count(
                        Unit.OUTPUT_TOKENS,
                        "usage_metadata.candidates_token_count + usage_metadata.thoughts_token_count?")
                .count(Unit.REASONING_TOKENS, "usage_metadata.thoughts_token_count?");
        for (String modality : List.of("TEXT", "AUDIO", "IMAGE", "VIDEO")) {
            gemini.count(
                    Unit.of("output_" + modality.toLowerCase(Locale.ROOT) + "_tokens"),
                    details("candidates_tokens_details", modality));
        }
        return onVertex(gemini).build();
    }

    private static GrpcUsage geminiEmbedding() {
        GrpcUsage.Builder embedding = GrpcUsage.builder(vertex("EmbedContent"))
                .service("embedding")
                .requestText("content.parts[*].text + title");
        return onVertex(embedding).build();
    }

    private static GrpcUsage.Builder onVertex(GrpcUsage.Builder builder) {
        builder.provider("google")
                .requestModel("model")
                .modelIsLastSegment()
                .serviceTier("usage_metadata.traffic_type?", "ON_DEMAND_")
                .count(
                        Unit.INPUT_TOKENS,
                        "usage_metadata.prompt_token_count + usage_metadata.tool_use_prompt_token_count?")
                .count(Unit.CACHE_READ_TOKENS, "usage_metadata.cached_content_token_count?")
                .count(Unit.of("input_tool_tokens"), "usage_metadata.tool_use_prompt_token_count?");
        for (String modality : List.of("TEXT", "AUDIO", "IMAGE", "VIDEO")) {
            String name = modality.toLowerCase(Locale.ROOT);
            String prompt = details("prompt_tokens_details", modality);
            String tool = details("tool_use_prompt_tokens_details", modality);
            builder.count(Unit.of("input_" + name + "_tokens"), prompt + " + " + tool)
                    .count(Unit.of("input_" + name + "_tool_tokens"), tool)
                    .count(Unit.of("cache_" + name + "_read_tokens"), details("cache_tokens_details", modality));
        }
        return builder;
    }

    /** Tokens of a modality; documents are counted as pictures, by Google's rule. */
    private static String details(String list, String modality) {
        String path = "usage_metadata." + list + "?[modality=%s].token_count";
        return path.formatted(modality) + (modality.equals("IMAGE") ? " + " + path.formatted("DOCUMENT") : "");
    }

    private static String[] vertex(String... methods) {
        List<String> all = new ArrayList<>();
        for (String product : List.of("aiplatform", "vertexai")) {
            for (String version : List.of("v1", "v1beta1")) {
                for (String method : methods) {
                    all.add("google.cloud." + product + "." + version + ".PredictionService/" + method);
                }
            }
        }
        return all.toArray(String[]::new);
    }

    /**
     * xai/api/v1/chat.proto and usage.proto. Chunks count cumulatively, over all choices; completion leaves reasoning out.
     * {@code cost_in_usd_ticks} counts 10⁻¹⁰ USD (docs.x.ai, cost tracking).
     */
    private static GrpcUsage xai() {
        return xai("xai_api.Chat/GetCompletion", "xai_api.Chat/GetCompletionChunk")
                .requestText("messages[*].content[*].text")
                .responseText("outputs[*].delta.reasoning_content | outputs[*].message.reasoning_content"
                        + " + outputs[*].delta.content | outputs[*].message.content")
                .finished("outputs[*].finish_reason")
                .serviceTier("service_tier?", "SERVICE_TIER_")
                .build();
    }

    /** xai/api/v1/sample.proto. */
    private static GrpcUsage xaiText() {
        return xai("xai_api.Sample/SampleText", "xai_api.Sample/SampleTextStreaming")
                .requestText("prompt[*]")
                .responseText("choices[*].text")
                .finished("choices[*].finish_reason")
                .build();
    }

    private static GrpcUsage.Builder xai(String... methods) {
        return GrpcUsage.builder(methods)
                .provider("x-ai")
                .requestModel("model")
                .maxOutputTokens("max_tokens")
                .choices("n")
                .responseModel("model")
                .responseId("id")
                .reportedCost("usage.cost_in_usd_ticks?", 10)
                .count(Unit.INPUT_TOKENS, "usage.prompt_tokens")
                .count(Unit.CACHE_READ_TOKENS, "usage.cached_prompt_text_tokens?")
                .count(Unit.of("input_image_tokens"), "usage.prompt_image_tokens?")
                .count(Unit.OUTPUT_TOKENS, "usage.completion_tokens + usage.reasoning_tokens?")
                .count(Unit.REASONING_TOKENS, "usage.reasoning_tokens?");
    }

    /**
     * vllm_engine.proto and its servicer. Each chunk counts the tokens in it; {@code complete} repeats the last chunk of its
     * choice, or counts everything where no chunk came.
     */
    private static GrpcUsage vllm() {
        return engine("vllm.grpc.engine.VllmEngine")
                .requestText("tokenized.original_text | text")
                .maxOutputTokens("sampling_params.max_tokens")
                .choices("sampling_params.n")
                .perChoice("chunk.index | complete.index")
                .delta(Unit.OUTPUT_TOKENS, "chunk.completion_tokens | complete.completion_tokens")
                .repeatedInFinal("complete")
                .build();
    }

    /** sglang_scheduler.proto: "cumulative counts" for each choice. */
    private static GrpcUsage sglang() {
        return cumulative(engine("sglang.grpc.scheduler.SglangScheduler"))
                .responseId("request_id")
                .maxOutputTokens("sampling_params.max_new_tokens")
                .choices("sampling_params.n")
                .perChoice("chunk.index | complete.index")
                .count(Unit.REASONING_TOKENS, "chunk.reasoning_tokens? | complete.reasoning_tokens?")
                .build();
    }

    /** trtllm_service.proto. Tokens in chunks are new ones, their counts are cumulative for each sequence. */
    private static GrpcUsage tensorRt() {
        return cumulative(counted(GrpcUsage.builder("trtllm.TrtllmService/Generate"), "tokenized.input_token_ids"))
                .responseId("request_id")
                .maxOutputTokens("max_tokens")
                .choices("sampling_config.num_return_sequences")
                .perChoice("chunk.sequence_index | complete.sequence_index")
                .build();
    }

    /** tokenspeed_scheduler.proto: as SGLang's. */
    private static GrpcUsage tokenSpeed() {
        return cumulative(engine("tokenspeed.grpc.scheduler.TokenSpeedScheduler"))
                .responseId("request_id")
                .maxOutputTokens("sampling_params.max_new_tokens")
                .choices("sampling_params.n")
                .perChoice("chunk.index | complete.index")
                .build();
    }

    /** mlx_engine.proto and its servicer: cumulative, one choice. */
    private static GrpcUsage mlx() {
        return cumulative(engine("mlx.grpc.engine.MlxEngine"))
                .requestText("tokenized.original_text | text")
                .maxOutputTokens("sampling_params.max_tokens")
                .perChoice("chunk.index | complete.index")
                .build();
    }

    private static GrpcUsage.Builder engine(String service) {
        return counted(GrpcUsage.builder(service + "/Generate"), "tokenized.input_ids");
    }

    /** The engines say the prompt in every message, and no model: it is the one that the server was started with. */
    private static GrpcUsage.Builder counted(GrpcUsage.Builder builder, String tokenIds) {
        return builder.requestCount(Unit.INPUT_TOKENS, tokenIds + ".size()")
                .finished("complete")
                .count(Unit.INPUT_TOKENS, "chunk.prompt_tokens | complete.prompt_tokens")
                .count(Unit.CACHE_READ_TOKENS, "chunk.cached_tokens | complete.cached_tokens");
    }

    private static GrpcUsage.Builder cumulative(GrpcUsage.Builder builder) {
        return builder.count(Unit.OUTPUT_TOKENS, "chunk.completion_tokens | complete.completion_tokens");
    }

    /** The same files: a vector for one text. */
    private static GrpcUsage engineEmbedding() {
        return GrpcUsage.builder(
                        "vllm.grpc.engine.VllmEngine/Embed",
                        "sglang.grpc.scheduler.SglangScheduler/Embed",
                        "trtllm.TrtllmService/Embed")
                .service("embedding")
                .requestCount(Unit.INPUT_TOKENS, "tokenized.input_ids.size() | tokenized.input_token_ids.size()")
                .count(Unit.INPUT_TOKENS, "prompt_tokens")
                .build();
    }

    /**
     * generation.proto of vllm-tgis-adapter. The first message of a stream counts the input, every one the output so far; an
     * answer to several prompts is counted prompt by prompt. A time limit ends an answer without an error.
     */
    private static GrpcUsage tgis() {
        return GrpcUsage.builder("fmaas.GenerationService/Generate", "fmaas.GenerationService/GenerateStream")
                .requestModel("model_id")
                .requestText("requests[*].text | request.text")
                .responseText("responses[*].text | text")
                .maxOutputTokens("params.stopping.max_new_tokens")
                .choices("requests?.size()")
                .finished("responses[*].stop_reason | stop_reason")
                .error("responses[*].stop_reason=ERROR | stop_reason=ERROR")
                .count(Unit.INPUT_TOKENS, "responses[*].input_token_count | input_token_count")
                .count(Unit.OUTPUT_TOKENS, "responses[*].generated_token_count | generated_token_count")
                .build();
    }

    /**
     * grpc_service.proto of Triton; KServe's and the Open Inference Protocol's have the same names. Tokens are in outputs that
     * the model was asked for, each response counting its own. A stream carries many requests; its errors are in messages, and
     * the parameter {@code triton_final_response} ends a request.
     */
    static List<GrpcUsage> triton(@Nullable String inputTokens, String outputTokens) {
        String service = "inference.GRPCInferenceService/";
        GrpcUsage.Builder single = GrpcUsage.builder(service + "ModelInfer");
        GrpcUsage.Builder stream = GrpcUsage.builder(service + "ModelStreamInfer")
                .key("id", "infer_response.id")
                .finished("infer_response.parameters[key=triton_final_response].value.bool_param")
                .error("error_message");
        return List.of(
                triton(single, "", inputTokens, outputTokens),
                triton(stream, "infer_response.", inputTokens, outputTokens));
    }

    private static GrpcUsage triton(
            GrpcUsage.Builder builder, String inside, @Nullable String inputTokens, String outputTokens) {
        if (inputTokens != null) {
            builder.count(Unit.INPUT_TOKENS, output("inputTokens", inside, inputTokens));
        }
        return builder.requestModel("model_name")
                .requestText("tensor(text_input)")
                .responseModel(inside + "model_name")
                .responseText(inside + "tensor(text_output)")
                .output(inside + "outputs.size()")
                .delta(Unit.OUTPUT_TOKENS, output("outputTokens", inside, outputTokens))
                .build();
    }

    private static String output(String argument, String inside, String name) {
        if (name.isBlank() || name.indexOf(')') >= 0 || name.indexOf(']') >= 0) {
            throw new IllegalArgumentException(argument + ": '" + name
                    + "' is no name of a tensor or parameter; give it as in the model's configuration");
        }
        String value = inside + "parameters[key=" + name + "].value.";
        return inside + "tensor(" + name + ") | " + value + "int64_param | " + value + "uint64_param? | " + value
                + "string_param";
    }

    /** prediction_service.proto and model.proto of TensorFlow Serving: the model, and nothing that counts. */
    private static GrpcUsage tensorFlow() {
        String service = "tensorflow.serving.PredictionService/";
        return GrpcUsage.builder(
                        service + "Predict", service + "PredictStreamed", service + "Classify", service + "Regress")
                .requestModel("model_spec.name")
                .responseModel("model_spec.name")
                .build();
    }
}
