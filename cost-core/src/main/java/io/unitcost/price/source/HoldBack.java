package io.unitcost.price.source;

import io.unitcost.price.PriceChange;
import io.unitcost.price.PriceChanges;
import io.unitcost.price.PriceTable;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is taken of a list that others publish: everything but models whose price would move so far that it looks like a
 * slip. They keep the price that was in force, until somebody confirms the new one or the list comes back to its senses.
 * Immutable.
 */
final class HoldBack {

    /** Further than this, up or down, is held back; so is what becomes free or ceases to be. */
    static final int MOST_TIMES = 10;

    private final PriceTable list;
    private final @Nullable PriceChanges changes;
    private final Set<String> confirmed;
    private final Instant now;
    private final List<PriceChange> held;
    private final PriceTable taken;

    private HoldBack(PriceTable list, @Nullable PriceChanges changes, Set<String> confirmed, Instant now) {
        this.list = list;
        this.now = now;
        this.confirmed = confirmed;
        this.held = changes == null
                ? List.of()
                : changes.changed().stream().filter(this::isHeld).toList();
        // both tables hang on the changes, so they are let go when there is nothing to wait for
        this.changes = held.isEmpty() ? null : changes;
        PriceTable old = this.changes == null ? null : this.changes.held(this::isHeld);
        this.taken = old == null ? list : old.over(list);
    }

    /**
     * A list that was just fetched.
     *
     * @param list the list
     * @param before what its models cost so far; {@code null} if nothing is known of any
     * @param below the layer below, which has what the list does not; {@code null} if there is none
     * @param now what was over before is not held: nothing is charged for it any more
     */
    static HoldBack of(PriceTable list, @Nullable PriceTable before, @Nullable PriceTable below, Instant now) {
        PriceTable after = below == null ? list : list.over(below);
        return new HoldBack(list, before == null ? null : PriceChanges.between(before, after), Set.of(), now);
    }

    /** This, with the new price of a model taken too. */
    HoldBack confirmed(String provider, String model) {
        Set<String> more = new HashSet<>(confirmed);
        more.add(key(provider, model));
        return new HoldBack(list, changes, more, now);
    }

    /** This, with everything taken. */
    HoldBack confirmed() {
        return new HoldBack(list, null, Set.of(), now);
    }

    /** The list as it is taken. */
    PriceTable taken() {
        return taken;
    }

    /** What is not taken and why, sorted by model. */
    List<PriceChange> held() {
        return held;
    }

    /** How many models are not taken as the list has them. */
    int models() {
        return (int) held.stream().map(HoldBack::key).distinct().count();
    }

    private boolean isHeld(PriceChange change) {
        boolean isOver = change.until() != null && !change.until().isAfter(now);
        return !isOver && change.isBeyond(MOST_TIMES) && !confirmed.contains(key(change));
    }

    private static String key(PriceChange change) {
        return key(change.provider(), change.model());
    }

    private static String key(String provider, String model) {
        return (provider.strip() + "/" + model.strip()).toLowerCase(Locale.ROOT);
    }
}
