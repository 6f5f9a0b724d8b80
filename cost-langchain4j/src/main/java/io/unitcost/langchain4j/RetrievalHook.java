package io.unitcost.langchain4j;

import dev.langchain4j.rag.content.retriever.listener.ContentRetrieverErrorContext;
import dev.langchain4j.rag.content.retriever.listener.ContentRetrieverListener;
import dev.langchain4j.rag.content.retriever.listener.ContentRetrieverRequestContext;
import dev.langchain4j.rag.content.retriever.listener.ContentRetrieverResponseContext;

/** A request of a content retriever, as a support call. What it asks models and stores for is theirs. */
final class RetrievalHook implements ContentRetrieverListener {

    private final Operations operations;
    private final String service;

    RetrievalHook(LangChain4jCosts costs, String provider, String service) {
        this.operations = new Operations(costs, "retrieval", provider);
        this.service = service;
    }

    @Override
    public void onRequest(ContentRetrieverRequestContext context) {
        operations.begin(context.attributes(), service);
    }

    @Override
    public void onResponse(ContentRetrieverResponseContext context) {
        operations.done(context.attributes());
    }

    @Override
    public void onError(ContentRetrieverErrorContext context) {
        operations.failed(context.attributes(), context.error());
    }
}
