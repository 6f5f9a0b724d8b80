package io.unitcost.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.unitcost.Attempt;
import io.unitcost.Quality;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one try of a call is written to the account as. What it used is, in this order: what was reported for it, in trailers
 * or messages; what it can be measured by, if the provider is paid that way; what its text is estimated at; or unknown.
 */
final class AttemptBill {

    private final GrpcCosts costs;
    private final Target target;
    private final UsageReading reading;
    private final Status status;

    AttemptBill(GrpcCosts costs, Target target, UsageReading reading, Status status) {
        this.costs = costs;
        this.target = target;
        this.reading = reading;
        this.status = status;
    }

    /** The trailers of the try whose answer was read. */
    void sees(@Nullable Metadata trailers) {
        if (trailers != null) {
            read(reading, trailers);
        }
    }

    /** The try whose answer the call went on with. */
    Attempt answered(long durationNanos, long firstOutputNanos, long wireBytes) {
        Attempt.Builder attempt = begin(reading.model(), durationNanos, firstOutputNanos);
        fill(attempt);
        boolean whole = status.isOk() && !reading.isError();
        if (reading.hasUsage()) {
            attempt.usage(whole ? reading.usage() : atLeastSeen(), whole ? Quality.REPORTED : Quality.PARTIAL);
        } else if (!measured(attempt, durationNanos, wireBytes)) {
            attempt.usage(estimate(), Quality.ESTIMATED);
        }
        end(attempt);
        return attempt.build();
    }

    /** Another one: nothing of its answer was read, only maybe its trailers. */
    Attempt unanswered(
            @Nullable Metadata trailers, boolean refused, long durationNanos, long firstMessageNanos, long wireBytes) {
        Attempt.Builder attempt = begin(reading.requestModel(), durationNanos, firstMessageNanos);
        UsageReading own = target.usage().reading(null);
        if (trailers != null) {
            read(own, trailers);
        }
        if (own.hasUsage()) {
            attempt.usage(own.usage());
        } else if (refused || (!status.isOk() && !costs.isBilled(target.provider(), status.getCode()))) {
            attempt.unbilled();
        } else if (!measured(attempt, durationNanos, wireBytes)) {
            attempt.usage(prompt(), Quality.ESTIMATED);
        }
        end(attempt);
        return attempt.build();
    }

    private Attempt.Builder begin(@Nullable String model, long durationNanos, long firstOutputNanos) {
        String known = model == null ? reading.model() : model;
        return Attempt.of(target.provider(), known == null ? target.model() : known)
                .durationNanos(durationNanos)
                .firstTokenNanos(firstOutputNanos);
    }

    private void end(Attempt.Builder attempt) {
        if (status.getCode() == Status.Code.CANCELLED) {
            attempt.cancelled();
        } else if (!status.isOk() || reading.isError()) {
            attempt.failed();
        }
    }

    private boolean measured(Attempt.Builder attempt, long durationNanos, long wireBytes) {
        Unit unit = costs.measure(target.provider());
        if (unit == null) {
            return false;
        }
        if (unit.equals(Unit.ACCELERATOR_SECONDS)) {
            attempt.usage(
                    Usage.builder()
                            .set(unit, BigDecimal.valueOf(Math.max(0, durationNanos), 9))
                            .build(),
                    Quality.ESTIMATED);
        } else if (unit.equals(Unit.REQUESTS)) {
            attempt.usage(Usage.of(unit, 1), Quality.ESTIMATED);
        } else if (wireBytes > 0) {
            attempt.usage(Usage.of(unit, wireBytes), Quality.ESTIMATED);
        }
        return true;
    }

    /** What broke off may have given more than it had counted, and not yet counted what it was given. */
    private Usage atLeastSeen() {
        Usage reported = reading.usage();
        Usage seen = estimate();
        Usage.Builder usage = Usage.builder();
        for (Unit unit : reported.units()) {
            usage.set(unit, reported.quantity(unit));
        }
        for (Unit unit : new Unit[] {Unit.INPUT_TOKENS, Unit.OUTPUT_TOKENS}) {
            if (seen.count(unit) > reported.count(unit) && (unit != Unit.INPUT_TOKENS || reported.count(unit) == 0)) {
                usage.set(unit, seen.count(unit));
            }
        }
        return usage.build();
    }

    private Usage estimate() {
        try {
            return reading.estimate();
        } catch (Throwable failure) {
            costs.reportUsage(failure);
            return Usage.NONE;
        }
    }

    private Usage prompt() {
        try {
            return reading.promptOnly();
        } catch (Throwable failure) {
            costs.reportUsage(failure);
            return Usage.NONE;
        }
    }

    private void read(UsageReading own, Metadata trailers) {
        try {
            own.trailers(trailers);
        } catch (Throwable failure) {
            costs.reportUsage(failure);
        }
    }

    private void fill(Attempt.Builder attempt) {
        try {
            reading.fill(attempt);
        } catch (Throwable failure) {
            costs.reportUsage(failure);
        }
    }
}
