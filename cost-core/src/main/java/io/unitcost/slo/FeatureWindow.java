package io.unitcost.slo;

import io.unitcost.RequestCost;
import io.unitcost.explain.CostCells;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One feature's ring of time slots. A slot that has come round again is added to the total before it is used anew, so a request
 * is written to one place, under one short lock.
 */
final class FeatureWindow {

    private static final CostCells NOTHING = CostCells.builder().build();

    private final Currency currency;
    private final @Nullable SlotTally[] slots;
    private final long[] numbers;
    private final SlotTally past;

    /** What the two halves of the window and everything before it come to; belongs to whoever took it. */
    record Halves(SlotTally before, SlotTally earlier, SlotTally later) {}

    FeatureWindow(Currency currency, int slots) {
        this.currency = currency;
        this.slots = new SlotTally[slots];
        this.numbers = new long[slots];
        this.past = new SlotTally(currency);
    }

    /**
     * Adds an account that closed.
     *
     * @param slot the number of the time slot, counted from 0
     */
    synchronized void add(long slot, RequestCost account) {
        int at = (int) (slot % slots.length);
        SlotTally tally = slots[at];
        if (tally != null && numbers[at] > slot) {
            tally = past; // of a thread that was held up for a whole window
        } else if (tally == null || numbers[at] < slot) {
            if (tally != null) {
                past.add(tally);
            }
            tally = new SlotTally(currency);
            slots[at] = tally;
            numbers[at] = slot;
        }
        tally.add(account);
    }

    /** Holds up requests of this feature for as long as it takes to add up the slots. */
    synchronized Halves halves(long slot) {
        Halves halves = new Halves(new SlotTally(currency), new SlotTally(currency), new SlotTally(currency));
        halves.before.add(past);
        for (int i = 0; i < slots.length; i++) {
            SlotTally tally = slots[i];
            if (tally != null) {
                long age = slot - numbers[i];
                (age >= slots.length ? halves.before : age >= slots.length / 2 ? halves.earlier : halves.later)
                        .add(tally);
            }
        }
        return halves;
    }

    /** What explains the window: the cells of each slot, the oldest first, as many as there are slots. */
    synchronized List<CostCells> cells(long slot) {
        List<CostCells> cells = new ArrayList<>(slots.length);
        for (long number = slot - slots.length + 1; number <= slot; number++) {
            int at = (int) Math.floorMod(number, (long) slots.length);
            SlotTally tally = slots[at];
            cells.add(tally != null && numbers[at] == number ? tally.cells() : NOTHING);
        }
        return cells;
    }
}
