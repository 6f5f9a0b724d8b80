package io.unitcost.langchain4j;

import static io.unitcost.langchain4j.Bench.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import io.unitcost.AttemptCost;
import io.unitcost.CallMeter;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.testing.Answers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Embeddings, stores and retrievers: each is paid for once, as support. */
@Timeout(30)
class RetrievalTest {

    private final Bench bench = new Bench();

    interface Assistant {
        String answer(String question);
    }

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    @Test
    void anEmbeddingIsSupport() throws Exception {
        EmbeddingModel model = embeddings();
        RequestCost cost = bench.request(() -> model.embed(QUESTION));
        // 1,200 x 0.02 millionths
        assertThat(cost.support()).isEqualTo(Money.usd("0.000024"));
        assertThat(cost.total()).isEqualTo(cost.support());
        assertThat(cost.attempts()).extracting(AttemptCost::service).containsExactly("embedding");
        assertThat(CallMeter.current()).isNull();
    }

    @Test
    void aModelThatIsListenedToTwiceIsCountedOnce() throws Exception {
        EmbeddingModel model = embeddings()
                .addListener(bench.costs.embeddingModelListener())
                .addListener(bench.costs.embeddingModelListener());
        RequestCost cost = bench.request(() -> model.embed(QUESTION));
        assertThat(cost.support()).isEqualTo(Money.usd("0.000024"));
        assertThat(cost.attempts()).hasSize(1);
    }

    @Test
    void anEmbeddingThatIsRefusedIsNotBilled() throws Exception {
        EmbeddingModel model = embeddings();
        bench.server.answersTo("/v1/embeddings", Answers.rateLimited());
        RequestCost cost = bench.failing(() -> model.embed(QUESTION));
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.attempt().isBilled())
                .containsExactly(false);
        assertThat(cost.total()).isEqualTo(Money.usd("0"));
    }

    @Test
    void embeddingsWithoutUsageAreEstimated() throws Exception {
        EmbeddingModel model = embeddings();
        bench.server.answersTo("/v1/embeddings", io.unitcost.testing.Answer.json(200, """
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,0.2]}],"model":"e"}"""));
        RequestCost cost = bench.request(() -> model.embed("0123456789".repeat(4)));
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.attempt().quality() + " "
                        + attempt.attempt().usage().count(Unit.INPUT_TOKENS))
                .containsExactly("ESTIMATED 10");
    }

    @Test
    void anAssistantPaysForEachPartOnce() throws Exception {
        EmbeddingModel model = embeddings();
        EmbeddingStore<TextSegment> store =
                new InMemoryEmbeddingStore<TextSegment>().addListener(bench.costs.embeddingStoreListener("pinecone"));
        RequestCost filling = bench.request(() -> {
            TextSegment segment = Document.from("Six times seven is forty-two.").toTextSegment();
            return store.add(model.embed(segment).content(), segment);
        });
        // 0.000024 for the embedding, 0.00002 for the upsert
        assertThat(filling.support()).isEqualTo(Money.usd("0.000044"));

        Tokens tokens = Provider.OPENAI.tokens();
        bench.server.answers(Provider.OPENAI.answer(tokens));
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(Provider.OPENAI.chat(bench.url(), bench.costs.chatModelListener()))
                .contentRetriever(EmbeddingStoreContentRetriever.builder()
                        .embeddingStore(store)
                        .embeddingModel(model)
                        .build())
                .build();
        RequestCost cost = bench.request(() -> assistant.answer(QUESTION));
        assertThat(cost.attempts())
                .extracting(
                        attempt -> attempt.service() + " " + attempt.attempt().model())
                .containsExactlyInAnyOrder("embedding e", "vector_store query", "null m");
        // 0.000024 for the embedding, 0.00001 for the query
        assertThat(cost.support()).isEqualTo(Money.usd("0.000034"));
        assertThat(cost.inference()).isEqualTo(tokens.bill());
        assertThat(cost.total()).isEqualTo(tokens.bill().plus(Money.usd("0.000034")));
    }

    @Test
    void aSearchOfTheWebIsARequest() throws Exception {
        ContentRetriever web = query -> List.of(Content.from("forty-two"));
        ContentRetriever metered = web.addListener(bench.costs.contentRetrieverListener("tavily", "search"));
        RequestCost cost = bench.request(() -> metered.retrieve(Query.from(QUESTION)));
        assertThat(cost.support()).isEqualTo(Money.usd("0.008"));
        assertThat(cost.attempts()).extracting(AttemptCost::service).containsExactly("retrieval");
    }

    @Test
    void aSearchThatFailsIsStillARequest() throws Exception {
        ContentRetriever web = query -> {
            throw new IllegalStateException("as planned");
        };
        ContentRetriever metered = web.addListener(bench.costs.contentRetrieverListener("tavily", "search"));
        RequestCost cost = bench.failing(() -> metered.retrieve(Query.from(QUESTION)));
        assertThat(cost.retry()).isEqualTo(Money.usd("0.008"));
    }

    private EmbeddingModel embeddings() {
        bench.server.answersTo("/v1/embeddings", Answers.of("e", 1_200, 0, "").embeddings());
        return OpenAiEmbeddingModel.builder()
                .baseUrl(bench.url() + "/v1")
                .apiKey("key")
                .modelName("e")
                .encodingFormat("float")
                .maxRetries(0)
                .build()
                .addListener(bench.costs.embeddingModelListener());
    }
}
