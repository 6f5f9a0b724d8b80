package io.unitcost.servlet;

import io.unitcost.price.Money;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a caller is told what a request cost so far: nothing unless switched on. It is the cost and never what the request
 * earns; who knows both knows the margin.
 *
 * @param header set right before the response is committed, {@code null} for none
 * @param trailer sent after the body where the protocol can, {@code null} for none
 * @param serverTiming whether a {@code Server-Timing} header says it too, which browsers show
 */
record Announcement(@Nullable String header, @Nullable String trailer, boolean serverTiming) {

    static final Announcement NONE = new Announcement(null, null, false);

    private static final String SERVER_TIMING = "Server-Timing";
    private static final String METRIC = "cost;";

    boolean isNeeded() {
        return header != null || trailer != null || serverTiming;
    }

    boolean hasHeaders() {
        return header != null || serverTiming;
    }

    /**
     * At the start of a response: trailers must be promised.
     *
     * @param cost asked when the body has been sent
     */
    void promise(HttpServletResponse response, Supplier<@Nullable Money> cost) {
        if (trailer == null) {
            return;
        }
        try {
            response.setTrailerFields(trailers(cost, null));
        } catch (IllegalStateException e) {
            return; // HTTP/1.0 has none, and after the commit it is too late
        }
        response.setHeader("Trailer", trailer);
    }

    /** These trailers with ours among them. */
    Supplier<Map<String, String>> trailers(
            Supplier<@Nullable Money> cost, @Nullable Supplier<Map<String, String>> others) {
        return () -> {
            Map<String, String> given = others == null ? null : others.get();
            Money known = cost.get();
            if (trailer == null || known == null) {
                return given == null ? Map.of() : given;
            }
            Map<String, String> all = given == null ? new HashMap<>() : new HashMap<>(given);
            all.put(trailer, text(known));
            return all;
        };
    }

    /** Right before the commit. The last time counts. */
    void announce(HttpServletResponse response, Money cost) {
        String text = text(cost);
        if (header != null) {
            response.setHeader(header, text);
        }
        if (serverTiming) {
            List<String> others = new ArrayList<>(response.getHeaders(SERVER_TIMING));
            others.removeIf(other -> other.startsWith(METRIC));
            response.setHeader(SERVER_TIMING, METRIC + "desc=\"" + text + '"');
            others.forEach(other -> response.addHeader(SERVER_TIMING, other));
        }
    }

    /** An exact amount and its currency. */
    private static String text(Money cost) {
        return cost.amount().stripTrailingZeros().toPlainString() + " "
                + cost.currency().getCurrencyCode();
    }
}
