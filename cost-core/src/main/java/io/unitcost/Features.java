package io.unitcost;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The feature names of one meter, bounded before anything is created for them. Configured names always exist; others
 * are admitted up to the cap and are {@value #OTHER} from then on.
 */
final class Features {

    static final String OTHER = "other";
    static final String UNATTRIBUTED = "unattributed";
    private static final int LONGEST_NAME = 100;

    /** A feature as its requests see it: looked up once, when the account opens. */
    record Feature(String name, @Nullable CostObjective objective, boolean isOverflow) {}

    private final ConcurrentHashMap<String, Feature> byName = new ConcurrentHashMap<>();
    private final Feature other;
    private final Feature unattributed = new Feature(UNATTRIBUTED, null, false);
    private final Feature unnamed = new Feature(UNATTRIBUTED, null, false);
    private final List<String> known;
    private final int cap;
    private int admitted;
    private volatile boolean full;

    Features(Collection<String> known, Collection<CostObjective> objectives, int cap) {
        this.cap = cap;
        for (CostObjective objective : objectives) {
            if (byName.put(objective.feature(), new Feature(objective.feature(), objective, false)) != null) {
                throw new IllegalArgumentException(
                        "objective of " + objective.feature() + " is there twice; remove one of them");
            }
        }
        known.forEach(name -> byName.putIfAbsent(requireName(name), new Feature(name, null, false)));
        Feature configured = byName.get(OTHER);
        this.other = new Feature(OTHER, configured == null ? null : configured.objective, true);
        this.known = List.copyOf(new TreeSet<>(byName.keySet()));
    }

    /** The feature of this name, or {@value #OTHER} beyond the cap. No lock once a name is known or the cap is reached. */
    Feature resolve(String name) {
        Feature feature = byName.get(name);
        return feature != null ? feature : admit(name);
    }

    Feature unattributed() {
        return unattributed;
    }

    /** Stands for a name that is still to come; this very object, and not one that equals it. */
    Feature unnamed() {
        return unnamed;
    }

    /** The configured names, sorted. */
    Set<String> known() {
        return new LinkedHashSet<>(known);
    }

    List<CostObjective> objectives() {
        List<CostObjective> objectives = new ArrayList<>();
        for (String name : known) {
            Feature feature = byName.get(name);
            if (feature != null && feature.objective != null) {
                objectives.add(feature.objective);
            }
        }
        return objectives;
    }

    @Nullable
    CostObjective objective(String name) {
        Feature feature = byName.get(name);
        return feature == null ? null : feature.objective;
    }

    private Feature admit(String name) {
        if (full || name.isBlank() || name.length() > LONGEST_NAME) {
            return other;
        }
        synchronized (this) {
            if (admitted >= cap) {
                full = true;
                return other;
            }
            Feature feature = new Feature(name, null, false);
            Feature raced = byName.putIfAbsent(name, feature);
            if (raced == null) {
                admitted++;
            }
            return raced == null ? feature : raced;
        }
    }

    static String requireName(String name) {
        if (name.isBlank() || !name.equals(name.strip()) || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("feature: '" + name
                    + "' is blank, has blanks around it or is longer than " + LONGEST_NAME
                    + " characters; give it a short name, such as chat");
        }
        return name;
    }
}
