package io.unitcost.price.source;

import io.unitcost.price.PriceChange;
import io.unitcost.price.PriceTable;
import io.unitcost.price.PriceTableException;
import io.unitcost.price.source.LayerStatus.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Price tables in layers, kept current: what the application overrides, files, a list that is fetched, and the bundled
 * table. A model is priced by the highest layer that has it. Thread-safe.
 *
 * <pre>{@code
 * PriceSources prices = PriceSources.builder()
 *         .file(Path.of("prices-acme.json"))
 *         .remote(URI.create("https://prices.example/prices.json"))
 *         .build();
 * CostMeter meter = CostMeter.builder().prices(prices).build();
 * }</pre>
 *
 * <p>Layers change as a whole: a table is read and checked completely, then one reference is swapped. Whatever fails is
 * counted and logged, and the layer's last good table stays. There is no network without {@link Builder#remote}.
 *
 * <p>One daemon thread looks at files and at the remote list. It ends when the sources are closed or no longer reachable.
 */
public final class PriceSources implements AutoCloseable {

    private final Layers layers;
    private final List<Watched> watched;
    private final Clock clock;
    private final Journal journal;
    private final ReentrantLock looking = new ReentrantLock();
    private final @Nullable Watcher watcher;
    private volatile boolean closed;

    private PriceSources(Builder builder, List<Layer> layers, List<Watched> watched) {
        this.journal = new Journal(builder.ticker);
        this.layers = new Layers(layers, builder.clock, journal);
        this.watched = List.copyOf(watched);
        this.clock = builder.clock;
        this.watcher = builder.background && !watched.isEmpty() ? Watcher.start(this) : null;
    }

    /** Starts with the bundled table alone. */
    public static Builder builder() {
        return new Builder();
    }

    /** The table in force. */
    public PriceTable current() {
        return layers.current();
    }

    /**
     * Tells of every change, and of the table in force right now. Tables come in the order in which they are in force.
     *
     * @param subscriber is called on this thread now and on any thread later. The change waits for it, so it returns soon
     *     and changes nothing here. Its failures later are counted, and others are told nevertheless
     * @return ends the subscription
     */
    public Runnable subscribe(Consumer<PriceTable> subscriber) {
        return layers.subscribe(subscriber);
    }

    /** How often a subscriber failed. */
    public long subscriberFailures() {
        return layers.subscriberFailures();
    }

    /**
     * Looks at every file and at the remote list now, on this thread, and waits for them. The daemon thread looks by
     * itself; this is for those who cannot wait for it. What fails is in {@link #layers}. After {@link #close} it does
     * nothing.
     *
     * @return whether there is another table in force than before
     */
    public boolean refresh() {
        PriceTable before = current();
        lookAt(any -> true);
        return current() != before;
    }

    /**
     * What the remote list says and is not taken, because it moved more than ten times up or down, or became free or
     * ceased to be. These models keep all of their old prices; other models have the list's.
     */
    public List<PriceChange> held() {
        return layers.held();
    }

    /**
     * Takes the price of a model that is held back, at once. The next move of that size is held back again, and after a
     * restart this one is: a price that is meant to stay belongs in a file.
     *
     * @param provider as {@link PriceChange#provider} says it, whatever the case
     * @param model as {@link PriceChange#model} says it, whatever the case
     * @return whether it was held back
     */
    public boolean confirm(String provider, String model) {
        return layers.confirm(provider, model) > 0;
    }

    /**
     * Takes everything that is held back, at once.
     *
     * @return how many models that were
     */
    public int confirmAll() {
        return layers.confirmAll();
    }

    /** How each layer is doing, the highest first. Their number, order and names never change. */
    public List<LayerStatus> layers() {
        return layers.status();
    }

    /** Stops looking and telling. The table in force stays readable. */
    @Override
    public void close() {
        closed = true;
        if (watcher != null) {
            watcher.stop();
        }
        layers.unsubscribeAll();
    }

    /** Looks at what is due by the schedule. */
    void lookAtWhatIsDue() {
        lookAt(one -> one.schedule().nanosToWait() == 0);
    }

