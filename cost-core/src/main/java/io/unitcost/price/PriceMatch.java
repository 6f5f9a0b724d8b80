package io.unitcost.price;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The price that a table has for a provider and model, and how it was found; or why there is none. Immutable. */
public final class PriceMatch {

    /** How a price was found, the surest way first. */
    public enum How {
        /** By the operator's own name for a model. */
        DEPLOYMENT,
        /** By the exact id or an alias, whatever the case. */
        EXACT,
        /** By another way of writing the same id: a path in front, a date or a version behind, dots for dashes. */
        SPELLING,
        /** By the id behind a geographic prefix of Amazon Bedrock, which is taken as the region. */
        REGION,
        /** By a pattern that the table lists. */
        PATTERN,
        /** At a provider that the asked one falls back to. */
        FALLBACK,
        /** At the provider that a router's model id names. */
        ROUTED,
        /** At the only maker that has the model, because no provider was given. */
        MAKER,
        /** Not at all. */
        NONE
    }

    private final @Nullable ModelPrice price;
    private final How how;
    private final @Nullable String region;
    private final @Nullable Unpriced unpriced;

    private PriceMatch(@Nullable ModelPrice price, How how, @Nullable String region, @Nullable Unpriced unpriced) {
        this.price = price;
        this.how = how;
        this.region = region;
        this.unpriced = unpriced;
    }

    static PriceMatch of(ModelPrice price, How how) {
        return new PriceMatch(price, how, null, null);
    }

    static PriceMatch none(Unpriced reason) {
        return new PriceMatch(null, How.NONE, null, reason);
    }

    /** The same price, found in a less direct way. */
    PriceMatch by(How other) {
        return price == null ? this : new PriceMatch(price, other, region, null);
    }

    PriceMatch in(String geography) {
        return new PriceMatch(price, How.REGION, geography, unpriced);
    }

    /** Whether there is a price. */
    public boolean isFound() {
        return price != null;
    }

    /** The price; {@code null} when there is none. */
    public @Nullable ModelPrice price() {
        return price;
    }

    /** How it was found. */
    public How how() {
        return how;
    }

    /** Why there is no price; {@code null} when there is one. */
    public @Nullable Unpriced unpriced() {
        return unpriced;
    }

    /** The region that the model id itself names; {@code null} when it names none. */
    public @Nullable String region() {
        return region;
    }

    Charge charge(Usage usage, @Nullable String tier, @Nullable String served, long atMillis) {
        return price == null
                ? Charge.unpriced(Objects.requireNonNull(unpriced))
                : price.charge(usage, tier, region == null ? served : region, atMillis);
    }

    long picos(Usage usage, @Nullable String tier, @Nullable String served, long atMillis) {
        return price == null
                ? PriceTable.NO_PICOS
                : price.picos(usage, tier, region == null ? served : region, atMillis);
    }

    /** What was found and how: {@code openai/gpt-4o (exact)}. */
    @Override
    public String toString() {
        String name = how.name().toLowerCase(Locale.ROOT);
        return price == null ? "none: " + unpriced : price.provider() + "/" + price.id() + " (" + name + ")";
    }
}
