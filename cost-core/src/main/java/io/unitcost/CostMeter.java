package io.unitcost;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.Reaped;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.source.PriceSources;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way in: opens accounts for requests, takes usage from wherever it turns up, prices a request when it ends and
 * tells the listeners. Thread-safe; one per application is enough.
 *
 * <pre>{@code
 * CostMeter meter = CostMeter.builder()
 *         .objective(CostObjective.of("chat").revenue("0.002").targetMargin("0.8").build())
 *         .listener(CostMetrics.create(registry))
 *         .build();
 * }</pre>
 *
 * <p>On the request path nothing is thrown, blocked on or logged per event. Failures of ours, and of functions and
 * listeners that the application gave us, are counted by {@link Site}.
 *
 * <p>A daemon thread looks once a second for accounts that nobody closed. It ends when the meter is closed or no longer
 * reachable.
 */
public final class CostMeter implements AutoCloseable {

    /** Where a failure was caught. A small, closed set, so that it can be a metric tag. */
    public enum Site {
        /** At the edge of a request: filter, server interceptor. */
        BOUNDARY,
        /** A client hook: an interceptor, a wrapped HTTP client. */
        CLIENT,
        /** Reading usage from the bytes of a request or an answer, or estimating it. */
        USAGE,
        /** Writing an attempt to an account. */
        RECORD,
        /** Pricing an attempt. */
        PRICING,
        /** Closing an account. */
        CLOSE,
        /** What the application says a request earns or may cost: its functions, or an amount in another currency. */
        OBJECTIVE,
        /** A listener. */
        LISTENER,
        /** A scope closed twice, out of order or on another thread. */
        SCOPE,
        /** The search for forgotten accounts. */
        REAPER;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The site as a metric tag: {@code listener}. */
        public String label() {
            return label;
        }
    }

    private static final int REMEMBERED_RESPONSES = 10_000;

