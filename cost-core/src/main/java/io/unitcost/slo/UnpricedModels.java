package io.unitcost.slo;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.RequestCost;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The models that had no price. Names come from answers and from clients, so the first ones that come are kept, up to a number, and
 * the rest is counted. Takes a lock only for a name that is new.
 */
final class UnpricedModels {

    /** How many units and features are remembered for a model. */
    static final int MOST_NAMES = 16;

    private static final int LONGEST_NAME = 200;

    private record Key(String provider, String model, Unpriced reason) {}

    private final int cap;
    private final ConcurrentHashMap<Key, Seen> models = new ConcurrentHashMap<>();
    private final LongAdder beyond = new LongAdder();

    UnpricedModels(int cap) {
        this.cap = cap;
    }

    void add(RequestCost account, Clock clock) {
        if (account.unpricedAttempts() == 0) {
            return;
        }
        List<AttemptCost> attempts = account.attempts();
        for (int i = 0; i < attempts.size(); i++) {
            Attempt attempt = attempts.get(i).attempt();
            Unpriced reason = attempts.get(i).unpriced();
            if (reason == null || attempt.isMeteredElsewhere()) {
                continue; // the other service lists what has no price there
            }
            Seen seen = seen(new Key(attempt.provider(), attempt.model(), reason));
            if (seen == null) {
                beyond.increment();
            } else {
                seen.add(attempt.usage(), account.feature(), clock.millis());
            }
        }
    }

    private @Nullable Seen seen(Key key) {
        Seen known = models.get(key);
        if (known != null || key.provider.length() > LONGEST_NAME || key.model.length() > LONGEST_NAME) {
            return known;
        }
        if (models.mappingCount() >= cap) {
            return null;
        }
        synchronized (models) {
            return models.mappingCount() < cap ? models.computeIfAbsent(key, one -> new Seen()) : models.get(key);
        }
    }

    long beyond() {
        return beyond.sum();
    }

    List<WindowSnapshot.UnpricedModel> list() {
        return models.entrySet().stream()
                .map(entry -> entry.getValue().of(entry.getKey()))
                .sorted(Comparator.comparingLong(WindowSnapshot.UnpricedModel::attempts)
                        .reversed()
                        .thenComparing(WindowSnapshot.UnpricedModel::provider)
                        .thenComparing(WindowSnapshot.UnpricedModel::model)
                        .thenComparing(WindowSnapshot.UnpricedModel::reason))
                .toList();
    }

    private static final class Seen {
        private final LongAdder attempts = new LongAdder();
        private final Set<String> units = ConcurrentHashMap.newKeySet();
        private final Set<String> features = ConcurrentHashMap.newKeySet();
        private volatile long lastMillis;

        void add(Usage usage, String feature, long millis) {
            attempts.increment();
            lastMillis = millis;
            for (int i = 0; i < usage.size(); i++) {
                keep(units, usage.unit(i).unitName());
            }
            keep(features, feature);
        }

        private static void keep(Set<String> names, String name) {
            if (!names.contains(name) && names.size() < MOST_NAMES) {
                names.add(name);
            }
        }

        WindowSnapshot.UnpricedModel of(Key key) {
            return new WindowSnapshot.UnpricedModel(
                    key.provider,
                    key.model,
                    key.reason,
                    attempts.sum(),
                    Instant.ofEpochMilli(lastMillis),
                    sorted(units),
                    sorted(features));
        }

        private static Set<String> sorted(Set<String> names) {
            return Collections.unmodifiableSet(new TreeSet<>(names));
        }
    }
}
