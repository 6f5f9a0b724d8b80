package io.unitcost.ledger;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.RequestCost;
import io.unitcost.RequestCostListener;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what each request cost, as one record for every {@link RequestCost}. Thread-safe.
 *
 * <pre>{@code
 * CostLedger ledger = CostLedger.builder(FileLedgerSink.create(Path.of("costs")))
 *         .release("1.42.0")
 *         .salt(secret)
 *         .build();
 * CostMeter meter = CostMeter.builder().listener(ledger).build();
 * }</pre>
 *
 * <p>On the request path it makes the record and gives it to the sink; it throws nothing, and blocks no more than the sink does.
 * What is lost is counted in {@link #counts()}.
 *
 * <p>There is no text of a prompt or an answer in a record. Session and tenant are there as pseudonyms, the provider's id of a
 * response is left out or a pseudonym, and attributes are there only if they were {@linkplain Builder#attributes named}.
 */
public final class CostLedger implements RequestCostListener, AutoCloseable {

    private static final int NAME_BYTES = 8;

    private final LedgerSink sink;
    private final Builder names;
    private final Pseudonyms pseudonyms;
    private final String name;
    private final AtomicLong number = new AtomicLong();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile @Nullable CostMeter meter;

    private CostLedger(Builder builder) {
        this.sink = builder.sink;
        this.names = builder;
        this.pseudonyms = builder.salt == null ? Pseudonyms.random() : Pseudonyms.of(builder.salt);
        byte[] random = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(random);
        this.name = HexFormat.of().formatHex(random);
    }

    /** Writes to a sink, with pseudonyms that are others in every process. */
    public static CostLedger to(LedgerSink sink) {
        return builder(sink).build();
    }

    /** Starts a ledger that writes to a sink. */
    public static Builder builder(LedgerSink sink) {
        return new Builder(sink);
    }

    @Override
    public void onRegistered(CostMeter meter) {
        this.meter = meter;
    }

    @Override
    public void onRequestCost(RequestCost cost) {
        try {
            sink.accept(record(cost));
            accepted.increment();
        } catch (Throwable failure) {
            failed.increment();
            CostMeter known = meter;
            if (known != null) {
                known.reportError(CostMeter.Site.LISTENER, failure);
            } else if (failure instanceof VirtualMachineError fatal && !(failure instanceof StackOverflowError)) {
                throw fatal;
            }
        }
    }

    private LedgerRecord record(RequestCost cost) {
        Map<String, String> said = cost.attributes();
        String release = said.get(names.releaseAttribute);
        return LedgerRecord.builder(
                        name + '-' + number.incrementAndGet(),
                        cost.openedAt(),
                        cost.feature(),
                        cost.total().currency())
                .kind(cost.kind())
                .outcome(cost.outcome())
                .reaped(cost.reaped())
                .durationNanos(cost.durationNanos())
                .latencyBudget(cost.latencyBudget())
                .attempts(attempts(cost))
                .parts(cost.inference(), cost.idle(), cost.support(), cost.retry())
                .meteredElsewhere(cost.meteredElsewhere())
                .revenue(cost.revenue())
                .allowance(cost.allowance())
                .priceTable(cost.priceTable())
                .release(release == null ? names.release : release)
                .promptVersion(said.get(names.promptVersionAttribute))
                .caseId(said.get(names.caseAttribute))
                .session(pseudonyms.of("session", said.get(names.sessionAttribute)))
                .tenant(pseudonyms.of("tenant", said.get(names.tenantAttribute)))
                .attributes(allowed(said))
                .build();
    }

    private List<LedgerAttempt> attempts(RequestCost cost) {
        List<LedgerAttempt> attempts = new ArrayList<>(cost.attempts().size());
        for (AttemptCost known : cost.attempts()) {
            Attempt attempt = known.attempt();
            attempts.add(LedgerAttempt.of(
                    known, names.responseIds ? pseudonyms.of("response", attempt.responseId()) : null));
        }
        return attempts;
    }

    private Map<String, String> allowed(Map<String, String> said) {
        if (said.isEmpty() || names.allowed.isEmpty()) {
            return Map.of();
        }
        Map<String, String> kept = new LinkedHashMap<>();
        for (String attribute : names.allowed) {
            String value = said.get(attribute);
            if (value != null) {
                kept.put(attribute, value);
            }
        }
        return kept;
    }

    /** What became of the records so far. */
    public LedgerCounts counts() {
        LedgerCounts known = sink.counts();
        return known == null
                ? new LedgerCounts(accepted.sum(), 0, failed.sum(), 0)
                : new LedgerCounts(known.written(), known.dropped(), known.failed() + failed.sum(), known.waiting());
    }

    /** Closes the sink, which writes what is left. Close the meter before, so that requests that are still open are in it. */
    @Override
    public void close() {
        try {
            sink.close();
        } catch (Exception e) {
            throw new LedgerException("cost ledger: its sink could not be closed: " + e.getMessage(), e);
        }
    }

    /** Collects a ledger; one thread at a time. Refusals name the argument, the value and the remedy. */
    public static final class Builder {
        private final LedgerSink sink;
        private String sessionAttribute = "session";
        private String tenantAttribute = "tenant";
        private String releaseAttribute = "release";
        private String promptVersionAttribute = "prompt.version";
        private String caseAttribute = "case";
        private @Nullable String release;
        private @Nullable String salt;
        private Set<String> allowed = Set.of();
        private boolean responseIds;

        private Builder(LedgerSink sink) {
            this.sink = Objects.requireNonNull(sink, "sink");
        }

        private Builder(Builder other) {
            this.sink = other.sink;
            this.sessionAttribute = other.sessionAttribute;
            this.tenantAttribute = other.tenantAttribute;
            this.releaseAttribute = other.releaseAttribute;
            this.promptVersionAttribute = other.promptVersionAttribute;
            this.caseAttribute = other.caseAttribute;
            this.release = other.release;
            this.salt = other.salt;
            this.allowed = other.allowed;
            this.responseIds = other.responseIds;
        }

        /** Which attribute of a request names its session; {@code session} unless set. It is written as a pseudonym. */
        public Builder sessionAttribute(String name) {
            this.sessionAttribute = named(name, "session attribute");
            return this;
        }

        /** Which attribute of a request names its tenant; {@code tenant} unless set. It is written as a pseudonym. */
        public Builder tenantAttribute(String name) {
            this.tenantAttribute = named(name, "tenant attribute");
            return this;
        }

        /** Which attribute of a request names the release that serves it; {@code release} unless set. */
        public Builder releaseAttribute(String name) {
            this.releaseAttribute = named(name, "release attribute");
            return this;
        }

        /** Which attribute of a request names the version of its prompt; {@code prompt.version} unless set. */
        public Builder promptVersionAttribute(String name) {
            this.promptVersionAttribute = named(name, "prompt version attribute");
            return this;
        }

        /** Which attribute of a request names the case that is replayed; {@code case} unless set. */
        public Builder caseAttribute(String name) {
            this.caseAttribute = named(name, "case attribute");
            return this;
        }

        /** The release of requests that name none by their attribute. */
        public Builder release(@Nullable String release) {
            this.release = release;
            return this;
        }

        /**
         * What pseudonyms are made with: a secret, the same wherever records are to be joined. Whoever knows it can try names.
         * Without one it is random, and pseudonyms are others in every process.
         *
         * @param secret 16 characters or more, from where passwords are kept
         */
        public Builder salt(String secret) {
            Pseudonyms.of(secret);
            this.salt = secret;
            return this;
        }

        /**
         * Which further attributes of a request are written, as they are. None unless set; of those that a field of their own
         * shows, none may be here.
         */
        public Builder attributes(String... names) {
            Set<String> allowed = new LinkedHashSet<>();
            for (String name : names) {
                allowed.add(named(name, "attribute"));
            }
            this.allowed = allowed;
            return this;
        }

        /** Writes the provider's id of each response, as a pseudonym. It is left out unless this is called. */
        public Builder responseIds() {
            this.responseIds = true;
            return this;
        }

        /**
         * The ledger.
         *
         * @throws IllegalArgumentException if the session or the tenant is among the attributes that are written as they are
         */
        public CostLedger build() {
            for (String secret : List.of(sessionAttribute, tenantAttribute)) {
                if (allowed.contains(secret)) {
                    throw new IllegalArgumentException("attributes: '" + secret
                            + "' names a session or tenant, which is only written as a pseudonym; leave it out");
                }
            }
            return new CostLedger(new Builder(this));
        }

        private static String named(String name, String what) {
            if (name.isBlank()) {
                throw new IllegalArgumentException(what + ": '" + name + "' is blank; give a name");
            }
            return name;
        }
    }
}
