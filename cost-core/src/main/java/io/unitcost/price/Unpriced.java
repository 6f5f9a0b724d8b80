package io.unitcost.price;

import java.util.Locale;

/** Why something has no price, or not a whole one. Its cost is absent then, never zero. */
public enum Unpriced {
    /** The price table does not know this provider; or none was given and no one maker has the model. */
    UNKNOWN_PROVIDER,
    /** The price table knows the provider but has no entry for this model. */
    UNKNOWN_MODEL,
    /** The model has a price, but not for one of the units used; the cost is a lower bound. */
    UNKNOWN_UNIT,
    /** Nothing is known of what was used. */
    NO_USAGE,
    /** The pool has no calibration for this model, and another model's rate says nothing about it. */
    NO_CALIBRATION,
    /** Pricing itself failed; counted as an error of ours. */
    ERROR;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The reason as a metric tag: {@code unknown_model}. */
    public String label() {
        return label;
    }
}
