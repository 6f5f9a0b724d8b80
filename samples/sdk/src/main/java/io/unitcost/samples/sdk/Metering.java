package io.unitcost.samples.sdk;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.RequestCostListener;
import io.unitcost.http.HttpCosts;
import io.unitcost.http.OkHttpCosts;

/** All that metering takes: a meter, and one line where the client is built. */
final class Metering {

    static final String FEATURE = "help-desk";

    /** An answer earns a fifth of a cent, of which four fifths are to remain: made up, as every application's are its own. */
    static CostMeter meter(RequestCostListener listener) {
        return CostMeter.builder()
                .objective(CostObjective.of(FEATURE)
                        .revenue("0.002")
                        .targetMargin("0.8")
                        .build())
                .listener(listener)
                .build();
    }

    static OpenAIClient client(Provider provider, CostMeter meter) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(provider.baseUrl())
                .apiKey(provider.apiKey())
                .addInterceptor(OkHttpCosts.interceptor(costs(provider, meter))) // the line
                .build();
    }

    /**
     * Hosts of known providers need nothing here. Any other host is a provider of its own, without prices, until somebody says
     * whose prices apply to it: an answer in OpenAI's format is not therefore at OpenAI's price.
     */
    private static HttpCosts costs(Provider provider, CostMeter meter) {
        HttpCosts.Builder costs = HttpCosts.builder(meter);
        if (provider.pricedAs() != null) {
            costs.provider(provider.host(), provider.pricedAs());
        }
        return costs.build();
    }

    private Metering() {}
}
