package io.unitcost;

import java.util.Locale;

/** How a request ended for its user. */
public enum Outcome {
    /** The user got what was asked for. Only these earn revenue and allowance. */
    DELIVERED,
    /** The user got an error, or an answer that the application rejected. */
    FAILED,
    /** The user went away first. */
    CANCELLED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The outcome as a metric tag: {@code delivered}. */
    public String label() {
        return label;
    }
}