    private final LongSupplier ticker;
    private final Clock clock;
    private final long lingerNanos;
    private final long maxAgeNanos;
    private final Features features;
    private final List<CapacityPool> pools;
    private final RequestCostListener[] listeners;
    private final Guard guard;
    private final OpenAccounts open = new OpenAccounts();
    private final Cache<String, Boolean> responses = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_RESPONSES)
            .executor(Runnable::run)
            .build();
    private final LongAdder duplicates = new LongAdder();
    private final List<LongConsumer> lookouts = new CopyOnWriteArrayList<>();
    private final @Nullable Reaper reaper;
    private final @Nullable PriceFeed feed;
    private volatile boolean transportsReport;
    private volatile Pricer pricer;

    private CostMeter(Builder builder, boolean inert) {
        this.ticker = builder.ticker;
        this.clock = builder.clock;
        this.lingerNanos = builder.linger.toNanos();
        this.maxAgeNanos = builder.maxAge.toNanos();
        this.features = new Features(builder.features, builder.objectives, builder.maxFeatures);
        this.pools = List.copyOf(builder.pools.values());
        this.listeners = builder.listeners.toArray(new RequestCostListener[0]);
        this.guard = new Guard(ticker);
        this.pricer = new Pricer(
                builder.prices(),
                Map.copyOf(builder.pools),
                guard,
                builder.reportedCost,
                Map.copyOf(builder.reportedCosts));
        this.reaper = inert ? null : Reaper.start(this);
        this.feed = builder.sources == null ? null : PriceFeed.start(builder.sources, this);
    }

    /** Starts a meter with the bundled prices, no objectives and no listeners. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Opens the account of a request. If this thread's current request is still open, joins it instead: one account per
     * request, however many boundaries it passes.
     *
     * @param feature from code or configuration, never from what a client sends; beyond the cap on names the request
     *     counts under {@code other}
     */
    public RequestMeter open(String feature) {
        return open(feature, Kind.REQUEST);
    }

    private RequestMeter open(String feature, Kind kind) {
        RequestMeter current = Current.request();
        if (current != null && current.meter() == this && current.isOpen()) {
            current.name(feature);
            return current.join();
        }
        return openAccount(features.resolve(feature == null ? "" : feature), kind);
    }

    /**
     * Opens the account of a request that may have nothing to do with AI, at a boundary that sees all of them: which feature
     * pays {@linkplain RequestMeter#name(String) is said later}. A request that ends without a name and without usage is not
     * published at all; one with usage and no name counts under {@code unattributed}. Joins as {@link #open} does, and a later
     * {@code open} in it names it.
     */
    public RequestMeter openUnnamed() {
        RequestMeter current = Current.request();
        if (current != null && current.meter() == this && current.isOpen()) {
            return current.join();
        }
        return openAccount(features.unnamed(), Kind.REQUEST);
    }

    /**
     * Opens an account for work on a request whose own account is at another service: its feature pays, and no request is
     * counted. Tell that service what it cost, and it counts it without publishing it again. Joins as {@link #open} does.
     *
     * @param feature as the other service names it, where that is trusted; beyond the cap on names {@code other}
     */
    public RequestMeter openSubrequest(String feature) {
        return open(feature, Kind.SUBREQUEST);
    }

    /**
     * Opens a generation call in this thread's current request, or without one as unattributed usage. For the layer that
     * knows the logical call: a framework hook, an SDK wrapper, the application.
     */
    public CallMeter call() {
        return openCall(null);
    }

    /**
     * Opens a call for something that is not generation, in this thread's current request, or without one as
     * unattributed usage.
     *
     * @param service what for, such as {@code retrieval}: a small set of names from code
     */
    public CallMeter support(String service) {
        return openCall(named(service));
    }

    /**
     * For transport hooks, which see tries but not what they are for. Joins the call that is current on this thread: its
     * owner reports the answer, the hook adds the tries that failed. Without one, the hook owns a call of its own.
     */
    public CallMeter joinCall() {
        return join(null);
    }

    /**
     * The same for something that is not generation.
     *
     * @param service what for, if no layer above owns the call: a small set of names from code
     */
    public CallMeter joinSupport(String service) {
        return join(named(service));
    }

    private CallMeter join(@Nullable String service) {
        transportsReport = true;
        CallMeter owner = Current.call();
        if (owner != null && owner.request().meter() == this) {
            return CallMeter.below(owner);
        }
        return openCall(service).ownedByTransport();
    }

    /** Writes the only attempt of a generation call to this thread's current request, or as unattributed usage. */
    public void record(Attempt attempt) {
        recordOnly(call(), attempt);
    }

    /**
     * Writes the only attempt of a call for something that is not generation to this thread's current request, or as
     * unattributed usage.
     *
     * @param service what for, such as {@code retrieval}: a small set of names from code
     */
    public void recordSupport(String service, Attempt attempt) {
        recordOnly(support(service), attempt);
    }

    private static void recordOnly(CallMeter call, Attempt attempt) {
        call.record(attempt);
        call.end();
    }

    /** The price table in force. */
    public PriceTable prices() {
        return pricer.prices();
    }

    /**
     * Puts another price table in force, for accounts that close from now on.
     *
     * @throws IllegalArgumentException if its currency is another one
     * @throws IllegalStateException if this meter follows {@link PriceSources}
     */
    public void prices(PriceTable table) {
        if (feed != null) {
            throw new IllegalStateException("price table " + table.id()
                    + ": this meter follows its PriceSources; change one of their files, or give it there as override");
        }
        follow(table);
    }

    synchronized void follow(PriceTable table) {
        requireCurrency(table.currency(), currency(), "price table " + table.id(), "PriceTable.convertedTo");
        pricer = pricer.with(table);
    }

    /** Where the prices come from that this meter follows; {@code null} if it was given a table. */
    public @Nullable PriceSources priceSources() {
        return feed == null ? null : feed.sources();
    }

    /** The currency of every amount this meter publishes. */
    public Currency currency() {
        return pricer.currency();
    }

    /** The configured features, sorted; requests of other features are counted up to the cap. */
    public Set<String> features() {
        return features.known();
    }

    /** The objectives, sorted by feature. */
    public List<CostObjective> objectives() {
        return features.objectives();
    }

    /** The objective of a feature, or {@code null}. */
    public @Nullable CostObjective objective(String feature) {
        return features.objective(feature);
    }

    /** The capacity pools. */
    public List<CapacityPool> pools() {
        return pools;
    }

    /** The clock that says when requests were opened, for prices that depend on the time. */
    public Clock clock() {
        return clock;
    }

    /** How many failures were caught at a site. */
    public long errors(Site site) {
        return guard.count(site);
    }

    /** How many answers were reported by two layers that did not know of each other, and counted once. */
    public long duplicates() {
        return duplicates.sum();
    }

    /**
     * Counts a failure that a boundary or hook has caught; says so in the log at most once a minute. Rethrows errors of
     * the virtual machine.
     */
    public void reportError(Site site, Throwable failure) {
        guard.caught(site, failure);
    }

    /**
     * Closes accounts that are overdue: ended for longer than the linger time with a call still open, or older than the
     * maximum age. The meter does this once a second by itself.
     *
     * @return how many were closed
     */
    public int reap() {
        long now = tick();
        for (LongConsumer lookout : lookouts) {
            try {
                lookout.accept(now);
            } catch (Throwable failure) {
                guard.caught(Site.REAPER, failure);
            }
        }
        int[] reaped = new int[1];
        open.forEach(account -> reaped[0] += account.reap(now, lingerNanos, maxAgeNanos) ? 1 : 0);
        return reaped[0];
    }

    /**
     * For hooks that look after calls nobody ended: called about once a second, before forgotten accounts are looked for, as
     * long as the meter is open. It must not block; an exception counts at {@link Site#REAPER}.
     *
     * @param lookout takes the time by {@link #tick()}
     */
    public void onReap(LongConsumer lookout) {
        lookouts.add(Objects.requireNonNull(lookout, "lookout"));
    }

    /**
     * Closes every open account, stops looking for forgotten ones and following prices. Requests that come later are still
     * counted. {@link PriceSources} stay open: others may follow them too.
     */
    @Override
    public void close() {
        if (reaper != null) {
            reaper.stop();
        }
        if (feed != null) {
            feed.stop();
        }
        open.forEach(account -> account.close(Reaped.SHUTDOWN));
    }

    /** A closed request of a meter that prices nothing and tells no one. */
    static RequestMeter inertRequest() {
        return Inert.REQUEST;
    }

    /** The time by this meter's ticker, in nanoseconds: only differences mean something. */
    public long tick() {
        return ticker.getAsLong();
    }

    long millis() {
        return clock.millis();
    }

    boolean isDuplicate(Attempt attempt, boolean byTransport) {
        String id = attempt.responseId();
        if (id == null || !transportsReport) {
            return false;
        }
        String key = attempt.provider() + '\0' + id;
        Boolean reportedByTransport = responses.asMap().putIfAbsent(key, byTransport);
        if (reportedByTransport == null || reportedByTransport == byTransport) {
            return false;
        }
        // one report of each layer belongs to one answer; the id may come again
        responses.invalidate(key);
        duplicates.increment();
        return true;
    }

    void settle(RequestMeter account, @Nullable Entry newest, @Nullable Reaped reaped) {
        try {
            open.remove(account);
            if (newest == null && reaped == null && account.kind() == Kind.UNATTRIBUTED) {
                return; // a call that came to nothing, such as one that was never sent
            }
            if (newest == null && !account.isNamed()) {
                return; // a request without AI
            }
            account.acceptSuggestedName();
            Pricer prices = pricer;
            Settlement parts = Settlement.of(newest, prices, account.openedMillis());
            Outcome outcome = account.isOfRequest()
                    ? account.outcome()
                    : parts.isDelivered() ? Outcome.DELIVERED : Outcome.FAILED;
            publish(account, account.kind(), outcome, reaped, parts, prices);
        } catch (Throwable failure) {
            guard.caught(Site.CLOSE, failure);
        }
    }

    Money costOf(@Nullable Entry newest, long atMillis) {
        Pricer prices = pricer;
        Money sum = Money.zero(prices.currency());
        for (Entry entry = newest; entry != null; entry = entry.older) {
            Charge charge = prices.charge(entry.attempt, atMillis);
            Money cost = charge.cost();
            Money idle = charge.idle();
            sum = cost == null ? sum : sum.plus(cost);
            sum = cost == null || idle == null ? sum : sum.plus(idle);
        }
        return sum;
    }

    Tally tallyOf(@Nullable Entry newest, long atMillis) {
        return Tally.of(newest, pricer, atMillis);
    }

    void late(RequestMeter account, Entry entry) {
        account.acceptSuggestedName();
        Pricer prices = pricer;
        Settlement parts = Settlement.ofLate(entry, prices, account.openedMillis());
        Kind kind = account.isOfRequest() ? Kind.LATE : account.kind();
        publish(account, kind, account.outcome(), null, parts, prices);
    }

    private void publish(
            RequestMeter account,
            Kind kind,
            Outcome outcome,
            @Nullable Reaped reaped,
            Settlement parts,
            Pricer prices) {
        Features.Feature feature = account.featureOf();
        boolean earns = kind == Kind.REQUEST && outcome == Outcome.DELIVERED;
        CostObjective objective = earns ? feature.objective() : null;
        Money own = earns ? account.ownRevenue() : null;
        Money revenue = own != null || objective == null ? own : objective.fixedRevenue();
        RequestCost cost = new RequestCost(
                kind,
                feature,
                outcome,
                reaped,
                account.openedMillis(),
                account.durationNanos(),
                parts,
                prices.prices().id(),
                account.attributes(),
                revenue,
                objective == null ? null : objective.allowanceOf(revenue));
        if (objective != null && objective.isComputed()) {
            cost = compute(cost, objective, own);
        }
        for (RequestCostListener listener : listeners) {
            try {
                listener.onRequestCost(cost);
            } catch (Throwable failure) {
                guard.caught(Site.LISTENER, failure);
            }
        }
    }

    private RequestCost compute(RequestCost cost, CostObjective objective, @Nullable Money own) {
        try {
            RequestCost computed = objective.applyTo(cost, own);
            for (Money amount : new Money[] {computed.revenue(), computed.allowance()}) {
                if (amount != null) {
                    requireEarnable(amount, "objective of " + objective.feature());
                }
            }
            return computed;
        } catch (Throwable failure) {
            guard.caught(Site.OBJECTIVE, failure);
            return cost;
        }
    }

    Features.Feature unnamed() {
        return features.unnamed();
    }

    Features.Feature resolve(String feature) {
        return features.resolve(feature);
    }

    private RequestMeter openAccount(Features.Feature feature, Kind kind) {
        RequestMeter account = RequestMeter.open(this, feature, kind);
        open.add(account);
        return account;
    }

    private CallMeter openCall(@Nullable String service) {
        RequestMeter request = Current.request();
        if (request != null && request.meter() == this) {
            return service == null ? request.call() : request.support(service);
        }
        RequestMeter account = openAccount(features.unattributed(), Kind.UNATTRIBUTED);
        CallMeter call = service == null ? account.call() : account.support(service);
        account.end(Outcome.DELIVERED);
        return call;
    }

    void requireEarnable(Money amount, String what) {
        requireCurrency(amount.currency(), currency(), what, "Money");
        if (amount.signum() < 0) {
            throw new IllegalArgumentException(what + ": " + amount + " is negative; give zero or more");
        }
    }

    /** A service without a name is one nobody knows, and no generation. */
    static String named(@Nullable String service) {
        return service == null ? "unknown" : service;
    }

    private static void requireCurrency(Currency given, Currency wanted, String what, String remedy) {
        if (!given.equals(wanted)) {
            throw new IllegalArgumentException(what + " is in " + given + " but this meter counts in " + wanted
                    + "; convert it at a stated rate first (" + remedy + ")");
        }
    }

    private static final class Inert {
        static final RequestMeter REQUEST = create();

        private static RequestMeter create() {
            CostMeter meter = new CostMeter(
                    new Builder().prices(PriceTable.builder("none").build()), true);
            return RequestMeter.inert(meter, meter.features.unattributed());
        }
    }

    /** Collects a meter; one thread at a time. Refusals name the argument, the value and the remedy. */
    public static final class Builder {
        private static final Duration DEFAULT_LINGER = Duration.ofSeconds(30);
        private static final Duration DEFAULT_MAX_AGE = Duration.ofMinutes(15);
        private static final int DEFAULT_MAX_FEATURES = 100;
        private static final Duration LONGEST = Duration.ofDays(36_500);

        private @Nullable PriceTable prices;
        private @Nullable PriceSources sources;
        private final Map<String, CapacityPool> pools = new LinkedHashMap<>();
        private final Map<String, ReportedCost> reportedCosts = new LinkedHashMap<>();
        private final List<CostObjective> objectives = new ArrayList<>();
        private final Set<String> features = new TreeSet<>();
        private final List<RequestCostListener> listeners = new ArrayList<>();
        private ReportedCost reportedCost = ReportedCost.COMPARE;
        private LongSupplier ticker = System::nanoTime;
        private Clock clock = Clock.systemUTC();
        private Duration linger = DEFAULT_LINGER;
        private Duration maxAge = DEFAULT_MAX_AGE;
        private int maxFeatures = DEFAULT_MAX_FEATURES;

        private Builder() {}

        /** What models and services cost; {@link PriceTable#bundled()} unless set. */
        public Builder prices(PriceTable table) {
            this.prices = table;
            this.sources = null;
            return this;
        }

        /** Prices that change while the meter runs: what is in force when an account closes prices it. */
        public Builder prices(PriceSources sources) {
            this.sources = sources;
            this.prices = null;
            return this;
        }

        /** What becomes of costs that providers report themselves; {@link ReportedCost#COMPARE} unless set. */
        public Builder reportedCost(ReportedCost policy) {
            this.reportedCost = policy;
            return this;
        }

        /**
         * What becomes of costs that one provider reports itself, such as {@link ReportedCost#USE} for {@code openrouter},
         * whose reported cost is the bill.
         *
         * @param provider as attempts name it
         */
        public Builder reportedCost(String provider, ReportedCost policy) {
            reportedCosts.put(provider, policy);
            return this;
        }

        /** Capacity of one's own; attempts with its name as their provider are priced there. */
        public Builder pool(CapacityPool pool) {
            if (pools.putIfAbsent(pool.name(), pool) != null) {
                throw new IllegalArgumentException(
                        "capacity pool " + pool.name() + " is there twice; remove one of them");
            }
            return this;
        }

        /** What a feature earns and may cost. The feature is known from the start. */
        public Builder objective(CostObjective objective) {
            objectives.add(objective);
            return this;
        }

        /** A feature without objective that is known from the start, so that its meters exist before its first request. */
        public Builder feature(String feature) {
            features.add(Features.requireName(feature));
            return this;
        }

        /** Told what each request cost, in the order of registration. */
        public Builder listener(RequestCostListener listener) {
            listeners.add(listener);
            return this;
        }

        /** Nanoseconds that only go forward; {@link System#nanoTime} unless set. For tests. */
        public Builder ticker(LongSupplier ticker) {
            this.ticker = ticker;
            return this;
        }

        /** The time of day, for prices that depend on it; UTC system time unless set. */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** How long an ended request waits for its open calls; 30 seconds unless set, 0 or more. */
        public Builder linger(Duration linger) {
            this.linger = requireNotNegative(linger, "linger");
            return this;
        }

        /** How old an account becomes before it is closed as forgotten; 15 minutes unless set, above 0. */
        public Builder maxAge(Duration maxAge) {
            if (requireNotNegative(maxAge, "maximum age").isZero()) {
                throw new IllegalArgumentException("maximum age: 0 would close every request at once; give more");
            }
            this.maxAge = maxAge;
            return this;
        }

        /** How many feature names are admitted beside the configured ones; 100 unless set, 0 or more. */
        public Builder maxFeatures(int count) {
            if (count < 0) {
                throw new IllegalArgumentException("maximum features: " + count + " is below 0; give 0 or more");
            }
            this.maxFeatures = count;
            return this;
        }

        /**
         * The meter. Its listeners are told before this returns.
         *
         * @throws IllegalArgumentException if currencies differ or a feature has two objectives
         */
        public CostMeter build() {
            Currency currency = prices().currency();
            for (CapacityPool pool : pools.values()) {
                requireCurrency(pool.currency(), currency, "capacity pool " + pool.name(), "Builder.currency");
            }
            for (CostObjective objective : objectives) {
                for (Money amount : objective.fixedAmounts()) {
                    requireCurrency(amount.currency(), currency, "objective of " + objective.feature(), "Money");
                }
            }
            CostMeter meter = new CostMeter(this, false);
            try {
                for (RequestCostListener listener : meter.listeners) {
                    listener.onRegistered(meter);
                }
                return meter;
            } catch (Throwable failure) {
                meter.close();
                throw failure;
            }
        }

        private PriceTable prices() {
            if (sources != null) {
                return sources.current();
            }
            return prices == null ? PriceTable.bundled() : prices;
        }

        private static Duration requireNotNegative(Duration duration, String what) {
            if (duration.isNegative()) {
                throw new IllegalArgumentException(what + ": " + duration + " is below 0; give 0 or more");
            }
            if (duration.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        what + ": " + duration + " is too long; give " + LONGEST + " at most");
            }
            return duration;
        }
    }
}
