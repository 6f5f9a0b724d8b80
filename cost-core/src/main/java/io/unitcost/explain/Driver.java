package io.unitcost.explain;

/** What can move the cost per delivered request. Together they are all of it. */
public enum Driver {
    // the first three are of a feature, the others of a model of a feature: Identity counts on this order
    /** Which features are asked for: the share of each in what was delivered. A feature that is new or gone moves nothing else. */
    FEATURE_MIX("feature mix"),
    /** What is not generation: support spend per delivered request. */
    SUPPORT("supporting infra"),
    /** Attempts per delivered request; and what features cost that delivered nothing. */
    ATTEMPTS("retries & fallbacks"),
    /** Which models serve a feature: the share of each in its attempts. A model that is new or gone moves nothing else. */
    MODEL_MIX("model mix"),
    /** Input tokens per attempt, cached and written ones included. */
    INPUT_TOKENS("input tokens"),
    /** Output tokens per attempt, reasoning included. */
    OUTPUT_TOKENS("output tokens"),
    /** How much of the input is read from a cache, and how much is written to one. */
    CACHE_SHARE("cache share"),
    /** Spend per token and per accelerator second, tiers and discounts included; and spend that is counted per attempt. */
    UNIT_PRICE("unit price"),
    /** Accelerator seconds per attempt. */
    ACCELERATOR_TIME("accelerator time"),
    /** Provisioned but unused capacity, as a share of the work that it rides on. */
    IDLE("idle capacity");

    private final String label;

    Driver(String label) {
        this.label = label;
    }

    /** The name to show: lower case, a word or three. */
    public String label() {
        return label;
    }

    int bit() {
        return 1 << ordinal();
    }
}
