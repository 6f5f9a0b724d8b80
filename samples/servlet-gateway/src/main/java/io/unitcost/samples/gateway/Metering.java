package io.unitcost.samples.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.unitcost.CostMeter;
import io.unitcost.RequestCostListener;
import io.unitcost.http.HttpCosts;
import io.unitcost.http.MeteredHttpClient;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.servlet.CostFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.net.http.HttpClient;
import org.jspecify.annotations.Nullable;

/** All that metering takes: a meter, a filter in front, and a client behind. */
final class Metering {

    static final String CHAT = "/v1/chat/completions";
    static final String EMBEDDINGS = "/v1/embeddings";

    /** Tells the caller what was known when the response began: of a JSON answer all, of a stream hardly anything. */
    static final String HEADER = "X-Request-Cost";

    /** Tells the caller, after the body, what the request cost in all. */
    static final String TRAILER = "X-Request-Cost-In-All";

    static final String TEAM = "team";

    /** As it would stand in {@code web.xml}. Lists of models cost nothing and open no account. */
    private static final String FEATURES = CHAT + " : chat; " + EMBEDDINGS + " : search";

    static CostMeter meter(MeterRegistry registry, RequestCostListener listener) {
        return CostMeter.builder()
                .listener(CostMetrics.create(registry))
                .listener(listener)
                .build();
    }

    /** On the way in: who pays, who asked, what the caller is told. */
    static CostFilter filter(CostMeter meter, Upstream upstream) {
        return CostFilter.builder(meter)
                .features(FEATURES)
                .describe((request, account) -> account.attribute(TEAM, Keys.team(request)))
                .serves(request -> served(request, upstream))
                .costHeader(HEADER)
                .costTrailer(TRAILER)
                .build();
    }

    /**
     * What the gateway answers itself. The client below has booked what it passes on, and the filter knows such an answer by its
     * id and leaves it alone; what comes from elsewhere, such as a cache, it would book. Embeddings have no id, and are left to
     * the client.
     */
    private static @Nullable String served(HttpServletRequest request, Upstream upstream) {
        return Forward.path(request).equals(CHAT) ? upstream.provider() : null;
    }

    /** On the way out: what each try at the provider used. */
    static HttpClient client(HttpClient client, CostMeter meter, Upstream upstream) {
        return MeteredHttpClient.wrap(
                client,
                HttpCosts.builder(meter)
                        .provider(upstream.host(), upstream.provider())
                        // streams say what they used only when asked to; clients see one event more, without choices
                        .askForUsageInStreams()
                        .build());
    }

    private Metering() {}
}