    long nanosToWait() {
        return watched.stream()
                .mapToLong(one -> one.schedule().nanosToWait())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void lookAt(Predicate<Watched> which) {
        looking.lock();
        try {
            for (Watched one : watched) {
                if (!closed && which.test(one)) {
                    one.look(layers::take, clock, journal);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            looking.unlock();
        }
    }

    /** Collects layers; one thread at a time. Refusals name the argument, the value and the remedy. */
    public static final class Builder {
        private static final Duration FILES_EVERY = Duration.ofSeconds(10);
        private static final Duration REMOTE_EVERY = Duration.ofHours(6);
        private static final Duration REMOTE_RETRY = Duration.ofSeconds(30);
        private static final Duration REMOTE_TIMEOUT = Duration.ofSeconds(20);
        private static final int REMOTE_MAX_BYTES = 16 << 20;
        private static final Duration LONGEST = Duration.ofDays(3_650);

        private @Nullable PriceTable override;
        private final List<Path> files = new ArrayList<>();
        private @Nullable URI remote;
        private Supplier<Map<String, String>> headers = Map::of;
        private boolean plainHttp;
        private Duration filesEvery = FILES_EVERY;
        private Duration remoteEvery = REMOTE_EVERY;
        private Duration remoteTimeout = REMOTE_TIMEOUT;
        private int remoteMaxBytes = REMOTE_MAX_BYTES;
        private boolean bundled = true;
        private @Nullable PriceTable fallback;
        private boolean background = true;
        private Clock clock = Clock.systemUTC();
        private LongSupplier ticker = System::nanoTime;

        private Builder() {}

        /** The highest layer: prices that the application states itself. */
        public Builder override(PriceTable table) {
            this.override = table;
            return this;
        }

        /**
         * A price file, in any format that {@link PriceTable#read} knows. It is read by {@link #build} and looked at
         * again and again. With several files, the first given is the highest.
         */
        public Builder file(Path file) {
            files.add(file.toAbsolutePath());
            return this;
        }

        /** How often files are looked at; every 10 seconds unless set. */
        public Builder checkFilesEvery(Duration interval) {
            this.filesEvery = requirePositive(interval, "interval of files");
            return this;
        }

        /**
         * A price list that a server publishes, in any format that {@link PriceTable#read} knows; there is none unless
         * set. It is fetched soon after {@link #build}, which does not wait for it.
         *
         * @param address {@code https}, or {@code http} to this machine
         */
        public Builder remote(URI address) {
            this.remote = address;
            return this;
        }

        /** How often the remote list is asked for; every 6 hours unless set. After a failure sooner. */
        public Builder remoteEvery(Duration interval) {
            this.remoteEvery = requirePositive(interval, "interval of the remote list");
            return this;
        }

        /** How long the whole exchange may take, redirects and body included; 20 seconds unless set. */
        public Builder remoteTimeout(Duration timeout) {
            this.remoteTimeout = requirePositive(timeout, "time-out of the remote list");
            return this;
        }

        /** How large the list may be, unpacked; 16 MiB unless set. */
        public Builder remoteMaxBytes(int bytes) {
            if (bytes < 1 || bytes == Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "size of the remote list: " + bytes + " bytes is out of range; give 1 to 2147483646");
            }
            this.remoteMaxBytes = bytes;
            return this;
        }

        /** Headers of each request for the remote list, such as {@code Authorization}. Asked for each time. */
        public Builder remoteHeaders(Supplier<Map<String, String>> headers) {
            this.headers = headers;
            return this;
        }

        /** Allows {@code http} to other machines: whoever is between can set the prices and read the headers. */
        public Builder allowPlainHttp() {
            this.plainHttp = true;
            return this;
        }

        /** Whether the bundled table is the lowest layer; it is unless set. */
        public Builder bundled(boolean bundled) {
            this.bundled = bundled;
            return this;
        }

        /** The lowest layer instead of the bundled table, such as the bundled table in another currency. */
        public Builder fallback(PriceTable table) {
            this.fallback = table;
            return this;
        }

        /** Whether a daemon thread looks at files and the remote list; it does unless set. Without it, {@link #refresh} does. */
        public Builder background(boolean background) {
            this.background = background;
            return this;
        }

        /** Says when a look was; UTC system time unless set. */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** Nanoseconds that only go forward, for what is due; {@link System#nanoTime} unless set. For tests. */
        public Builder ticker(LongSupplier ticker) {
            this.ticker = ticker;
            return this;
        }

        /**
         * Reads the files and puts the layers in force. Does not wait for the remote list.
         *
         * @throws PriceTableException if a file does not exist or says something wrong
         * @throws IllegalArgumentException if currencies differ, the address is not one to trust, or no layer has prices yet
         */
        public PriceSources build() {
            Instant now = clock.instant();
            List<Layer> layers = new ArrayList<>();
            List<Watched> watched = new ArrayList<>();
            if (override != null) {
                layers.add(new Layer(Kind.OVERRIDE.label(), Kind.OVERRIDE, override, now));
            }
            Set<String> names = new HashSet<>();
            for (Kind kind : Kind.values()) {
                names.add(kind.label());
            }
            for (Path file : files) {
                Layer layer = new Layer(nameOf(file, names), Kind.FILE, PriceTable.read(file), now);
                layers.add(layer);
                Schedule schedule = new Schedule(filesEvery, filesEvery, ticker);
                schedule.succeeded();
                watched.add(new Watched(layer, new FilePlace(file), schedule));
            }
            if (remote != null) {
                Layer layer = new Layer(Kind.REMOTE.label(), Kind.REMOTE, null, now);
                layers.add(layer);
                Fetch fetch = new Fetch(Address.trusted(remote, plainHttp), remoteTimeout, remoteMaxBytes, headers);
                watched.add(new Watched(
                        layer,
                        new RemotePlace(fetch, Address.shown(remote)),
                        new Schedule(remoteEvery, REMOTE_RETRY, ticker)));
            }
            if (fallback != null) {
                layers.add(new Layer(fallback.name(), Kind.BUNDLED, fallback, now));
            } else if (bundled) {
                layers.add(new Layer(Kind.BUNDLED.label(), Kind.BUNDLED, PriceTable.bundled(), now));
            }
            if (layers.stream().allMatch(layer -> layer.table() == null)) {
                throw new IllegalArgumentException("price sources: no layer has prices"
                        + (remote == null ? "" : " before the remote list has answered")
                        + "; give a file or an override, or leave the bundled table in");
            }
            return new PriceSources(this, layers, watched);
        }

        private static String nameOf(Path file, Set<String> names) {
            String name = String.valueOf(file.getFileName());
            String unique = name;
            for (int i = 2; !names.add(unique); i++) {
                unique = name + "#" + i;
            }
            return unique;
        }

        private static Duration requirePositive(Duration duration, String what) {
            if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        what + ": " + duration + " is out of range; give more than 0 and at most " + LONGEST);
            }
            return duration;
        }
    }
}
