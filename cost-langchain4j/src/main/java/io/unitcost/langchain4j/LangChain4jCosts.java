package io.unitcost.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.rag.content.retriever.listener.ContentRetrieverListener;
import dev.langchain4j.store.embedding.listener.EmbeddingStoreListener;
import io.unitcost.CostMeter;
import io.unitcost.usage.TokenEstimator;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Listeners for LangChain4j that meter what they are told of. Thread-safe; one per application is enough, for all its
 * models.
 *
 * <pre>{@code
 * LangChain4jCosts costs = LangChain4jCosts.create(meter);
 * ChatModel model = OpenAiChatModel.builder()
 *         .apiKey(key)
 *         .modelName("gpt-4o")
 *         .listeners(List.of(costs.chatModelListener()))
 *         .build();
 * }</pre>
 *
 * <p>A call is on the account of the request that is current on the thread that asks the model, wherever its answer comes.
 * If a call is current there, a layer above owns it: then only what fails is added to that call. While a call that blocks
 * its thread runs, it is current itself, so that metered clients below add their failed tries to it. A stream's call is
 * not: what the client below counts once more is recognised by the id of the response.
 *
 * <p>Listening twice to the same model counts once. A failure of ours is counted at {@link CostMeter.Site#CLIENT} or
 * {@link CostMeter.Site#USAGE} and never reaches the model.
 */
public final class LangChain4jCosts {

    private final CostMeter meter;
    private final Providers providers;
    private final @Nullable TokenEstimator estimator;
    private final boolean overMeteredClient;
    private final OpenCalls open;
    private final FollowUps followUps = new FollowUps();

    private LangChain4jCosts(Builder builder) {
        this.meter = builder.meter;
        this.providers = builder.providers.build();
        this.estimator = builder.estimator;
        this.overMeteredClient = builder.overMeteredClient;
        this.open = new OpenCalls(builder.longest.toNanos());
        meter.onReap(open::endForgotten);
    }

    /** Writes to this meter, with everything else as usual. */
    public static LangChain4jCosts create(CostMeter meter) {
        return builder(meter).build();
    }

    /** Starts with everything as usual. */
    public static Builder builder(CostMeter meter) {
        return new Builder(Objects.requireNonNull(meter, "meter"));
    }

    /**
     * For chat models, streaming and not. Told on the thread that asks, and once more on whatever thread has the answer; takes
     * some microseconds.
     */
    public ChatModelListener chatModelListener() {
        return new ChatHook(this);
    }

    /** For embedding models: support calls for {@code embedding}. */
    public EmbeddingModelListener embeddingModelListener() {
        return new EmbeddingHook(this);
    }

    /**
     * For an embedding store that bills its operations: support calls for {@code vector_store}, of the models
     * {@code query}, {@code upsert} and {@code delete}, a request each. What was embedded for it is the embedding model's.
     *
     * @param provider who is paid: the id in the price table
     */
    public EmbeddingStoreListener embeddingStoreListener(String provider) {
        return new StoreHook(this, Providers.requireName("provider", provider));
    }

    /**
     * For a content retriever that bills its requests, such as a web search: support calls for {@code retrieval}, a request
     * each. One over an embedding store costs what its model and its store cost: listen to those.
     *
     * @param provider who is paid: the id in the price table
     * @param service what the price table has as its model, such as {@code search}
     */
    public ContentRetrieverListener contentRetrieverListener(String provider, String service) {
        return new RetrievalHook(
                this, Providers.requireName("provider", provider), Providers.requireName("service", service));
    }

    CostMeter meter() {
        return meter;
    }

    Providers providers() {
        return providers;
    }

    @Nullable
    TokenEstimator estimator() {
        return estimator;
    }

    /** Whether the estimator looks at the text itself. */
    boolean wantsSample() {
        return estimator != null && estimator.wantsSample();
    }

    /** Whether what fails is left to a hook below. */
    boolean isOverMeteredClient() {
        return overMeteredClient;
    }

    OpenCalls open() {
        return open;
    }

    FollowUps followUps() {
        return followUps;
    }

    /** Collects what the listeners may do; one thread at a time. */
    public static final class Builder {
        private static final Duration USUALLY_LONGEST = Duration.ofMinutes(15);
        private static final Duration LONGEST = Duration.ofDays(365);

        private final CostMeter meter;
        private final Providers.Builder providers = new Providers.Builder();
        private @Nullable TokenEstimator estimator = TokenEstimator.byScript();
        private Duration longest = USUALLY_LONGEST;
        private boolean overMeteredClient;

        private Builder(CostMeter meter) {
            this.meter = meter;
        }

        /**
         * Who is paid for a model, whatever class asks it. LangChain4j does not say which address a model is at: one behind a
         * gateway, or on one's own servers, that is asked through {@code OpenAiChatModel} counts as OpenAI's unless it is named here.
         *
         * @param model as it is asked for; with {@code *} at its end every model that begins so; the longest that fits counts
         * @param provider the id in the price table, or the name of a capacity pool
         * @throws IllegalArgumentException if one of them is empty
         */
        public Builder provider(String model, String provider) {
            providers.model(model, provider);
            return this;
        }

        /**
         * Who is paid for all models of one of LangChain4j's providers that are not {@linkplain #provider(String, String)
         * named} themselves.
         *
         * @param provider the id in the price table, or the name of a capacity pool
         * @throws IllegalArgumentException if it is empty
         */
        public Builder provider(ModelProvider models, String provider) {
            providers.all(models, provider);
            return this;
        }

        /**
         * Estimates usage that nobody reported; {@link TokenEstimator#byScript()} unless set. What is estimated is counted in
         * {@code ai.estimated}.
         */
        public Builder estimator(TokenEstimator tokens) {
            this.estimator = Objects.requireNonNull(tokens, "estimator");
            return this;
        }

        /** Estimates nothing: usage that nobody reported is unknown, and its attempt unpriced. */
        public Builder withoutEstimates() {
            this.estimator = null;
            return this;
        }

        /**
         * How long a call may take before it counts as given up; 15 minutes unless set, above 0. A stream that is cancelled
         * tells its listeners nothing. It usually ends earlier, when the garbage collector finds that nobody can end it any more.
         *
         * @throws IllegalArgumentException if it is not above 0, or longer than a year
         */
        public Builder expireAfter(Duration longest) {
            if (longest.isNegative() || longest.isZero() || longest.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "expiry of calls: " + longest + " is not between 0 and a year; give minutes");
            }
            this.longest = longest;
            return this;
        }

        /**
         * Every model sends through a metered client, such as {@code MeteredHttpClient} of cost-http, which sees what fails,
         * try by try, and what is given up: the listeners leave that to it and write answers only. Without this, a stream
         * that fails is written by both.
         */
        public Builder overMeteredClient() {
            this.overMeteredClient = true;
            return this;
        }

        /** The listeners' common part. It takes part in its meter for as long as that lives. */
        public LangChain4jCosts build() {
            return new LangChain4jCosts(this);
        }
    }
}
