package io.unitcost;

import java.util.Locale;

/** The four parts of a fully loaded cost. They add up to the total exactly. */
public enum Part {
    /** The attempt of each generation call that delivered. */
    INFERENCE,
    /** The share of provisioned but unused own capacity that rides on delivered work. */
    IDLE,
    /** Delivered work that is not generation: vector reads, retrieval embeddings, re-ranking, tools, egress. */
    SUPPORT,
    /** Every attempt that did not deliver, with all its cost, idle share included. */
    RETRY;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The part as a metric tag: {@code inference}. */
    public String label() {
        return label;
    }
}
