package io.unitcost;

/** What becomes of a cost that the provider itself reports beside the usage. */
public enum ReportedCost {
    /** It is the cost: it knows of tools, routing and contracts that no price table does. */
    USE,
    /**
     * The price table's cost counts, and the difference is published. Where the table has no whole price, a reported cost
     * above zero counts: some gateways report zero for models that they do not know.
     */
    COMPARE,
    /** It is as if nothing had been reported. */
    IGNORE
}
