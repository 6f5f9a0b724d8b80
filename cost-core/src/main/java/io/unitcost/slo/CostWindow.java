package io.unitcost.slo;

import io.unitcost.CostMeter;
import io.unitcost.RequestCost;
import io.unitcost.RequestCostListener;
import io.unitcost.explain.CostCells;
import io.unitcost.explain.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * This instance's rolling view of its features: cost per delivered request, margin, burn, p95 and where they go, for dashboards without
 * a metrics server and for {@code /actuator/cost}. What all instances come to is for whoever reads their meters: ratios of instances cannot be
 * averaged. Thread-safe.
 *
 * <pre>{@code
 * CostWindow window = CostWindow.create();
 * CostMeter meter = CostMeter.builder().listener(window).build();
 * window.snapshot().feature("chat").window().costPerDelivered();
 * }</pre>
 *
 * <p>A request is added to one of sixty time slots of its feature, in time that depends on its own attempts only. It takes one lock, of its
 * feature, for as long as that takes: well under a microsecond for a usual request. {@link #snapshot} takes the locks one
 * after the other and holds each while it adds up the slots, some tens of microseconds.
 *
 * <p>Memory is bounded: by the number of features, which the {@link CostMeter} caps, times sixty slots, which are made when something closes in them
 * and take about a kilobyte, three at the most, and a quarter more for each model, of which there are twenty at most; and by the number of unpriced models, which is capped here. Time is the
 * meter's ticker.
 *
 * <p>Register with one meter, whose currency all amounts are in.
 */
public final class CostWindow implements RequestCostListener {

    static final int SLOTS = 60;

    private final long slotNanos;
    private final int minRequests;
    private final UnpricedModels unpriced;
    private final ConcurrentHashMap<String, FeatureWindow> features = new ConcurrentHashMap<>();
    private volatile @Nullable Origin origin;

    /** Where time and amounts come from. */
    private record Origin(CostMeter meter, Instant since, long tick) {}

    private CostWindow(Builder builder) {
        this.slotNanos = builder.window.toNanos() / SLOTS;
        this.minRequests = builder.minRequests;
        this.unpriced = new UnpricedModels(builder.maxUnpricedModels);
    }

    /** A window of one hour. */
    public static CostWindow create() {
        return builder().build();
    }

    /** Starts with a window of one hour. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Begins to count.
     *
     * @throws IllegalStateException if this window belongs to another meter already
     */
    @Override
    public synchronized void onRegistered(CostMeter meter) {
        Origin known = origin;
        if (known != null && known.meter != meter) {
            throw new IllegalStateException(
                    "CostWindow: registered with another CostMeter already; create one for each meter");
        }
        if (known == null) {
            origin = new Origin(meter, meter.clock().instant(), meter.tick());
            meter.features().forEach(name -> feature(name, meter));
        }
    }

    @Override
    public void onRequestCost(RequestCost cost) {
        Origin known = origin();
        FeatureWindow feature = features.get(cost.feature());
        if (feature == null) {
            feature = feature(cost.feature(), known.meter);
        }
        feature.add((known.meter.tick() - known.tick) / slotNanos, cost);
        unpriced.add(cost, known.meter.clock());
    }

    private FeatureWindow feature(String name, CostMeter meter) {
        return features.computeIfAbsent(name, feature -> new FeatureWindow(meter.currency(), SLOTS));
    }

    /** Whether a meter tells this window what requests cost. */
    public boolean isRegistered() {
        return origin != null;
    }

    /**
     * Everything seen until now. Features are looked at one after the other: requests that close meanwhile are in some and not in
     * others.
     *
     * @throws IllegalStateException if no meter has this window as a listener
     */
    public WindowSnapshot snapshot() {
        Origin known = origin();
        Instant at = known.meter.clock().instant();
        long elapsed = Math.max(0, known.meter.tick() - known.tick);
        long slot = elapsed / slotNanos;
        long oldest = Math.max(0, slot - SLOTS + 1) * slotNanos;
        long middle = Math.max(oldest, (slot - SLOTS / 2 + 1) * slotNanos);
        List<WindowSnapshot.Feature> snapshots = new ArrayList<>();
        new TreeMap<>(features).forEach((name, feature) -> {
            FeatureWindow.Halves halves = feature.halves(slot);
            WindowSnapshot.Trend trend = Trends.of(
                    halves.earlier().toSums(), halves.later().toSums(), middle - oldest, elapsed - middle, minRequests);
            snapshots.add(snapshot(name, halves, trend, known.meter));
        });
        return new WindowSnapshot(
                known.since,
                at,
                Duration.ofNanos(slotNanos * SLOTS),
                at.minusNanos(elapsed - oldest),
                known.meter.currency(),
                List.copyOf(snapshots),
                unpriced.list(),
                unpriced.beyond());
    }

    /**
     * Why the later half of the window costs another amount per delivered request than the earlier one, over all features. Bounds come from the
     * time slots, 30 in each half, once 20 of each hold requests. Takes some milliseconds, and holds up requests no longer than
     * {@link #snapshot} does.
     *
     * @return {@code null} while a half has no delivered request
     * @throws IllegalStateException if no meter has this window as a listener
     */
    public @Nullable Explanation explain() {
        return explain(features.keySet());
    }

    /** The same for one feature; {@code null} also if it is not known. */
    public @Nullable Explanation explain(String feature) {
        return explain(features.containsKey(feature) ? Set.of(feature) : Set.of());
    }

    private @Nullable Explanation explain(Set<String> wanted) {
        Origin known = origin();
        long slot = Math.max(0, known.meter.tick() - known.tick) / slotNanos;
        CostCells.Builder[] slots = new CostCells.Builder[SLOTS];
        Arrays.setAll(slots, i -> CostCells.builder());
        for (String name : new TreeSet<>(wanted)) {
            FeatureWindow feature = features.get(name);
            List<CostCells> cells = feature == null ? List.of() : feature.cells(slot);
            for (int i = 0; i < cells.size(); i++) {
                slots[i].add(cells.get(i));
            }
        }
        List<CostCells> all = Arrays.stream(slots).map(CostCells.Builder::build).toList();
        List<CostCells> earlier = all.subList(0, SLOTS / 2);
        List<CostCells> later = all.subList(SLOTS / 2, SLOTS);
        return delivered(earlier) == 0 || delivered(later) == 0 ? null : Explanation.ofBuckets(earlier, later);
    }

    private static double delivered(List<CostCells> slots) {
        return slots.stream().mapToDouble(CostCells::delivered).sum();
    }

    private static WindowSnapshot.Feature snapshot(
            String name, FeatureWindow.Halves halves, WindowSnapshot.Trend trend, CostMeter meter) {
        SlotTally window = new SlotTally(meter.currency());
        window.add(halves.earlier());
        window.add(halves.later());
        SlotTally total = halves.before();
        total.add(window);
        Long p95 = window.latencies().percentile(95);
        return new WindowSnapshot.Feature(
                name,
                meter.objective(name),
                window.toSums(),
                total.toSums(),
                p95 == null ? null : Duration.ofNanos(p95),
                trend);
    }

    private Origin origin() {
        Origin known = origin;
        if (known == null) {
            throw new IllegalStateException(
                    "CostWindow: no CostMeter has it; give it to one with CostMeter.builder().listener(window)");
        }
        return known;
    }

    /** Collects settings; one thread at a time. Refusals name the argument, the value and the remedy. */
    public static final class Builder {
        private static final Duration DEFAULT_WINDOW = Duration.ofHours(1);
        private static final Duration SHORTEST = Duration.ofMinutes(1);
        private static final Duration LONGEST = Duration.ofDays(31);
        private static final int DEFAULT_MIN_REQUESTS = 30;
        private static final int DEFAULT_UNPRICED_MODELS = 50;

        private Duration window = DEFAULT_WINDOW;
        private int minRequests = DEFAULT_MIN_REQUESTS;
        private int maxUnpricedModels = DEFAULT_UNPRICED_MODELS;

        private Builder() {}

        /** How long the window is; an hour unless set, from a minute to 31 days. It moves on in steps of a sixtieth. */
        public Builder window(Duration length) {
            if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "window: " + length + " is out of range; give " + SHORTEST + " to " + LONGEST);
            }
            this.window = length;
            return this;
        }

        /** How many delivered requests each half of the window needs before they are compared; 30 unless set, 1 or more. */
        public Builder minRequests(int count) {
            this.minRequests = atLeastOne(count, "minimum requests");
            return this;
        }

        /** How many models without a price are listed; 50 unless set, 1 or more. The rest is counted. */
        public Builder maxUnpricedModels(int count) {
            this.maxUnpricedModels = atLeastOne(count, "maximum unpriced models");
            return this;
        }

        /** The listener. */
        public CostWindow build() {
            return new CostWindow(this);
        }

        private static int atLeastOne(int count, String what) {
            if (count < 1) {
                throw new IllegalArgumentException(what + ": " + count + " is below 1; give 1 or more");
            }
            return count;
        }
    }
}
