package io.unitcost.http;

import io.unitcost.CostMeter;
import io.unitcost.usage.TokenEstimator;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks for HTTP clients share: the meter they write to, who is behind which host, and what they may do.
 * Thread-safe; one per application is enough, for all its clients.
 *
 * <pre>{@code
 * HttpCosts costs = HttpCosts.create(meter);
 * HttpClient client = MeteredHttpClient.wrap(HttpClient.newHttpClient(), costs);
 * }</pre>
 *
 * <p>A request is metered when its address is that of a model API: a known or configured host, or a path that only such an
 * API has. Everything else passes untouched. Bytes pass unchanged and at once; prompts and answers are not kept.
 *
 * <p>A failure of ours is counted at {@link CostMeter.Site#CLIENT} or {@link CostMeter.Site#USAGE} and never reaches the call.
 */
public final class HttpCosts {

    private final CostMeter meter;
    private final Endpoints endpoints;
    private final @Nullable TokenEstimator estimator;
    private final BiPredicate<String, Integer> billed;
    private final boolean usageInStreams;
    private final Retries retries;
    private final Handovers handovers = new Handovers();
    private final OpenAttempts open;

    private HttpCosts(Builder builder) {
        this.meter = builder.meter;
        this.endpoints = new Endpoints(builder.hosts);
        this.estimator = builder.estimator;
        this.billed = builder.billed;
        this.usageInStreams = builder.usageInStreams;
        this.retries = new Retries();
        this.open = new OpenAttempts(meter.tick());
    }

    /** Writes to this meter, with everything else as usual. */
    public static HttpCosts create(CostMeter meter) {
        return builder(meter).build();
    }

    /** Starts with everything as usual. */
    public static Builder builder(CostMeter meter) {
        return new Builder(Objects.requireNonNull(meter, "meter"));
    }

    /**
     * Begins to meter an attempt, on the thread that makes the request: its current request pays, and if a call is current,
     * the attempt belongs to that call.
     *
     * @param header a request header by name
     * @return {@code null} if it is no call to a model, or if a hook further out meters it already
     */
    @Nullable
    HttpAttempt begin(String method, URI address, Function<String, @Nullable String> header) {
        return begin(method, address, header, Caller.current());
    }

    /** The same for a caller that was remembered on another thread. */
    @Nullable
    HttpAttempt begin(String method, URI address, Function<String, @Nullable String> header, Caller caller) {
        try {
            if (caller.isMetered()) {
                return null;
            }
            Endpoint endpoint = endpoints.of(method, address);
            if (endpoint == null) {
                return null;
            }
            String handover = header.apply(Handovers.HEADER);
            Caller known = handover == null ? caller : handovers.find(handover, caller);
            return known.isMetered() ? null : HttpAttempt.begin(this, endpoint, address, header, known);
        } catch (Throwable failure) {
            meter.reportError(CostMeter.Site.CLIENT, failure);
            return null;
        }
    }

    CostMeter meter() {
        return meter;
    }

    Retries retries() {
        return retries;
    }

    /** Calls that are handed from one hook to another in a request header, which the inner hook takes out. */
    Handovers handovers() {
        return handovers;
    }

    /** Attempts that have not ended. */
    OpenAttempts open() {
        return open;
    }

    @Nullable
    TokenEstimator estimator() {
        return estimator;
    }

    /** Whether the provider bills an attempt that failed with this status and without any usage. */
    boolean isBilled(String provider, int status) {
        try {
            return billed.test(provider, status);
        } catch (Throwable failure) {
            meter.reportError(CostMeter.Site.CLIENT, failure);
            return false;
        }
    }

    /** Whether streams are to be asked for their usage. */
    boolean asksForUsage() {
        return usageInStreams;
    }

    /** Collects what the hooks may do; one thread at a time. */
    public static final class Builder {
        private final CostMeter meter;
        private final List<HostRule> hosts = new ArrayList<>();
        private @Nullable TokenEstimator estimator = TokenEstimator.byScript();
        private BiPredicate<String, Integer> billed = (provider, status) -> false;
        private boolean usageInStreams;

        private Builder(CostMeter meter) {
            this.meter = meter;
        }

        /**
         * Who is paid for what a host answers: a gateway, a proxy, one's own servers. Goes before what is known of public
         * hosts; the first that fits counts. Requests to such a host are metered when their path is that of a model API, others
         * if their answer reports usage.
         *
         * @param host {@code HOST[:PORT][/PATH]}, with {@code *} for any labels, such as {@code llm.example.com:8000} or
         *     {@code *.example.com/openai}
         * @param provider the id in the price table, or the name of a capacity pool
         * @throws IllegalArgumentException if the host has another form or the provider is empty
         */
        public Builder provider(String host, String provider) {
            hosts.add(HostRule.of(host, provider));
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
         * Which failures are billed although the answer has neither usage nor text: none unless set, as providers bill
         * nothing for a 429 or a 5xx before the first token. Answers true for a provider and an HTTP status of 400 and above whose
         * attempts cost what was sent, such as one's own servers that had begun to work.
         */
        public Builder billedFailures(BiPredicate<String, Integer> failures) {
            this.billed = Objects.requireNonNull(failures, "billed failures");
            return this;
        }

        /**
         * Asks for usage where a chat stream in OpenAI's form leaves it out: adds {@code stream_options.include_usage} to
         * requests that have no {@code stream_options}. This changes what is sent, and the caller sees one more event with empty
         * {@code choices}; it is never done unless switched on here.
         */
        public Builder askForUsageInStreams() {
            this.usageInStreams = true;
            return this;
        }

        /** The hooks' common part. */
        public HttpCosts build() {
            return new HttpCosts(this);
        }
    }
}
