package io.unitcost.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.Part;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The meters of one model within one feature, made when they are first needed and kept. */
final class ModelMeters {

    private final Meters meters;
    private final SeriesCaps caps;
    private final String feature;
    private final SeriesCaps.ModelName model;
    private final Timer[] attempts = new Timer[Result.values().length];
    private final ConcurrentHashMap<String, KindMeters> services = new ConcurrentHashMap<>();

    /** A few units at most; replaced when one is added, so that reading takes no lock. */
    private volatile UnitMeters[] units = {};

    private final ConcurrentHashMap<String, Counter> work = new ConcurrentHashMap<>();
    private @Nullable Counter reported;
    private @Nullable Counter computed;

    ModelMeters(Meters meters, SeriesCaps caps, String feature, SeriesCaps.ModelName model) {
        this.meters = meters;
        this.caps = caps;
        this.feature = feature;
        this.model = model;
    }

    void record(AttemptCost cost) {
        attempts(cost.result()).record(cost.attempt().durationNanos(), TimeUnit.NANOSECONDS);
        if (cost.attempt().isBilled()) {
            // a refused try has an estimate of what was sent, which nobody has read
            recordTokens(cost.attempt().usage());
        }
        Charge charge = cost.charge();
        Part part = cost.part();
        KindMeters service = cost.service() == null ? null : service(cost.service());
        for (int i = 0; i < charge.size(); i++) {
            double amount = charge.costAsDouble(i);
            if (amount > 0) {
                (service != null ? service : unit(charge.unit(i)).kind)
                        .counter(part)
                        .increment(amount);
            }
            if (charge.unit(i) == Unit.ACCELERATOR_SECONDS) {
                work(cost.attempt().provider()).increment(charge.quantityAsDouble(i));
            }
        }
        Money idle = charge.idle();
        if (idle != null && !idle.isZero()) {
            unit(Unit.ACCELERATOR_SECONDS).kind.counter(cost.idlePart()).increment(idle.toDouble());
        }
        Money said = charge.reported();
        Money table = charge.computed();
        if (said != null && table != null) {
            compare(said, table);
        }
    }

    private void compare(Money said, Money table) {
        if (reported == null || computed == null) {
            reported = meters.compared(model, "provider");
            computed = meters.compared(model, "table");
        }
        reported.increment(said.toDouble());
        computed.increment(table.toDouble());
    }

    private void recordTokens(Usage usage) {
        for (int i = 0; i < usage.size(); i++) {
            Unit unit = usage.unit(i);
            long count = unit.isTokens() ? usage.disjointCount(i) : 0;
            if (count > 0) {
                unit(unit).tokens().increment((double) count);
            }
        }
    }

    private Timer attempts(Result result) {
        Timer timer = attempts[result.ordinal()];
        if (timer == null) {
            timer = meters.attempts(model, result);
            attempts[result.ordinal()] = timer;
        }
        return timer;
    }

    /** Pools are configured, so their name is shown whatever the model is shown as. */
    private Counter work(String pool) {
        Counter counter = work.get(pool);
        return counter != null ? counter : work.computeIfAbsent(pool, name -> meters.capacityWork(name, feature));
    }

    private KindMeters service(String service) {
        KindMeters found = services.get(service);
        if (found != null) {
            return found;
        }
        String shown = caps.admitService(service);
        if (!shown.equals(service)) {
            meters.serviceOverflow.increment();
        }
        return services.computeIfAbsent(shown, KindMeters::new);
    }

    private UnitMeters unit(Unit unit) {
        for (UnitMeters candidate : units) {
            if (candidate.unit == unit) {
                return candidate;
            }
        }
        return addUnit(unit);
    }

    private synchronized UnitMeters addUnit(Unit unit) {
        for (UnitMeters candidate : units) {
            if (candidate.unit.equals(unit)) {
                return candidate;
            }
        }
        UnitMeters added = new UnitMeters(unit);
        UnitMeters[] more = Arrays.copyOf(units, units.length + 1);
        more[units.length] = added;
        units = more;
        return added;
    }

    /** The cost counters of one kind of usage, by part. */
    private final class KindMeters {
        private final String kind;
        private final Counter[] parts = new Counter[Part.values().length];

        KindMeters(String kind) {
            this.kind = kind;
        }

        Counter counter(Part part) {
            Counter counter = parts[part.ordinal()];
            if (counter == null) {
                counter = meters.costPart(feature, part, model, kind);
                parts[part.ordinal()] = counter;
            }
            return counter;
        }
    }

    private final class UnitMeters {
        private final Unit unit;
        private final KindMeters kind;
        private @Nullable Counter tokens;

        UnitMeters(Unit unit) {
            this.unit = unit;
            this.kind = new KindMeters(unit.label());
        }

        Counter tokens() {
            Counter counter = tokens;
            if (counter == null) {
                counter = meters.tokens(feature, model, kind.kind);
                tokens = counter;
            }
            return counter;
        }
    }
}
