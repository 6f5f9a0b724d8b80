package io.unitcost.grpc;

import io.grpc.Metadata;
import io.unitcost.Tally;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What services tell each other in metadata: who pays for which request, and what it cost and used. Whoever sends it may be anyone: everything is
 * bounded, and what has another form is refused with an {@link IllegalArgumentException} that the caller counts.
 */
final class CostMetadata {

    static final Metadata.Key<String> FEATURE = Metadata.Key.of("unitcost-feature", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<String> ATTRIBUTES =
            Metadata.Key.of("unitcost-attributes", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<String> REQUEST_ID =
            Metadata.Key.of("unitcost-request-id", Metadata.ASCII_STRING_MARSHALLER);
    /** In trailers. */
    static final Metadata.Key<String> COST = Metadata.Key.of("unitcost-cost", Metadata.ASCII_STRING_MARSHALLER);

    /** In trailers, beside the cost. */
    static final Metadata.Key<String> USAGE = Metadata.Key.of("unitcost-usage", Metadata.ASCII_STRING_MARSHALLER);

    private static final int LONGEST_FEATURE = 100;
    private static final int LONGEST_ATTRIBUTES = 1_024;
    private static final int MOST_ATTRIBUTES = 16;
    private static final Pattern ID = Pattern.compile("[!-~]{1,128}");
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,30})?) ([A-Z]{3})");

    private CostMetadata() {}

    /** Says who pays. */
    static void ask(Metadata headers, String feature, Map<String, String> attributes) {
        headers.discardAll(FEATURE);
        headers.discardAll(ATTRIBUTES);
        headers.discardAll(REQUEST_ID);
        headers.put(FEATURE, encoded(feature));
        if (!attributes.isEmpty()) {
            StringBuilder text = new StringBuilder();
            attributes.forEach((name, value) -> {
                String pair = encoded(name) + '=' + encoded(value);
                if (text.length() + pair.length() < LONGEST_ATTRIBUTES) {
                    text.append(text.isEmpty() ? "" : "&").append(pair);
                }
            });
            headers.put(ATTRIBUTES, text.toString());
        }
    }

    /** Says which request it is. */
    static void identify(Metadata headers, String requestId) {
        headers.discardAll(REQUEST_ID);
        headers.put(REQUEST_ID, identifier(requestId));
    }

    /** Which request of the caller it is, {@code null} if nobody says. */
    static @Nullable String requestId(Metadata headers) {
        String said = headers.get(REQUEST_ID);
        return said == null ? null : identifier(said);
    }

    private static String identifier(String id) {
        if (!ID.matcher(id).matches()) {
            throw refused(REQUEST_ID, id);
        }
        return id;
    }

    /** Who pays, {@code null} if nobody says. */
    static @Nullable String feature(Metadata headers) {
        String said = headers.get(FEATURE);
        if (said == null) {
            return null;
        }
        String feature = decoded(bounded(said, 3 * LONGEST_FEATURE, FEATURE));
        if (feature.isBlank()
                || feature.length() > LONGEST_FEATURE
                || feature.chars().anyMatch(Character::isISOControl)) {
            throw refused(FEATURE, said);
        }
        return feature;
    }

    /** What else is said about the request. */
    static Map<String, String> attributes(Metadata headers) {
        String said = headers.get(ATTRIBUTES);
        if (said == null || said.isEmpty()) {
            return Map.of();
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        String[] pairs = bounded(said, LONGEST_ATTRIBUTES, ATTRIBUTES).split("&", MOST_ATTRIBUTES + 1);
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals < 1 || pairs.length > MOST_ATTRIBUTES) {
                throw refused(ATTRIBUTES, said);
            }
            attributes.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
        return attributes;
    }

    /** Says what it cost and used. */
    static void tell(Metadata trailers, Tally tally) {
        Money cost = tally.amount();
        trailers.discardAll(COST);
        trailers.discardAll(USAGE);
        trailers.put(
                COST,
                cost.amount().stripTrailingZeros().toPlainString()
                        + ' '
                        + cost.currency().getCurrencyCode());
        trailers.put(USAGE, TallyText.write(tally));
    }

    /** What it cost, {@code null} if nobody says. */
    static @Nullable Money cost(Metadata trailers) {
        String said = trailers.get(COST);
        if (said == null) {
            return null;
        }
        var matcher = AMOUNT.matcher(said);
        if (!matcher.matches()) {
            throw refused(COST, said);
        }
        return Money.of(new BigDecimal(matcher.group(1)), Currency.getInstance(matcher.group(2)));
    }

    /** What it used, {@code null} if nobody says. */
    static @Nullable Tally usage(Metadata trailers, Money cost) {
        String said = trailers.get(USAGE);
        if (said == null) {
            return null;
        }
        Tally tally;
        try {
            tally = TallyText.read(said, cost);
        } catch (IllegalArgumentException malformed) {
            tally = null;
        }
        if (tally == null) {
            throw refused(USAGE, said);
        }
        return tally;
    }

    private static String bounded(String said, int most, Metadata.Key<String> key) {
        if (said.length() > most) {
            throw refused(key, said);
        }
        return said;
    }

    private static IllegalArgumentException refused(Metadata.Key<String> key, String said) {
        return new IllegalArgumentException(key.name() + ": '" + said.substring(0, Math.min(40, said.length()))
                + "' with a length of " + said.length() + " is not what this library sends; it was ignored");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
