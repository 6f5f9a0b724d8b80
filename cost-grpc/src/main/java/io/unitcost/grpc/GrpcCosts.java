package io.unitcost.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.price.Unit;
import io.unitcost.usage.TokenEstimator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the hooks for gRPC share: the meter they write to, which methods ask models, who is behind which target, and which
 * methods of a server are features. Thread-safe; one per application is enough, for all its channels and servers.
 *
 * <pre>{@code
 * GrpcCosts costs = GrpcCosts.builder(meter).provider("triton:8001", "a10-pool").build();
 * ManagedChannel channel = builder.intercept(costs.clientInterceptor()).build();
 * }</pre>
 *
 * <p>A call is metered when its method is one of a {@link GrpcUsage}: {@linkplain GrpcUsage#presets() those that are known}, or
 * one's own. Everything else passes untouched. Messages pass unchanged and at once; prompts and answers are not kept.
 *
 * <p>A failure of ours is counted at {@link Site#CLIENT}, {@link Site#BOUNDARY} or {@link Site#USAGE} and never reaches the call.
 */
public final class GrpcCosts {

    private static final Set<Status.Code> UNBILLED = EnumSet.of(
            Status.Code.UNAVAILABLE,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.UNIMPLEMENTED,
            Status.Code.UNAUTHENTICATED,
            Status.Code.PERMISSION_DENIED,
            Status.Code.INVALID_ARGUMENT,
            Status.Code.NOT_FOUND,
            Status.Code.ALREADY_EXISTS,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.OUT_OF_RANGE);

    private final CostMeter meter;
    private final MethodUsages usages;
    private final Targets targets;
    private final Forwards forwards;
    private final RequestIds requestIds;
    private final @Nullable TokenEstimator estimator;
    private final BiPredicate<String, Status.Code> billed;
    private final Map<String, Unit> measures;
    private final CallRetries retries;
    private final OpenCalls open;
    private final ClientInterceptor clientInterceptor = new CostClientInterceptor(this);
    private final ServedRequests served;

    private GrpcCosts(Builder builder) {
        this.meter = builder.meter;
        this.usages = new MethodUsages(builder.usages, builder.presets);
        this.targets = new Targets(builder.targets);
        this.forwards = new Forwards(builder.forwards);
        this.requestIds = builder.requestIds;
        this.estimator = builder.estimator;
        this.billed = builder.billed;
        this.measures = Map.copyOf(builder.measures);
        this.retries = new CallRetries(meter::tick);
        this.open = new OpenCalls(builder.longestStill.toNanos());
        this.served = new ServedRequests(meter, builder.resolver(), builder.outcome, builder.trusted, requestIds);
        meter.onReap(open::look);
    }

    /** Writes to this meter, with everything else as usual. */
    public static GrpcCosts create(CostMeter meter) {
        return builder(meter).build();
    }

    /** Starts with what is known of public models and no features. */
    public static Builder builder(CostMeter meter) {
        return new Builder(Objects.requireNonNull(meter, "meter"));
    }

    /**
     * Meters the calls of a channel. Put it where it sees each logical call once: inside of tracing, outside of what adds
     * credentials. Of several on one channel the outermost counts.
     */
    public ClientInterceptor clientInterceptor() {
        return clientInterceptor;
    }

    /**
     * Opens and closes accounts for the calls of a server. An interceptor and a tracer are installed together: the one does not
     * hear of every end, the other not of the method. Call it after the application's own interceptors were added, so that
     * this one is the outermost.
     *
     * @return the same builder
     */
    public <B extends ServerBuilder<B>> B install(B server) {
        return server.addStreamTracerFactory(served).intercept(served.interceptor());
    }

    /** Begins to meter a call; {@code null} if its method asks no model. */
    @Nullable
    MeteredCall begin(MethodDescriptor<?, ?> method, CallOptions options, @Nullable String channelAuthority) {
        GrpcUsage usage = usages.of(method.getFullMethodName());
        String authority = options.getAuthority() == null ? channelAuthority : options.getAuthority();
        if (usage == null) {
            return forwarded(method.getFullMethodName(), authority);
        }
        Target target = targets.of(method.getFullMethodName(), usage, authority);
        return usage.isCorrelated() ? new StreamRecord(this, target, options) : new CallRecord(this, target, options);
    }

    /** A call to a service of one's own that is told who pays; {@code null} if it is another's, or nobody pays. */
    private @Nullable MeteredCall forwarded(String method, @Nullable String authority) {
        Set<String> allowed = authority == null ? null : forwards.attributes(authority);
        if (allowed == null) {
            return null;
        }
        Caller caller = Caller.current();
        return caller.request().isAttributed() && authority != null
                ? new ForwardedCall(this, method, authority, allowed, caller)
                : null;
    }

    CostMeter meter() {
        return meter;
    }

    RequestIds requestIds() {
        return requestIds;
    }

    CallRetries retries() {
        return retries;
    }

    OpenCalls open() {
        return open;
    }

    @Nullable
    TokenEstimator estimator() {
        return estimator;
    }

    /** Whether a try that failed like this without any usage is billed. */
    boolean isBilled(String provider, Status.Code code) {
        try {
            return billed.test(provider, code);
        } catch (Throwable failure) {
            report(failure);
            return !UNBILLED.contains(code);
        }
    }

    /** What a try without reported counts is measured in, if this provider is paid that way. */
    @Nullable
    Unit measure(String provider) {
        return measures.get(provider);
    }

    void report(Throwable failure) {
        meter.reportError(Site.CLIENT, failure);
    }

    void reportUsage(Throwable failure) {
        meter.reportError(Site.USAGE, failure);
    }

    /** Paths that do not fit the messages of a method: told once, by the first call that finds them. */
    void reportProblems(String method, UsageReading reading) {
        List<String> problems = reading.problems();
        for (int i = 0; i < problems.size(); i++) {
            reportUsage(new IllegalArgumentException("usage of " + method + ": " + problems.get(i)));
        }
    }

    /** Collects what the hooks may do; one thread at a time. */
    public static final class Builder {
        private static final Duration LONGEST_STILL = Duration.ofMinutes(10);
        private static final Set<Unit> MEASURES = Set.of(Unit.ACCELERATOR_SECONDS, Unit.BYTES, Unit.REQUESTS);

        private final CostMeter meter;
        private final List<GrpcUsage> usages = new ArrayList<>();
        private final List<Targets.Rule> targets = new ArrayList<>();
        private final List<Forwards.Rule> forwards = new ArrayList<>();
        private final Map<String, Unit> measures = new HashMap<>();
        private RequestIds requestIds = RequestIds.USUAL;
        private boolean presets = true;
        private @Nullable TokenEstimator estimator = TokenEstimator.byScript();
        private BiPredicate<String, Status.Code> billed = (provider, code) -> !UNBILLED.contains(code);
        private Duration longestStill = LONGEST_STILL;
        private @Nullable Function<ServedCall, @Nullable String> feature;
        private @Nullable String unmapped;
        private Function<Status, Outcome> outcome = ServedRequests::outcomeOf;
        private Predicate<ServedCall> trusted = call -> false;

        private Builder(CostMeter meter) {
            this.meter = meter;
        }

        /** Says how a method reports what it used; goes before what is known, the last one for a method counts. */
        public Builder usage(GrpcUsage usage) {
            usages.add(Objects.requireNonNull(usage, "usage"));
            return this;
        }

        /** Meters only methods that {@link #usage} names. */
        public Builder withoutPresets() {
            this.presets = false;
            return this;
        }

        /**
         * Who is paid for what a target answers: one's own servers, a proxy. Goes before what is known of the method; the first
         * that fits counts. A target that is not named here, and whose method says nothing, is a provider of its own, without a
         * price.
         *
         * @param authority {@code HOST[:PORT]} as the channel has it, with {@code *} for any labels, such as
         *     {@code triton.example.com:8001}, {@code *.example.com} or {@code *}
         * @param provider the id in the price table, or the name of a capacity pool
         * @throws IllegalArgumentException if the authority has another form or the provider is empty
         */
        public Builder provider(String authority, String provider) {
            targets.add(Targets.Rule.of(authority, provider, null));
            return this;
        }

        /**
         * The same for a target that serves one model and does not name it, such as a vLLM engine.
         *
         * @param model where the messages name none
         */
        public Builder provider(String authority, String provider, String model) {
            targets.add(Targets.Rule.of(authority, provider, Objects.requireNonNull(model, "model")));
            return this;
        }

        /**
         * How a provider is paid whose answers say nothing of what they used: by {@link Unit#ACCELERATOR_SECONDS}, from the
         * moment that a try left to its end; by {@link Unit#BYTES} of messages both ways as they are on the wire; or by
         * {@link Unit#REQUESTS}. What is measured here is marked as an estimate.
         *
         * @throws IllegalArgumentException for another unit
         */
        public Builder measure(String provider, Unit unit) {
            if (!MEASURES.contains(unit)) {
                throw new IllegalArgumentException("measure of " + provider + ": " + unit.unitName()
                        + " cannot be measured here; give ACCELERATOR_SECONDS, BYTES or REQUESTS");
            }
            measures.put(Objects.requireNonNull(provider, "provider"), unit);
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

        /** Estimates nothing from text: usage that nobody reported is unknown, and its attempt unpriced. */
        public Builder withoutEstimates() {
            this.estimator = null;
            return this;
        }

        /**
         * Which failures are billed although nothing of an answer came. Unless set those that a server may have worked for: of
         * {@code CANCELLED}, {@code DEADLINE_EXCEEDED}, {@code INTERNAL}, {@code UNKNOWN}, {@code ABORTED} and {@code DATA_LOSS}
         * the prompt is estimated; the others refuse before they work, and cost nothing.
         */
        public Builder billedFailures(BiPredicate<String, Status.Code> failures) {
            this.billed = Objects.requireNonNull(failures, "billed failures");
            return this;
        }

        /**
         * After how long without a message a call that nobody ends, such as that of an abandoned iterator, counts as given up;
         * ten minutes unless set.
         *
         * @throws IllegalArgumentException if it is not above 0
         */
        public Builder longestSilence(Duration silence) {
            if (silence.isNegative() || silence.isZero()) {
                throw new IllegalArgumentException(
                        "longest silence: " + silence + " is not above 0; give some minutes");
            }
            this.longestStill = silence;
            return this;
        }

        /**
         * Which feature a call of a server is: by a function of what the server knows, never of what a client may choose freely.
         *
         * @param function {@code null} if the call opens no account. Called before the application's code, on its thread; an
         *     exception counts as {@code null} and at {@link Site#BOUNDARY}.
         */
        public Builder feature(Function<ServedCall, @Nullable String> function) {
            this.feature = Objects.requireNonNull(function, "feature");
            return this;
        }

        /**
         * Which feature a call of a server is, by its method.
         *
         * @param text pairs of method and feature, such as {@code shop.Assistant/Chat : chat; shop.Search/* : search}, with
         *     semicolons or line breaks between them
         * @throws IllegalArgumentException if a pair is not understood, naming it
         */
        public Builder features(String text) {
            return feature(MethodFeatures.parse(text));
        }

        /** The feature of calls that no other one is named for; without it they open no account. */
        public Builder unmapped(String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException(
                        "unmapped: the feature is empty; give it a name, or leave it out to open no account");
            }
            this.unmapped = name;
            return this;
        }

        /**
         * How the status of a served call becomes its outcome: unless set {@code OK} is delivered, {@code CANCELLED} is cancelled,
         * everything else has failed. An exception, and {@code null}, count as that.
         */
        public Builder outcome(Function<Status, Outcome> rule) {
            this.outcome = Objects.requireNonNull(rule, "outcome");
            return this;
        }

        /**
         * Tells another service of one's own who pays for what it does: calls that are made for a request carry its feature and
         * its {@linkplain #requestId id}, and what that service says they cost and used becomes part of this request's cost,
         * without being published again. The service must {@linkplain #trust believe} it. Nothing is told unless switched on here:
         * costs and customers are nobody else's business.
         *
         * @param authority {@code HOST[:PORT]} as for {@link #provider(String, String)}
         * @param attributes the names of the request's attributes that go along, such as {@code tenant}; none by default
         */
        public Builder forward(String authority, String... attributes) {
            forwards.add(Forwards.Rule.of(authority, Set.of(attributes)));
            return this;
        }

        /**
         * Which attribute of a request is its id, in this service and in those that it tells and believes; {@code request_id}
         * unless set. A request that the application gave none gets a random one when a call is first
         * {@linkplain #forward forwarded} for it. The id goes along with the {@link io.unitcost.RequestCost} on both sides, for
         * ledgers and logs, and is no tag of a meter. One that is not of 1 to 128 visible ASCII characters is neither sent nor kept.
         *
         * @throws IllegalArgumentException if the name is empty or longer than 100 characters
         */
        public Builder requestId(String attribute) {
            this.requestIds = new RequestIds(Objects.requireNonNull(attribute, "request id"));
            return this;
        }

        /**
         * Which callers are believed when they say who pays: calls of a server whose metadata name a feature are then work for
         * that feature's request at the caller, and their cost and usage go back in trailers. Nobody is believed unless switched on
         * here; metadata of others is ignored.
         *
         * @param callers by the connection's certificate, say, and never by a header alone; an exception counts as no, and at
         *     {@link Site#BOUNDARY}
         */
        public Builder trust(Predicate<ServedCall> callers) {
            this.trusted = Objects.requireNonNull(callers, "trust");
            return this;
        }

        private Function<ServedCall, @Nullable String> resolver() {
            Function<ServedCall, @Nullable String> named = feature;
            String rest = unmapped;
            if (named == null) {
                return call -> rest;
            }
            return call -> {
                String name = named.apply(call);
                return name == null ? rest : name;
            };
        }

        /** The hooks' common part. */
        public GrpcCosts build() {
            return new GrpcCosts(this);
        }
    }
}
