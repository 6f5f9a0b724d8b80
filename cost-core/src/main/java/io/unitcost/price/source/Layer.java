package io.unitcost.price.source;

import io.unitcost.price.PriceTable;
import io.unitcost.price.source.LayerStatus.Kind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One layer: the table that is in force for it, and how its looks went. Written by one thread at a time, read by any. */
final class Layer {

    private volatile @Nullable PriceTable table;
    private volatile LayerStatus status;

    Layer(String name, Kind kind, @Nullable PriceTable table, Instant now) {
        this.table = table;
        this.status = LayerStatus.of(name, kind, table, now);
    }

    String name() {
        return status.name();
    }

    LayerStatus status() {
        return status;
    }

    @Nullable
    PriceTable table() {
        return table;
    }

    /**
     * Another table is in force.
     *
     * @param held how many of its models have not the price that their source gives
     */
    synchronized void put(PriceTable other, int held) {
        table = other;
        status = status.of(other, held);
    }

    synchronized void looked(boolean updated, Instant now) {
        status = status.looked(updated, now);
    }

    synchronized void failed(String cause) {
        status = status.failed(cause);
    }
}
