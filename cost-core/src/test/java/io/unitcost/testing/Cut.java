package io.unitcost.testing;

/** How a server leaves in the middle of an answer. */
public enum Cut {
    /** In order: the client reads an end of stream. */
    FIN,

    /** With a reset: the client's read fails, and what it has not received yet may be lost. */
    RST
}
