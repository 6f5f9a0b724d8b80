package io.unitcost.price.source;

import io.unitcost.price.PriceTable;
import java.time.Clock;
import java.util.function.BiConsumer;

/**
 * A layer that may change, where it comes from and when it is looked at. One look at a time.
 *
 * @param layer what is known of it
 * @param place where it comes from
 * @param schedule when it is looked at
 */
record Watched(Layer layer, Place place, Schedule schedule) {

    /**
     * Looks whether the layer has another table. Whatever fails is counted and said, and its last table stays.
     *
     * @param taker puts the new table in force, or throws
     * @throws InterruptedException if this thread was interrupted; that is no failure of the layer
     */
    void look(BiConsumer<Layer, PriceTable> taker, Clock clock, Journal journal) throws InterruptedException {
        PriceTable before = layer.table();
        try {
            boolean another = place.look(table -> taker.accept(layer, table)) && !Layers.isSame(before, layer.table());
            schedule.succeeded();
            layer.looked(another, clock.instant());
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable failure) {
            schedule.failed();
            layer.failed(Journal.cause(failure));
            Journal.passOnFatal(failure);
            journal.failed(layer.name(), failure);
        }
    }
}
