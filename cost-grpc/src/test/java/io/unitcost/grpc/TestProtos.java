package io.unitcost.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Inference protocols, as far as usage needs them, with the names and numbers of fields that are on the wire: a server or
 * client of the real protocol understands these messages. There are no artifacts of their generated classes.
 */
final class TestProtos {

    private static final Map<String, Descriptor> TYPES = new HashMap<>();
    private static final Map<String, MethodDescriptor<DynamicMessage, DynamicMessage>> METHODS = new HashMap<>();

    static final String VLLM = "vllm.grpc.engine.VllmEngine/Generate";
    static final String SGLANG = "sglang.grpc.scheduler.SglangScheduler/Generate";
    static final String TENSOR_RT = "trtllm.TrtllmService/Generate";
    static final String TOKEN_SPEED = "tokenspeed.grpc.scheduler.TokenSpeedScheduler/Generate";
    static final String MLX = "mlx.grpc.engine.MlxEngine/Generate";
    static final String TGIS = "fmaas.GenerationService/Generate";
    static final String TGIS_STREAM = "fmaas.GenerationService/GenerateStream";
    static final String XAI = "xai_api.Chat/GetCompletion";
    static final String XAI_STREAM = "xai_api.Chat/GetCompletionChunk";
    static final String TRITON = "inference.GRPCInferenceService/ModelInfer";
    static final String TRITON_STREAM = "inference.GRPCInferenceService/ModelStreamInfer";
    static final String TENSOR_FLOW = "tensorflow.serving.PredictionService/Predict";

    private TestProtos() {}

    /** The method of this full name. */
    static MethodDescriptor<DynamicMessage, DynamicMessage> method(String name) {
        return Objects.requireNonNull(METHODS.get(name), name);
    }

    /** The type of this full name. */
    static Descriptor type(String name) {
        return Objects.requireNonNull(TYPES.get(name), name);
    }

