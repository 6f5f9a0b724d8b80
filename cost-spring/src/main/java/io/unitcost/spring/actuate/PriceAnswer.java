package io.unitcost.spring.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of {@code /cost/prices/{provider}/{model}}: how a model would be priced now, or why it would not. */
record PriceAnswer(
        String provider,
        String model,
        Instant at,
        String table,
        String currency,
        boolean priced,
        @Nullable String how,
        @Nullable String explanation,
        @Nullable Price price,
        @Nullable String unpriced,
        @Nullable List<String> nearest,
        @Nullable Fix fix) {

    /** The price that was found; rates are those of a small request, definition is all of it. */
    record Price(
            String provider,
            String model,
            List<String> aliases,
            @Nullable String source,
            String table,
            @Nullable Effective effective,
            @Nullable String region,
            Map<String, RateReport> rates,
            Map<String, Map<String, RateReport>> tiers,
            List<String> regions,
            @Nullable Object definition) {}

    /** How long the rates stay as they are; an end that is missing is open. */
    record Effective(@Nullable Instant from, @Nullable Instant to, boolean changesWithinTheWeek) {}

    /** A list rate as it is written; for tokens by the million, and what is left of that on the terms of the provider. */
    record RateReport(
            String rate,
            @Nullable String perMillion,
            @Nullable String netPerMillion) {}
}
