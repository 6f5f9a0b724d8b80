package io.unitcost.spring.http;

import io.unitcost.http.HttpCosts;
import io.unitcost.spring.InvalidSettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the hooks for HTTP clients may do, as {@code unitcost.http.*} says. */
final class HttpSettings {

    private static final String REMEDY = "write HOST[:PORT][/PATH] without scheme, such as llm.example.com:8000";

    private final HttpCostProperties properties;

    HttpSettings(HttpCostProperties properties) {
        this.properties = properties;
    }

    void apply(HttpCosts.Builder costs) {
        if (properties.askForUsageInStreams()) {
            costs.askForUsageInStreams();
        }
        Map<String, String> seen = new HashMap<>();
        properties.providers().forEach((provider, hosts) -> hosts(costs, provider, hosts, seen));
    }

    private static void hosts(HttpCosts.Builder costs, String provider, List<String> hosts, Map<String, String> seen) {
        String property = "unitcost.http.providers." + provider;
        if (hosts.isEmpty()) {
            throw new InvalidSettingException(property, null, "there is no host", REMEDY);
        }
        for (int i = 0; i < hosts.size(); i++) {
            String place = property + "[" + i + "]";
            String host = hosts.get(i).strip();
            String other = seen.put(host, provider);
            if (other != null) {
                throw new InvalidSettingException(
                        place, host, "provider " + other + " has the same host", "remove it from one of them");
            }
            try {
                costs.provider(host, provider);
            } catch (IllegalArgumentException e) {
                throw new InvalidSettingException(place, host, "it is no host", REMEDY);
            }
        }
    }
}
