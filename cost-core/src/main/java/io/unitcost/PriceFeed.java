package io.unitcost;

import io.unitcost.price.PriceTable;
import io.unitcost.price.source.PriceSources;
import java.lang.ref.WeakReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes changes of prices on to a meter that they do not keep alive. */
final class PriceFeed implements Consumer<PriceTable> {

    private final PriceSources sources;
    private final WeakReference<CostMeter> meter;
    private volatile @Nullable Runnable unsubscribe;

    private PriceFeed(PriceSources sources, CostMeter meter) {
        this.sources = sources;
        this.meter = new WeakReference<>(meter);
    }

    static PriceFeed start(PriceSources sources, CostMeter meter) {
        PriceFeed feed = new PriceFeed(sources, meter);
        feed.unsubscribe = sources.subscribe(feed);
        return feed;
    }

    PriceSources sources() {
        return sources;
    }

    void stop() {
        if (unsubscribe != null) {
            unsubscribe.run();
        }
    }

    @Override
    public void accept(PriceTable table) {
        CostMeter target = meter.get();
        if (target == null) {
            stop();
        } else {
            target.follow(table);
        }
    }
}
