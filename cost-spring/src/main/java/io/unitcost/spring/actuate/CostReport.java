package io.unitcost.spring.actuate;

import io.unitcost.CostMeter;
import io.unitcost.slo.CostWindow;
import io.unitcost.slo.WindowSnapshot;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of {@code /cost}. */
record CostReport(
        String scope,
        String note,
        @Nullable String problem,
        @Nullable Instant since,
        @Nullable Instant at,
        @Nullable Window window,
        String currency,
        Map<String, FeatureReport> features,
        PricesReport prices,
        List<UnpricedReport> unpriced,
        long unpricedAttemptsNotListed,
        Map<String, Long> errors,
        long duplicates) {

    static final String SCOPE = "this instance";
    private static final String NOTE = "Other instances have numbers of their own. Ratios of instances cannot be"
            + " averaged: add up their meters instead.";
    private static final String NOT_LISTENING = "The CostMeter of this application does not tell the CostWindow what"
            + " requests cost: give the bean to CostMeter.builder().listener(costWindow).";

    /** The time that a window covers. */
    record Window(String length, Instant from) {
        static Window of(WindowSnapshot snapshot) {
            return new Window(snapshot.window().toString(), snapshot.from());
        }
    }

    static CostReport of(CostMeter meter, CostWindow window) {
        WindowSnapshot snapshot = window.isRegistered() ? window.snapshot() : null;
        Map<String, FeatureReport> features = new LinkedHashMap<>();
        if (snapshot != null) {
            snapshot.features().forEach(feature -> features.put(feature.name(), FeatureReport.of(feature)));
        }
        return new CostReport(
                SCOPE,
                NOTE,
                snapshot == null ? NOT_LISTENING : null,
                snapshot == null ? null : snapshot.since(),
                snapshot == null ? null : snapshot.at(),
                snapshot == null ? null : Window.of(snapshot),
                meter.currency().getCurrencyCode(),
                features,
                PricesReport.of(meter),
                snapshot == null
                        ? List.of()
                        : snapshot.unpriced().stream()
                                .map(model -> UnpricedReport.of(meter, model))
                                .toList(),
                snapshot == null ? 0 : snapshot.unpricedBeyond(),
                errors(meter),
                meter.duplicates());
    }

    private static Map<String, Long> errors(CostMeter meter) {
        Map<String, Long> errors = new LinkedHashMap<>();
        for (CostMeter.Site site : CostMeter.Site.values()) {
            errors.put(site.label(), meter.errors(site));
        }
        return errors;
    }
}
