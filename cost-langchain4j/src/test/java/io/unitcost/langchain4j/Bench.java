package io.unitcost.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.testing.ModelServer;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A server of models with a meter that knows its prices and listens to LangChain4j. {@link #close()} fails when something
 * was published that no one looked at, or when the meter has caught a failure.
 */
final class Bench implements AutoCloseable {

    static final String QUESTION = "What is six times seven?";

    final ModelServer server = ModelServer.start();
    final RecordedCosts recorded = new RecordedCosts();
    final ManualTicker ticker = new ManualTicker();
    final CostMeter meter;
    final LangChain4jCosts costs;
    private boolean failuresExpected;

    Bench() {
        this(costs -> costs);
    }

    Bench(UnaryOperator<LangChain4jCosts.Builder> options) {
        this.meter = CostMeter.builder()
                .prices(prices())
                .listener(recorded)
                .ticker(ticker)
                .clock(ticker.clock())
                .build();
        this.costs = options.apply(LangChain4jCosts.builder(meter)).build();
    }

    private static PriceTable prices() {
        PriceTable.Builder table = PriceTable.builder("test");
        for (Provider provider : Provider.values()) {
            table.model(provider.label(), "m", m -> m.rate(Unit.INPUT_TOKENS, Tokens.INPUT + " per 1M")
                    .rate(Unit.CACHE_READ_TOKENS, Tokens.READ + " per 1M")
                    .rate(Unit.CACHE_WRITE_TOKENS, Tokens.WRITTEN + " per 1M")
                    .rate(Unit.OUTPUT_TOKENS, Tokens.OUTPUT + " per 1M"));
        }
        return table.model("openai", "e", m -> m.rate(Unit.INPUT_TOKENS, "0.02 per 1M"))
                .model("pinecone", "query", m -> m.rate(Unit.REQUESTS, "0.01 per 1k"))
                .model("pinecone", "upsert", m -> m.rate(Unit.REQUESTS, "0.02 per 1k"))
                .model("tavily", "search", m -> m.rate(Unit.REQUESTS, "8 per 1k"))
                .build();
    }

    String url() {
        return server.uri().toString();
    }

    /** Does it inside a request, and gives what the request cost. */
    RequestCost request(Callable<?> work) throws Exception {
        RequestMeter request = meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            work.call();
        } finally {
            request.end(Outcome.DELIVERED);
        }
        return recorded.take();
    }

    /** The same for work that is expected to fail. */
    RequestCost failing(Callable<?> work) throws Exception {
        return request(() -> {
            try {
                work.call();
            } catch (Exception expected) {
                return expected;
            }
            throw new AssertionError("it did not fail");
        });
    }

    void expectFailures() {
        failuresExpected = true;
    }

    /** Asks, and waits for the whole answer. */
    static ChatResponse ask(StreamingChatModel model) throws Exception {
        Answered answered = new Answered();
        model.chat(QUESTION, answered);
        return answered.whole.get(10, TimeUnit.SECONDS);
    }

    static AttemptCost only(RequestCost cost) {
        assertThat(cost.attempts()).hasSize(1);
        return cost.attempts().get(0);
    }

    static class Answered implements StreamingChatResponseHandler {
        final CompletableFuture<ChatResponse> whole = new CompletableFuture<>();

        @Override
        public void onPartialResponse(String text) {
            // it is in the whole
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            whole.complete(response);
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }
    }

    @Override
    public void close() {
        server.close();
        meter.close();
        recorded.assertNothingLeft();
        long failures = 0;
        for (CostMeter.Site site : CostMeter.Site.values()) {
            failures += meter.errors(site);
        }
        assertThat(failures > 0).as("failures of the meter").isEqualTo(failuresExpected);
        assertThat(costs.open().size()).as("calls that did not end").isZero();
    }
}
