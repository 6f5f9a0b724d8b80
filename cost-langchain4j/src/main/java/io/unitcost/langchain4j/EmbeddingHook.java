package io.unitcost.langchain4j;

import dev.langchain4j.model.embedding.listener.EmbeddingModelErrorContext;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.listener.EmbeddingModelRequestContext;
import dev.langchain4j.model.embedding.listener.EmbeddingModelResponseContext;
import io.unitcost.Attempt;
import org.jspecify.annotations.Nullable;

/** Owns the call of an embedding model. */
final class EmbeddingHook implements EmbeddingModelListener {

    private static final String SERVICE = "embedding";

    private final LangChain4jCosts costs;
    private final Attributes attributes;

    EmbeddingHook(LangChain4jCosts costs) {
        this.costs = costs;
        this.attributes = new Attributes(costs);
    }

    @Override
    public void onRequest(EmbeddingModelRequestContext context) {
        attributes.begin(context.attributes(), () -> {
            String model = model(context);
            OpenCall call = OpenCall.begin(
                    costs,
                    SERVICE,
                    costs.providers().of(context.modelProvider(), model),
                    model,
                    () -> Texts.ofSegments(context.textSegments(), costs.wantsSample()),
                    context.attributes());
            if (Blocking.isEmbedding()) {
                call.enter();
            }
            return call;
        });
    }

    @Override
    public void onResponse(EmbeddingModelResponseContext context) {
        attributes.end(
                context.attributes(),
                call -> call.end(() -> {
                    String served = context.embeddingResponse().modelName();
                    Attempt.Builder attempt = Attempt.of(call.provider(), served == null ? call.model() : served)
                            .durationNanos(call.nanos());
                    Ends.used(
                            costs,
                            call,
                            attempt,
                            TokenCounts.of(context.embeddingResponse().tokenUsage()),
                            null,
                            0);
                    return attempt;
                }));
    }

    @Override
    public void onError(EmbeddingModelErrorContext context) {
        attributes.end(context.attributes(), call -> call.end(() -> Ends.failed(costs, call, context.error())));
    }

    private static @Nullable String model(EmbeddingModelRequestContext context) {
        String asked = context.embeddingRequest().modelName();
        return asked == null ? context.embeddingModel().modelName() : asked;
    }
}