    /** A message of the type of this full name, from its text format. */
    static DynamicMessage message(String type, String text) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(type(type));
        try {
            TextFormat.merge(text, builder);
        } catch (TextFormat.ParseException e) {
            throw new IllegalArgumentException(text, e);
        }
        return builder.build();
    }

    /** A request of a method. */
    static DynamicMessage request(String method, String text) {
        return message(typeOf(method(method).getRequestMarshaller()), text);
    }

    /** A response of a method. */
    static DynamicMessage response(String method, String text) {
        return message(typeOf(method(method).getResponseMarshaller()), text);
    }

    private static String typeOf(MethodDescriptor.Marshaller<DynamicMessage> marshaller) {
        DynamicMessage prototype =
                ((MethodDescriptor.PrototypeMarshaller<DynamicMessage>) marshaller).getMessagePrototype();
        return Objects.requireNonNull(prototype).getDescriptorForType().getFullName();
    }

    static void register(FileDescriptor file) {
        file.getMessageTypes().forEach(type -> TYPES.put(type.getFullName(), type));
        for (ServiceDescriptor service : file.getServices()) {
            for (var method : service.getMethods()) {
                String name = service.getFullName() + "/" + method.getName();
                METHODS.put(
                        name,
                        MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                                .setFullMethodName(name)
                                .setType(kind(method.isClientStreaming(), method.isServerStreaming()))
                                .setRequestMarshaller(
                                        ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
                                .setResponseMarshaller(ProtoUtils.marshaller(
                                        DynamicMessage.getDefaultInstance(method.getOutputType())))
                                .build());
            }
        }
    }

    private static MethodType kind(boolean client, boolean server) {
        if (client) {
            return server ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
        }
        return server ? MethodType.SERVER_STREAMING : MethodType.UNARY;
    }

    static {
        register(ProtoText.file("""
                package vllm.grpc.engine;
                service VllmEngine {
                  rpc Generate(GenerateRequest) returns (stream GenerateResponse);
                  rpc Embed(EmbedRequest) returns (EmbedResponse);
                }
                message SamplingParams { optional float temperature = 1; optional uint32 max_tokens = 8; uint32 n = 15; }
                message TokenizedInput { string original_text = 1; repeated uint32 input_ids = 2; }
                message GenerateRequest {
                  string request_id = 1;
                  oneof input { TokenizedInput tokenized = 2; string text = 3; }
                  SamplingParams sampling_params = 4;
                  bool stream = 5;
                }
                message GenerateResponse {
                  oneof response { GenerateStreamChunk chunk = 1; GenerateComplete complete = 2; }
                }
                message GenerateStreamChunk {
                  repeated uint32 token_ids = 1;
                  uint32 prompt_tokens = 2;
                  uint32 completion_tokens = 3;
                  uint32 cached_tokens = 4;
                  uint32 index = 7;
                }
                message GenerateComplete {
                  repeated uint32 output_ids = 1;
                  string finish_reason = 2;
                  uint32 prompt_tokens = 3;
                  uint32 completion_tokens = 4;
                  uint32 cached_tokens = 5;
                  uint32 index = 8;
                }
                message EmbedRequest { string request_id = 1; TokenizedInput tokenized = 2; }
                message EmbedResponse { repeated float embedding = 1; uint32 prompt_tokens = 2; uint32 embedding_dim = 3; }
                """));
        register(ProtoText.file("""
                package sglang.grpc.scheduler;
                service SglangScheduler {
                  rpc Generate(GenerateRequest) returns (stream GenerateResponse);
                  rpc Embed(EmbedRequest) returns (EmbedResponse);
                }
                message SamplingParams { float temperature = 1; optional uint32 max_new_tokens = 8; uint32 n = 17; }
                message TokenizedInput { string original_text = 1; repeated uint32 input_ids = 2; }
                message GenerateRequest {
                  string request_id = 1;
                  TokenizedInput tokenized = 2;
                  SamplingParams sampling_params = 4;
                  string lora_id = 15;
                  bool stream = 17;
                }
                message GenerateResponse {
                  string request_id = 1;
                  oneof response { GenerateStreamChunk chunk = 2; GenerateComplete complete = 3; }
                }
                message GenerateStreamChunk {
                  repeated uint32 token_ids = 1;
                  uint32 prompt_tokens = 2;
                  uint32 completion_tokens = 3;
                  uint32 cached_tokens = 4;
                  uint32 index = 8;
                  uint32 reasoning_tokens = 9;
                }
                message GenerateComplete {
                  repeated uint32 output_ids = 1;
                  string finish_reason = 2;
                  uint32 prompt_tokens = 3;
                  uint32 completion_tokens = 4;
                  uint32 cached_tokens = 5;
                  uint32 index = 11;
                  uint32 reasoning_tokens = 12;
                }
                message EmbedRequest { string request_id = 1; TokenizedInput tokenized = 2; }
                message EmbedResponse { uint32 embedding_dim = 4; repeated float embedding = 5; uint32 prompt_tokens = 6; }
                """));
        register(ProtoText.file("""
                package trtllm;
                service TrtllmService {
                  rpc Generate(GenerateRequest) returns (stream GenerateResponse);
                  rpc Embed(EmbedRequest) returns (EmbedResponse);
                }
                message TokenizedInput { string original_text = 1; repeated uint32 input_token_ids = 2; }
                message SamplingConfig { int32 beam_width = 1; uint32 num_return_sequences = 2; }
                message GenerateRequest {
                  string request_id = 1;
                  TokenizedInput tokenized = 2;
                  SamplingConfig sampling_config = 3;
                  uint32 max_tokens = 5;
                  bool streaming = 6;
                }
                message GenerateResponse {
                  string request_id = 1;
                  oneof response { GenerateStreamChunk chunk = 2; GenerateComplete complete = 3; }
                }
                message GenerateStreamChunk {
                  repeated uint32 token_ids = 1;
                  uint32 sequence_index = 2;
                  uint32 prompt_tokens = 3;
                  uint32 completion_tokens = 4;
                  uint32 cached_tokens = 5;
                }
                message GenerateComplete {
                  repeated uint32 output_token_ids = 1;
                  uint32 sequence_index = 2;
                  string finish_reason = 3;
                  uint32 prompt_tokens = 5;
                  uint32 completion_tokens = 6;
                  uint32 cached_tokens = 7;
                }
                message EmbedRequest { string request_id = 1; TokenizedInput tokenized = 2; }
                message EmbedResponse { string request_id = 1; repeated float embedding = 2; uint32 prompt_tokens = 3; }
                """));
        register(ProtoText.file("""
                package tokenspeed.grpc.scheduler;
                service TokenSpeedScheduler { rpc Generate(GenerateRequest) returns (stream GenerateResponse); }
                message SamplingParams { optional uint32 max_new_tokens = 8; uint32 n = 15; }
                message TokenizedInput { repeated uint32 input_ids = 1; string original_text = 2; }
                message GenerateRequest {
                  string request_id = 1;
                  TokenizedInput tokenized = 2;
                  SamplingParams sampling_params = 3;
                  bool stream = 8;
                }
                message GenerateResponse {
                  string request_id = 1;
                  oneof response { GenerateStreamChunk chunk = 2; GenerateComplete complete = 3; }
                }
                message GenerateStreamChunk {
                  repeated uint32 token_ids = 1;
                  uint32 prompt_tokens = 2;
                  uint32 completion_tokens = 3;
                  uint32 cached_tokens = 4;
                  uint32 index = 6;
                }
                message GenerateComplete {
                  repeated uint32 output_ids = 1;
                  string finish_reason = 2;
                  uint32 prompt_tokens = 3;
                  uint32 completion_tokens = 4;
                  uint32 cached_tokens = 5;
                  uint32 index = 9;
                }
                """));
        register(ProtoText.file("""
                package mlx.grpc.engine;
                service MlxEngine { rpc Generate(GenerateRequest) returns (stream GenerateResponse); }
                message SamplingParams { optional uint32 max_tokens = 9; }
                message TokenizedInput { string original_text = 1; repeated uint32 input_ids = 2; }
                message GenerateRequest {
                  string request_id = 1;
                  oneof input { TokenizedInput tokenized = 2; string text = 3; }
                  SamplingParams sampling_params = 4;
                  bool stream = 5;
                }
                message GenerateResponse {
                  oneof response { GenerateStreamChunk chunk = 1; GenerateComplete complete = 2; }
                }
                message GenerateStreamChunk {
                  repeated uint32 token_ids = 1;
                  uint32 prompt_tokens = 2;
                  uint32 completion_tokens = 3;
                  uint32 cached_tokens = 4;
                  uint32 index = 6;
                }
                message GenerateComplete {
                  repeated uint32 output_ids = 1;
                  string finish_reason = 2;
                  uint32 prompt_tokens = 3;
                  uint32 completion_tokens = 4;
                  uint32 cached_tokens = 5;
                  uint32 index = 7;
                }
                """));
        register(ProtoText.file("""
                package fmaas;
                service GenerationService {
                  rpc Generate(BatchedGenerationRequest) returns (BatchedGenerationResponse);
                  rpc GenerateStream(SingleGenerationRequest) returns (stream GenerationResponse);
                }
                message BatchedGenerationRequest {
                  string model_id = 1;
                  repeated GenerationRequest requests = 3;
                  optional string adapter_id = 4;
                  Parameters params = 10;
                }
                message SingleGenerationRequest {
                  string model_id = 1;
                  GenerationRequest request = 3;
                  optional string adapter_id = 4;
                  Parameters params = 10;
                }
                message GenerationRequest { string text = 2; }
                message Parameters { StoppingCriteria stopping = 3; }
                message StoppingCriteria { uint32 max_new_tokens = 1; uint32 time_limit_millis = 3; }
                message BatchedGenerationResponse { repeated GenerationResponse responses = 1; }
                message GenerationResponse {
                  uint32 generated_token_count = 2;
                  string text = 4;
                  uint32 input_token_count = 6;
                  StopReason stop_reason = 7;
                  uint64 seed = 10;
                }
                enum StopReason {
                  NOT_FINISHED = 0; MAX_TOKENS = 1; EOS_TOKEN = 2; CANCELLED = 3; TIME_LIMIT = 4; STOP_SEQUENCE = 5;
                  TOKEN_LIMIT = 6; ERROR = 7;
                }
                """));
        // the number of cost_in_usd_ticks is not in the published file; paths go by names
        register(ProtoText.file("""
                package xai_api;
                service Chat {
                  rpc GetCompletion(GetCompletionsRequest) returns (GetChatCompletionResponse);
                  rpc GetCompletionChunk(GetCompletionsRequest) returns (stream GetChatCompletionChunk);
                }
                service Sample {
                  rpc SampleText(SampleTextRequest) returns (SampleTextResponse);
                  rpc SampleTextStreaming(SampleTextRequest) returns (stream SampleTextResponse);
                }
                message Content { oneof content { string text = 1; } }
                message Message { repeated Content content = 1; }
                message GetCompletionsRequest {
                  repeated Message messages = 1;
                  string model = 2;
                  optional int32 max_tokens = 7;
                  optional int32 n = 8;
                }
                message GetChatCompletionResponse {
                  string id = 1;
                  repeated CompletionOutput outputs = 2;
                  string model = 6;
                  SamplingUsage usage = 9;
                  ServiceTier service_tier = 15;
                }
                message GetChatCompletionChunk {
                  string id = 1;
                  repeated CompletionOutputChunk outputs = 2;
                  string model = 4;
                  SamplingUsage usage = 6;
                  ServiceTier service_tier = 12;
                }
                message CompletionOutput { FinishReason finish_reason = 1; int32 index = 2; CompletionMessage message = 3; }
                message CompletionMessage { string content = 1; string reasoning_content = 4; }
                message CompletionOutputChunk { Delta delta = 1; FinishReason finish_reason = 3; int32 index = 4; }
                message Delta { string content = 1; string reasoning_content = 4; }
                message SampleTextRequest {
                  repeated string prompt = 1;
                  string model = 3;
                  optional int32 max_tokens = 7;
                  optional int32 n = 8;
                }
                message SampleTextResponse {
                  string id = 1;
                  repeated SampleChoice choices = 2;
                  string model = 6;
                  SamplingUsage usage = 9;
                }
                message SampleChoice { FinishReason finish_reason = 1; int32 index = 2; string text = 3; }
                message SamplingUsage {
                  int32 completion_tokens = 1;
                  int32 prompt_tokens = 2;
                  int32 total_tokens = 3;
                  int32 prompt_text_tokens = 4;
                  int32 prompt_image_tokens = 5;
                  int32 reasoning_tokens = 6;
                  int32 cached_prompt_text_tokens = 7;
                  int32 num_sources_used = 8;
                  optional int64 cost_in_usd_ticks = 1000;
                }
                enum FinishReason {
                  REASON_INVALID = 0; REASON_MAX_LEN = 1; REASON_MAX_CONTEXT = 2; REASON_STOP = 3; REASON_TOOL_CALLS = 4;
                  REASON_TIME_LIMIT = 5;
                }
                enum ServiceTier { SERVICE_TIER_UNSPECIFIED = 0; SERVICE_TIER_DEFAULT = 1; SERVICE_TIER_PRIORITY = 2; }
                """));
        register(ProtoText.file("""
                package inference;
                service GRPCInferenceService {
                  rpc ModelInfer(ModelInferRequest) returns (ModelInferResponse);
                  rpc ModelStreamInfer(stream ModelInferRequest) returns (stream ModelStreamInferResponse);
                }
                message InferParameter {
                  oneof parameter_choice {
                    bool bool_param = 1;
                    int64 int64_param = 2;
                    string string_param = 3;
                    double double_param = 4;
                    uint64 uint64_param = 5;
                  }
                }
                message InferTensorContents {
                  repeated bool bool_contents = 1;
                  repeated int32 int_contents = 2;
                  repeated int64 int64_contents = 3;
                  repeated uint32 uint_contents = 4;
                  repeated uint64 uint64_contents = 5;
                  repeated float fp32_contents = 6;
                  repeated double fp64_contents = 7;
                  repeated bytes bytes_contents = 8;
                }
                message ModelInferRequest {
                  message InferInputTensor {
                    string name = 1;
                    string datatype = 2;
                    repeated int64 shape = 3;
                    map<string, InferParameter> parameters = 4;
                    InferTensorContents contents = 5;
                  }
                  message InferRequestedOutputTensor { string name = 1; map<string, InferParameter> parameters = 2; }
                  string model_name = 1;
                  string model_version = 2;
                  string id = 3;
                  map<string, InferParameter> parameters = 4;
                  repeated InferInputTensor inputs = 5;
                  repeated InferRequestedOutputTensor outputs = 6;
                  repeated bytes raw_input_contents = 7;
                }
                message ModelInferResponse {
                  message InferOutputTensor {
                    string name = 1;
                    string datatype = 2;
                    repeated int64 shape = 3;
                    map<string, InferParameter> parameters = 4;
                    InferTensorContents contents = 5;
                  }
                  string model_name = 1;
                  string model_version = 2;
                  string id = 3;
                  map<string, InferParameter> parameters = 4;
                  repeated InferOutputTensor outputs = 5;
                  repeated bytes raw_output_contents = 6;
                }
                message ModelStreamInferResponse { string error_message = 1; ModelInferResponse infer_response = 2; }
                """));
        register(ProtoText.file("""
                package google.cloud.aiplatform.v1beta1;
                message GenerateContentResponse {
                  message UsageMetadata {
                    enum TrafficType {
                      TRAFFIC_TYPE_UNSPECIFIED = 0; ON_DEMAND = 1; PROVISIONED_THROUGHPUT = 2; ON_DEMAND_PRIORITY = 3;
                      ON_DEMAND_FLEX = 4;
                    }
                    int32 prompt_token_count = 1;
                    int32 candidates_token_count = 2;
                    int32 total_token_count = 3;
                    int32 cached_content_token_count = 5;
                    int32 tool_use_prompt_token_count = 13;
                    int32 thoughts_token_count = 14;
                    TrafficType traffic_type = 8;
                    repeated ModalityTokenCount tool_use_prompt_tokens_details = 12;
                  }
                  UsageMetadata usage_metadata = 4;
                }
                message ModalityTokenCount { Modality modality = 1; int32 token_count = 2; }
                enum Modality { MODALITY_UNSPECIFIED = 0; TEXT = 1; IMAGE = 2; VIDEO = 3; AUDIO = 4; DOCUMENT = 5; }
                """));
        register(ProtoText.file("""
                package tensorflow.serving;
                service PredictionService { rpc Predict(PredictRequest) returns (PredictResponse); }
                message ModelSpec { string name = 1; string signature_name = 3; }
                message PredictRequest { ModelSpec model_spec = 1; }
                message PredictResponse { ModelSpec model_spec = 2; }
                """));
    }
}
