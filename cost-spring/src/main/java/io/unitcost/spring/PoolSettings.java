package io.unitcost.spring;

import io.unitcost.capacity.CapacityPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Capacity pools as {@code unitcost.pools.*} says. */
final class PoolSettings {

    private static final String POSITIVE = "give a decimal number above 0";

    private final Map<String, UnitcostProperties.Pool> pools;

    PoolSettings(Map<String, UnitcostProperties.Pool> pools) {
        this.pools = pools;
    }

    List<CapacityPool> pools() {
        List<CapacityPool> built = new ArrayList<>();
        pools.forEach((name, pool) -> built.add(pool("unitcost.pools." + name, name, pool)));
        return built;
    }

    private static CapacityPool pool(String property, String name, UnitcostProperties.Pool pool) {
        CapacityPool.Builder builder = CapacityPool.builder(name);
        Settings.required(
                property + ".price-per-hour",
                Settings.text(pool.pricePerHour()),
                "give what one replica costs for an hour in US dollars, such as 3.00");
        Settings.set(
                property + ".price-per-hour",
                Settings.text(pool.pricePerHour()),
                text -> builder.pricePerHour(text),
                "give what one replica costs for an hour in US dollars, such as 3.00");
        Settings.set(property + ".replicas", pool.replicas(), builder::replicas, "give 1 or more");
        Settings.set(
                property + ".planned-utilization",
                Settings.text(pool.plannedUtilization()),
                builder::plannedUtilization,
                "give a share above 0 and at most 1, such as 0.5");
        if (pool.models().isEmpty()) {
            throw new InvalidSettingException(
                    property + ".models",
                    null,
                    "nothing says what the pool sustains",
                    "give one of its models with requests-per-second, or with seconds-per-1k-input and -output");
        }
        for (int i = 0; i < pool.models().size(); i++) {
            String in = property + ".models[" + i + "]";
            UnitcostProperties.Calibration given = pool.models().get(i);
            String model = Settings.required(in + ".model", given.model(), "say which model, as served");
            Settings.set(
                    in,
                    given,
                    calibration -> builder.calibrate(model, collected -> calibrate(in, calibration, collected)),
                    "give requests-per-second with a reference request, or seconds-per-1k-input and seconds-per-1k-output");
        }
        return builder.build();
    }

    private static void calibrate(
            String property, UnitcostProperties.Calibration given, CapacityPool.Calibration calibration) {
        Settings.set(
                property + ".requests-per-second",
                Settings.text(given.requestsPerSecond()),
                calibration::sustainedRequestsPerSecond,
                POSITIVE);
        if (given.referenceInputTokens() != 0 || given.referenceOutputTokens() != 0) {
            Settings.set(
                    property + ".reference-input-tokens",
                    given.referenceInputTokens(),
                    input -> calibration.reference(input, given.referenceOutputTokens()),
                    "give the tokens of a typical request");
        }
        Settings.set(
                property + ".output-weight", Settings.text(given.outputWeight()), calibration::outputWeight, POSITIVE);
        Settings.set(
                property + ".cached-weight",
                Settings.text(given.cachedWeight()),
                calibration::cachedWeight,
                "give a decimal number of 0 or more");
        if (given.secondsPer1kInput() != null || given.secondsPer1kOutput() != null) {
            String input = Settings.required(
                    property + ".seconds-per-1k-input", Settings.text(given.secondsPer1kInput()), POSITIVE);
            String output = Settings.required(
                    property + ".seconds-per-1k-output", Settings.text(given.secondsPer1kOutput()), POSITIVE);
            Settings.set(
                    property + ".seconds-per-1k-output",
                    output,
                    seconds -> calibration.secondsPer1kTokens(input, seconds),
                    POSITIVE);
        }
    }
}
