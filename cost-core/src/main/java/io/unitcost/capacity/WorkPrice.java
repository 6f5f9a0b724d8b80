package io.unitcost.capacity;

import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Currency;

/** A calibration at a price: what one work unit costs, used and idle. */
final class WorkPrice {

    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3_600);

    private final Currency currency;
    private final boolean perRequest;
    private final BigDecimal inputWeight;
    private final BigDecimal outputWeight;
    private final BigDecimal cachedWeight;
    private final BigDecimal secondsPerUnit;
    private final BigDecimal usedPerUnit;
    private final BigDecimal idlePerUnit;

    WorkPrice(
            CapacityPool.Calibration calibration, BigDecimal pricePerHour, BigDecimal utilization, Currency currency) {
        this.currency = currency;
        this.inputWeight = calibration.inputWeight;
        this.outputWeight = calibration.outputWeight != null
                ? calibration.outputWeight
                : new BigDecimal(CapacityPool.Calibration.DEFAULT_OUTPUT_WEIGHT);
        this.cachedWeight = inputWeight.multiply(calibration.cachedWeight);
        this.perRequest = !calibration.seconds && calibration.referenceInput + calibration.referenceOutput == 0;
        BigDecimal unitsPerSecond = unitsPerSecond(calibration);
        this.secondsPerUnit = BigDecimal.ONE.divide(unitsPerSecond, MathContext.DECIMAL128);
        this.usedPerUnit = pricePerHour.divide(SECONDS_PER_HOUR.multiply(unitsPerSecond), MathContext.DECIMAL128);
        this.idlePerUnit = pricePerHour
                .multiply(BigDecimal.ONE.subtract(utilization))
                .divide(SECONDS_PER_HOUR.multiply(unitsPerSecond).multiply(utilization), MathContext.DECIMAL128);
    }

    private BigDecimal unitsPerSecond(CapacityPool.Calibration calibration) {
        BigDecimal rate = calibration.requestsPerSecond;
        if (rate == null) {
            return BigDecimal.ONE;
        }
        return perRequest ? rate : rate.multiply(units(calibration.referenceInput, 0, calibration.referenceOutput));
    }

    Charge charge(Usage usage) {
        if (!perRequest && !usage.has(Unit.INPUT_TOKENS) && !usage.has(Unit.OUTPUT_TOKENS)) {
            return Charge.unpriced(Unpriced.NO_USAGE);
        }
        BigDecimal units = perRequest
                ? BigDecimal.ONE
                : units(
                        usage.count(Unit.INPUT_TOKENS),
                        usage.count(Unit.CACHE_READ_TOKENS),
                        usage.count(Unit.OUTPUT_TOKENS));
        return Charge.ofWork(
                units.multiply(secondsPerUnit),
                Money.of(units.multiply(usedPerUnit), currency),
                Money.of(units.multiply(idlePerUnit), currency),
                usage.count(Unit.CACHE_READ_TOKENS) > usage.count(Unit.INPUT_TOKENS));
    }

    private BigDecimal units(long input, long cached, long output) {
        long fresh = Math.max(0, input - cached);
        return inputWeight
                .multiply(BigDecimal.valueOf(fresh))
                .add(cachedWeight.multiply(BigDecimal.valueOf(cached)))
                .add(outputWeight.multiply(BigDecimal.valueOf(output)));
    }
}
