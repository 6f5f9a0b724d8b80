package io.unitcost.samples.gateway;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Who answers.
 *
 * @param baseUrl with the version in it: {@code https://api.openai.com/v1}
 * @param apiKey of the provider, which clients of the gateway never see
 * @param provider whose prices apply
 * @param isStandIn whether it is the one in this process
 */
record Upstream(String baseUrl, String apiKey, String provider, boolean isStandIn) {

    /** Where the gateway itself has its models. */
    static final String VERSION = "/v1";

    private static final String OPENAI = "https://api.openai.com/v1";
    private static final String OPENAI_PRICES = "openai";

    /** @param pricedAs {@code null} for OpenAI's prices, since that is whose format it speaks */
    static Upstream standIn(URI server, @Nullable String pricedAs) {
        return new Upstream(server + VERSION, "any", pricedAs == null ? OPENAI_PRICES : pricedAs, true);
    }

    /**
     * An answer in OpenAI's format is not therefore at OpenAI's price: any other host is a provider of its own, without prices,
     * until somebody says whose apply.
     *
     * @param address {@code null} for OpenAI itself
     * @throws IllegalArgumentException if the address is none
     */
    static Upstream real(String apiKey, @Nullable String address, @Nullable String pricedAs) {
        String known = address == null || address.isBlank() ? OPENAI : address.replaceFirst("/+$", "");
        if (!known.matches("https?://[^/ ]+(/\\S*)?")) {
            throw new IllegalArgumentException(
                    "OPENAI_BASE_URL: '" + known + "' is not an address; give one such as " + OPENAI);
        }
        String host = URI.create(known).getAuthority();
        String usual = known.equals(OPENAI) ? OPENAI_PRICES : host;
        return new Upstream(known, apiKey, pricedAs == null ? usual : pricedAs, false);
    }

    /** Where a path of the gateway is there. */
    URI at(String path) {
        return URI.create(baseUrl + path.substring(VERSION.length()));
    }

    /** Host and port, as they are in the address. */
    String host() {
        return URI.create(baseUrl).getAuthority();
    }
}
