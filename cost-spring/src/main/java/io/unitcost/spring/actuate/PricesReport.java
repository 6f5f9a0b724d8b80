package io.unitcost.spring.actuate;

import io.unitcost.CostMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.price.PriceChange;
import io.unitcost.price.PriceTable;
import io.unitcost.price.source.LayerStatus;
import io.unitcost.price.source.PriceSources;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The prices in force, and where they come from. */
record PricesReport(
        String table,
        String asOf,
        String currency,
        int models,
        List<Layer> layers,
        List<Held> held,
        Map<String, Pool> pools) {

    /** One layer; the highest that has a model prices it. Neither addresses nor headers. */
    record Layer(
            String name,
            String kind,
            String status,
            @Nullable String table,
            @Nullable String asOf,
            @Nullable Long ageSeconds,
            @Nullable Instant lastSuccess,
            @Nullable String lastFailure,
            long updated,
            long unchanged,
            long failed,
            int held) {

        static Layer of(LayerStatus layer, Instant now) {
            Instant known = layer.knownAt();
            String status = layer.tableId() == null
                    ? "has not answered yet"
                    : layer.lastFailure() == null ? "in force" : "last look failed, the last good table is in force";
            return new Layer(
                    layer.name(),
                    layer.kind().label(),
                    status,
                    layer.tableId(),
                    layer.asOf() == null ? null : layer.asOf().toString(),
                    known == null ? null : Duration.between(known, now).toSeconds(),
                    layer.isWatched() ? layer.lastSuccess() : null,
                    Shown.text(layer.lastFailure()),
                    layer.updated(),
                    layer.unchanged(),
                    layer.failed(),
                    layer.held());
        }
    }

    /** A price that looks like a slip and waits to be confirmed. */
    record Held(
            String provider,
            String model,
            String item,
            @Nullable String before,
            @Nullable String after) {
        static Held of(PriceChange change) {
            return new Held(change.provider(), change.model(), change.item(), change.before(), change.after());
        }
    }

    /** Capacity of one's own. */
    record Pool(String pricePerHour, int replicas, String plannedUtilization, List<String> models) {
        static Pool of(CapacityPool pool, Instant now) {
            return new Pool(
                    Shown.amount(pool.pricePerHour(now)),
                    pool.replicas(),
                    Shown.plain(pool.plannedUtilization()),
                    List.copyOf(new TreeSet<>(pool.models())));
        }
    }

    static PricesReport of(CostMeter meter) {
        Instant now = meter.clock().instant();
        PriceTable table = meter.prices();
        PriceSources sources = meter.priceSources();
        Map<String, Pool> pools = new LinkedHashMap<>();
        meter.pools().forEach(pool -> pools.put(pool.name(), Pool.of(pool, now)));
        return new PricesReport(
                table.id(),
                table.asOf().toString(),
                table.currency().getCurrencyCode(),
                table.size(),
                sources == null
                        ? List.of()
                        : sources.layers().stream()
                                .map(layer -> Layer.of(layer, now))
                                .toList(),
                sources == null
                        ? List.of()
                        : sources.held().stream().map(Held::of).toList(),
                pools);
    }
}
