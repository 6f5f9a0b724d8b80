package io.unitcost.spring.observe;

import io.unitcost.CostMeter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The meter, asked for when it is needed first: handlers of observations are created before almost every other bean, and must not
 * depend on any. Thread-safe.
 */
public final class MeterSource implements Supplier<@Nullable CostMeter> {

    private final ObjectProvider<CostMeter> provider;
    private volatile @Nullable CostMeter meter;

    /** Asks the provider later. */
    public MeterSource(ObjectProvider<CostMeter> provider) {
        this.provider = provider;
    }

    /** The meter; {@code null} while it cannot be created yet, or there is none. */
    @Override
    public @Nullable CostMeter get() {
        CostMeter known = meter;
        if (known != null) {
            return known;
        }
        try {
            known = provider.getIfAvailable();
            meter = known;
            return known;
        } catch (RuntimeException e) {
            return null; // in the middle of the start; the application says itself what is wrong with it
        }
    }
}
