package io.unitcost.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** What a native image needs to know: the bundled prices, objectives in cost-slo.json, and what is read of SDKs by reflection. */
final class UnitcostRuntimeHints implements RuntimeHintsRegistrar {

    private static final List<String> USAGES = List.of(
            "com.openai.models.completions.CompletionUsage",
            "com.openai.models.completions.CompletionUsage$CompletionTokensDetails",
            "com.openai.models.completions.CompletionUsage$PromptTokensDetails",
            "com.openai.models.embeddings.CreateEmbeddingResponse$Usage",
            "com.openai.models.images.ImagesResponse$Usage",
            "com.openai.errors.OpenAIServiceException",
            "org.springframework.ai.openai.OpenAiChatOptions",
            "org.springframework.ai.openai.OpenAiImageOptions",
            "com.anthropic.models.messages.Usage",
            "com.anthropic.models.messages.MessageDeltaUsage",
            "com.anthropic.models.messages.CacheCreation",
            "com.anthropic.models.messages.ServerToolUsage",
            "com.anthropic.errors.AnthropicServiceException",
            "org.springframework.ai.anthropic.AnthropicChatOptions",
            "org.springframework.ai.google.genai.metadata.GoogleGenAiUsage");

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.resources().registerPattern("io/unitcost/price/*.json");
        hints.resources().registerPattern("cost-slo.json");
        for (String usage : USAGES) {
            hints.reflection().registerTypeIfPresent(classLoader, usage, MemberCategory.INVOKE_PUBLIC_METHODS);
        }
    }
}
