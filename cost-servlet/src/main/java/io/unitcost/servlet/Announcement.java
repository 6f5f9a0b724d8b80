package io.unitcost.servlet;

import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestMeter;
import io.unitcost.price.Money;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a caller is told what a request cost so far: nothing unless switched on, as costs tell about margins.
 *
 * @param header set right before the response is committed, {@code null} for none
 * @param trailer sent after the body where the protocol can, {@code null} for none
 * @param serverTiming whether a {@code Server-Timing} header says it too, which browsers show
 */
record Announcement(@Nullable String header, @Nullable String trailer, boolean serverTiming) {

    static final Announcement NONE = new Announcement(null, null, false);

    boolean isNeeded() {
        return header != null || trailer != null || serverTiming;
    }

    boolean hasHeaders() {
        return header != null || serverTiming;
    }

    /** At the start of a response: trailers must be promised. */
    void promise(CostMeter meter, RequestMeter request, HttpServletResponse response) {
        if (trailer == null) {
            return;
        }
        try {
            response.setHeader("Trailer", trailer);
            response.setTrailerFields(() -> {
                String cost = text(request);
                return cost == null ? Map.of() : Map.of(trailer, cost);
            });
        } catch (Throwable failure) {
            // HTTP/1.0, or a response that is committed
            meter.reportError(Site.BOUNDARY, failure);
        }
    }

    /** Right before the commit. */
    void announce(CostMeter meter, RequestMeter request, HttpServletResponse response) {
        try {
            String cost = text(request);
            if (cost == null) {
                return;
            }
            if (header != null) {
                response.setHeader(header, cost);
            }
            if (serverTiming) {
                response.addHeader("Server-Timing", "cost;desc=\"" + cost + '"');
            }
        } catch (Throwable failure) {
            meter.reportError(Site.BOUNDARY, failure);
        }
    }

    /** An exact amount and its currency; {@code null} after the account was closed. */
    private static @Nullable String text(RequestMeter request) {
        Money cost = request.costSoFar();
        return cost == null
                ? null
                : cost.amount().stripTrailingZeros().toPlainString() + " "
                        + cost.currency().getCurrencyCode();
    }
}
