package io.unitcost.samples.sdk;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked.
 *
 * @param baseUrl with the version in it: {@code https://api.openai.com/v1}
 * @param apiKey of the provider
 * @param pricedAs the provider whose prices apply, where the host does not tell; {@code null} where it does
 * @param isStandIn whether it is the local model server, which fails on request
 */
record Provider(String baseUrl, String apiKey, @Nullable String pricedAs, boolean isStandIn) {

    /** The stand-in speaks OpenAI's format on an address that nobody knows, so that somebody has to say what it costs. */
    static final String STAND_IN_PRICED_AS = "openai";

    private static final String OPENAI = "https://api.openai.com/v1";

    static Provider standIn(URI server, @Nullable String pricedAs) {
        return new Provider(server + "/v1", "any", pricedAs == null ? STAND_IN_PRICED_AS : pricedAs, true);
    }

    /**
     * @param address {@code null} for OpenAI itself
     * @throws IllegalArgumentException if the address is none
     */
    static Provider real(String apiKey, @Nullable String address, @Nullable String pricedAs) {
        String known = address == null || address.isBlank() ? OPENAI : address;
        if (!known.matches("https?://[^/ ]+(/\\S*)?")) {
            throw new IllegalArgumentException(
                    "OPENAI_BASE_URL: '" + known + "' is not an address; give one such as " + OPENAI);
        }
        return new Provider(known, apiKey, pricedAs, false);
    }

    /** Host and port, as they are in the address. */
    String host() {
        return URI.create(baseUrl).getAuthority();
    }
}
