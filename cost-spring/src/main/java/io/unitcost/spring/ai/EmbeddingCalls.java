package io.unitcost.spring.ai;

import io.unitcost.Attempt;
import io.unitcost.Quality;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;

/** Calls of embedding models: support, for retrieval where a vector store asks for them. */
final class EmbeddingCalls extends ModelCalls<EmbeddingModelObservationContext> {

    EmbeddingCalls(ObservedCalls calls) {
        super(EmbeddingModelObservationContext.class, calls);
    }

    @Override
    @Nullable
    ObservedCall open(EmbeddingModelObservationContext context) {
        boolean retrieval = ObservedKind.above(context, VectorStoreMark.class) != null;
        EmbeddingOptions options = context.getRequest().getOptions();
        ObservedCall call = calls().open(context, retrieval ? VectorStoreMark.SERVICE : "embedding");
        return call == null
                ? null
                : call.asking(calls().providerId(name(context)), options == null ? null : options.getModel());
    }

    @Override
    @Nullable
    Attempt answer(ObservedCall call, EmbeddingModelObservationContext context) {
        EmbeddingResponse response = context.getResponse();
        if (response == null) {
            return null;
        }
        EmbeddingResponseMetadata metadata = response.getMetadata();
        Attempt.Builder attempt = call.attempt(metadata.getModel());
        Usage usage = ChatUsage.ofEmbedding(metadata.getUsage());
        if (!usage.isEmpty()) {
            return attempt.usage(usage).build();
        }
        long sent = calls().estimate(text(context.getRequest()), call.model());
        return sent > 0
                ? attempt.usage(Usage.of(Unit.INPUT_TOKENS, sent), Quality.ESTIMATED)
                        .build()
                : attempt.build();
    }

    private static String text(EmbeddingRequest request) {
        return String.join("", request.getInstructions());
    }
}
