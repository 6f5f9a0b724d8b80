package io.unitcost.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many names get tags of their own. Asked only when a combination is new: what was admitted is remembered by whoever
 * asked, and what was refused finds the doors shut without a lock.
 */
final class SeriesCaps {

    static final String OTHER = "other";
    private static final int LONGEST_NAME = 200;

    /** A model as its tags show it. */
    record ModelName(String provider, String model) {
        static final ModelName OVERFLOW = new ModelName(OTHER, OTHER);
    }

    private final Door priced;
    private final Door unpriced;
    private final Door services;
    private final int maxSeries;
    private int series;
    private volatile boolean seriesFull;

    SeriesCaps(int maxModels, int maxUnpricedModels, int maxServices, int maxSeries) {
        this.priced = new Door(maxModels);
        this.unpriced = new Door(maxUnpricedModels);
        this.services = new Door(maxServices);
        this.maxSeries = maxSeries;
    }

    /** The name that a new combination of feature and model is shown under. */
    ModelName admit(String provider, String model, boolean hasPrice) {
        ModelName name = new ModelName(provider, model);
        if (provider.length() > LONGEST_NAME || model.length() > LONGEST_NAME) {
            return ModelName.OVERFLOW;
        }
        return (hasPrice ? priced : unpriced).admit(name) && takeSeries() ? name : ModelName.OVERFLOW;
    }

    /** The name that a service is shown under. */
    String admitService(String service) {
        return service.length() <= LONGEST_NAME && services.admit(service) ? service : OTHER;
    }

    /** Whether another combination of feature and model may have meters; to be asked once per combination. */
    private boolean takeSeries() {
        if (seriesFull) {
            return false;
        }
        synchronized (this) {
            seriesFull = series >= maxSeries;
            if (!seriesFull) {
                series++;
            }
            return !seriesFull;
        }
    }

    /** Lets in the first names that come, up to a number. */
    private static final class Door {
        private final int cap;
        private final Set<Object> admitted = ConcurrentHashMap.newKeySet();
        private volatile boolean shut;

        Door(int cap) {
            this.cap = cap;
        }

        boolean admit(Object name) {
            if (shut || admitted.contains(name)) {
                return admitted.contains(name);
            }
            synchronized (this) {
                shut = admitted.size() >= cap;
                if (!shut) {
                    admitted.add(name);
                }
                return admitted.contains(name);
            }
        }
    }
}
