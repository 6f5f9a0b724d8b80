package io.unitcost.http;

import org.jspecify.annotations.Nullable;

/**
 * What the address of a request says about who answers it.
 *
 * @param provider who is paid: an id of the price table, or the host where that is not known
 * @param model the model or deployment, where the address names it
 * @param region the region, where the address names it
 * @param service what it is for where it is not generation, such as {@code embedding}
 * @param isCertain whether this is a call to a model; otherwise it is one if the answer reports usage
 */
record Endpoint(
        String provider,
        @Nullable String model,
        @Nullable String region,
        @Nullable String service,
        boolean isCertain) {}
