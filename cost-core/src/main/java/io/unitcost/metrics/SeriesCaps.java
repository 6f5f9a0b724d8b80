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
    private final Door pricedSeries;
    private final Door unpricedSeries;
    private final Door services;

    SeriesCaps(int maxModels, int maxUnpricedModels, int maxServices, int maxSeries) {
        this.priced = new Door(maxModels);
        this.pricedSeries = new Door(maxSeries);
        this.unpricedSeries = new Door(maxUnpricedModels);
        this.services = new Door(maxServices);
    }

    /**
     * The name that a model is shown under within a feature. Models without a price have a door of their own, so that
     * they cannot use up the room of the others.
     */
    ModelName admit(String feature, String provider, String model, boolean hasPrice) {
        if (provider.length() > LONGEST_NAME || model.length() > LONGEST_NAME) {
            return ModelName.OVERFLOW;
        }
        ModelName name = new ModelName(provider, model);
        Series series = new Series(feature, name);
        boolean admitted = hasPrice ? priced.admit(name) && pricedSeries.admit(series) : unpricedSeries.admit(series);
        return admitted ? name : ModelName.OVERFLOW;
    }

    private record Series(String feature, ModelName model) {}

    /** The name that a service is shown under. */
    String admitService(String service) {
        return service.length() <= LONGEST_NAME && services.admit(service) ? service : OTHER;
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
