package io.unitcost.langchain4j;

import dev.langchain4j.store.embedding.listener.EmbeddingStoreErrorContext;
import dev.langchain4j.store.embedding.listener.EmbeddingStoreListener;
import dev.langchain4j.store.embedding.listener.EmbeddingStoreRequestContext;
import dev.langchain4j.store.embedding.listener.EmbeddingStoreResponseContext;

/** An operation of an embedding store, as a support call. */
final class StoreHook implements EmbeddingStoreListener {

    private final Operations operations;

    StoreHook(LangChain4jCosts costs, String provider) {
        this.operations = new Operations(costs, "vector_store", provider);
    }

    @Override
    public void onRequest(EmbeddingStoreRequestContext<?> context) {
        operations.begin(context.attributes(), operation(context));
    }

    @Override
    public void onResponse(EmbeddingStoreResponseContext<?> context) {
        operations.done(context.attributes());
    }

    @Override
    public void onError(EmbeddingStoreErrorContext<?> context) {
        operations.failed(context.attributes(), context.error());
    }

    private static String operation(EmbeddingStoreRequestContext<?> context) {
        if (context instanceof EmbeddingStoreRequestContext.Search) {
            return "query";
        }
        boolean adds = context instanceof EmbeddingStoreRequestContext.Add
                || context instanceof EmbeddingStoreRequestContext.AddAll;
        return adds ? "upsert" : "delete";
    }
}
