package io.unitcost;

import java.util.Locale;

/** How well the usage of an attempt is known. It travels with the number. */
public enum Quality {
    /** The provider reported it. */
    REPORTED,
    /** The provider reported some of it; a stream broke before the rest. */
    PARTIAL,
    /** Estimated from text or limits, by whoever recorded the attempt. */
    ESTIMATED,
    /** Not known at all. Never the same as zero. */
    UNKNOWN;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The quality as a word: {@code reported}. */
    public String label() {
        return label;
    }
}
