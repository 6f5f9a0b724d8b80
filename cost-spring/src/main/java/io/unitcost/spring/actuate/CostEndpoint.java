package io.unitcost.spring.actuate;

import io.unitcost.CostMeter;
import io.unitcost.slo.CostWindow;
import io.unitcost.slo.WindowSnapshot;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/** What this instance's features cost, and how models are priced. Changes nothing. */
@Endpoint(id = "cost")
final class CostEndpoint {

    private static final String PRICES = "prices";
    private static final String WHY = "why";
    private static final int MODEL_AT = 2;

    private final CostMeter meter;
    private final CostWindow window;

    CostEndpoint(CostMeter meter, CostWindow window) {
        this.meter = meter;
        this.window = window;
    }

    /** {@code /cost}: everything. */
    @ReadOperation
    CostReport cost() {
        return CostReport.of(meter, window);
    }

    /**
     * {@code /cost/{feature}}, {@code /cost/why}, {@code /cost/why/{feature}} and {@code /cost/prices/{provider}/{model}}. Names of features and models may have slashes, which
     * servers refuse in any other form; a feature that is named like one of them goes first.
     *
     * @return {@code null}, which is 404, for a feature that nobody configured or used
     */
    @ReadOperation
    @Nullable
    Object detail(@Selector(match = Selector.Match.ALL_REMAINING) String... path) {
        FeatureAnswer feature = feature(String.join("/", path));
        if (feature == null && path[0].equals(WHY)) {
            return why(Arrays.copyOfRange(path, 1, path.length));
        }
        if (feature != null || path.length <= MODEL_AT || !path[0].equals(PRICES)) {
            return feature;
        }
        String model = String.join("/", Arrays.copyOfRange(path, MODEL_AT, path.length));
        return new PriceQuestion(meter, path[1], model).answer();
    }

    private @Nullable FeatureAnswer feature(String path) {
        if (!window.isRegistered()) {
            return null;
        }
        WindowSnapshot snapshot = window.snapshot();
        WindowSnapshot.Feature feature = snapshot.feature(path);
        // routes begin with a slash, which is lost between segments
        feature = feature == null ? snapshot.feature("/" + path) : feature;
        return feature == null ? null : FeatureAnswer.of(snapshot, feature);
    }

    private @Nullable WhyAnswer why(String... path) {
        if (!window.isRegistered()) {
            return null;
        }
        if (path.length == 0) {
            return WhyAnswer.of(window, null, meter.currency());
        }
        FeatureAnswer feature = feature(String.join("/", path));
        return feature == null ? null : WhyAnswer.of(window, feature.feature(), meter.currency());
    }
}
