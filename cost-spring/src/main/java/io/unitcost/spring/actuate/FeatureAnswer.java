package io.unitcost.spring.actuate;

import io.unitcost.slo.WindowSnapshot;
import java.time.Instant;

/** The answer of {@code /cost/{feature}}. */
record FeatureAnswer(
        String scope,
        Instant since,
        Instant at,
        CostReport.Window window,
        String currency,
        String feature,
        FeatureReport report) {

    static FeatureAnswer of(WindowSnapshot snapshot, WindowSnapshot.Feature feature) {
        return new FeatureAnswer(
                CostReport.SCOPE,
                snapshot.since(),
                snapshot.at(),
                CostReport.Window.of(snapshot),
                snapshot.currency().getCurrencyCode(),
                feature.name(),
                FeatureReport.of(feature));
    }
}
