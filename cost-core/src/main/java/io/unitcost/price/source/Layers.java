package io.unitcost.price.source;

import io.unitcost.price.PriceChange;
import io.unitcost.price.PriceTable;
import io.unitcost.price.source.LayerStatus.Kind;
import java.time.Clock;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The layers, and the one table they make together. It is worked out completely before one reference is swapped, under a
 * lock, so that subscribers are told of tables in the order in which they were in force.
 */
final class Layers {

    private final List<Layer> layers;
    private final Currency currency;
    private final Clock clock;
    private final Journal journal;
    private final List<Consumer<PriceTable>> subscribers = new CopyOnWriteArrayList<>();
    private final LongAdder subscriberFailures = new LongAdder();
    private volatile PriceTable current;
    private volatile @Nullable HoldBack holdBack;

    /**
     * Puts layers in force.
     *
     * @param layers the highest first; one at least has a table
     * @param clock says which prices are over
     * @throws IllegalArgumentException if their currencies differ
     */
    Layers(List<Layer> layers, Clock clock, Journal journal) {
        this.layers = List.copyOf(layers);
        this.clock = clock;
        this.journal = journal;
        this.current = composed(null, null);
        this.currency = current.currency();
    }

    PriceTable current() {
        return current;
    }

    List<LayerStatus> status() {
        return layers.stream().map(Layer::status).toList();
    }

    synchronized Runnable subscribe(Consumer<PriceTable> subscriber) {
        subscriber.accept(current);
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    void unsubscribeAll() {
        subscribers.clear();
    }

    long subscriberFailures() {
        return subscriberFailures.sum();
    }

    List<PriceChange> held() {
        HoldBack holding = holdBack;
        return holding == null ? List.of() : holding.held();
    }

    synchronized int confirm(String provider, String model) {
        return holdBack == null ? 0 : release(holdBack, holdBack.confirmed(provider, model));
    }

    synchronized int confirmAll() {
        return holdBack == null ? 0 : release(holdBack, holdBack.confirmed());
    }

    private int release(HoldBack before, HoldBack after) {
        int released = before.models() - after.models();
        if (released > 0) {
            layers.stream()
                    .filter(Layers::isRemote)
                    .forEach(layer -> put(layer, after.taken(), after, "confirmed prices of " + layer.name()));
        }
        return released;
    }

    /**
     * A layer has another table.
     *
     * @throws IllegalArgumentException if it does not go with the others; nothing has changed then
     */
    synchronized void take(Layer layer, PriceTable table) {
        if (!table.currency().equals(currency)) {
            throw new IllegalArgumentException("price table " + table.id() + " is in " + table.currency()
                    + " but these prices are in " + currency + "; convert it with convertedTo(currency, rate)");
        }
        if (!isRemote(layer)) {
            put(layer, table, null, layer.name());
            return;
        }
        List<PriceChange> before = held();
        PriceTable below = below(layer);
        HoldBack holding = HoldBack.of(table, over(layer.table(), below), below, clock.instant());
        List<PriceChange> held = holding.held();
        put(layer, holding.taken(), holding, layer.name());
        if (!held.isEmpty() && !held.toString().equals(before.toString())) {
            journal.held(layer.name(), holding.models(), held);
        }
    }

    private void put(Layer layer, PriceTable table, @Nullable HoldBack holding, String reason) {
        PriceTable next = composed(layer, table);
        PriceTable before = current;
        layer.put(table, holding == null ? 0 : holding.models());
        if (holding != null) {
            holdBack = holding;
        }
        if (!isSame(before, next)) {
            current = next;
            journal.swapped(before, next, reason);
            subscribers.forEach(subscriber -> tell(subscriber, next));
        }
    }

    private void tell(Consumer<PriceTable> subscriber, PriceTable table) {
        try {
            subscriber.accept(table);
        } catch (Throwable failure) {
            Journal.passOnFatal(failure);
            subscriberFailures.increment();
            journal.subscriberFailed(table, failure);
        }
    }

    /** The layers below one, in one. */
    private @Nullable PriceTable below(Layer layer) {
        PriceTable all = null;
        for (int i = layers.size() - 1; layers.get(i) != layer; i--) {
            all = over(layers.get(i).table(), all);
        }
        return all;
    }

    /** All layers in one, with this table for this layer. */
    private PriceTable composed(@Nullable Layer changed, @Nullable PriceTable table) {
        PriceTable all = null;
        for (int i = layers.size() - 1; i >= 0; i--) {
            Layer layer = layers.get(i);
            all = over(layer == changed ? table : layer.table(), all);
        }
        return Objects.requireNonNull(all);
    }

    private static @Nullable PriceTable over(@Nullable PriceTable upper, @Nullable PriceTable lower) {
        if (upper == null || lower == null) {
            return upper == null ? lower : upper;
        }
        return upper.over(lower);
    }

    private static boolean isRemote(Layer layer) {
        return layer.status().kind() == Kind.REMOTE;
    }

    /** Whether one is as good as the other: same prices, same day. */
    static boolean isSame(@Nullable PriceTable one, @Nullable PriceTable other) {
        return one != null
                && other != null
                && one.id().equals(other.id())
                && one.asOf().equals(other.asOf());
    }
}
