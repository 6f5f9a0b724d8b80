package io.unitcost;

import io.unitcost.AttemptCost.Result;
import org.jspecify.annotations.Nullable;

/** An attempt written to an account: a link of a list whose newest entry is the account's head. */
final class Entry {
    final CallMeter call;
    final Attempt attempt;
    /** Whether it only worked on the answer of the attempt that is one link newer. */
    private final boolean beside;

    @Nullable
    Entry older;

    private Entry(CallMeter call, Attempt attempt, boolean beside) {
        this.call = call;
        this.attempt = attempt;
        this.beside = beside;
    }

    /** The attempt, and behind it those that worked on its answer. */
    static Entry of(CallMeter call, Attempt attempt) {
        Entry entry = new Entry(call, attempt, false);
        Entry last = entry;
        // by position: most attempts have none, and an iterator is garbage
        for (int i = 0; i < attempt.alongside().size(); i++) {
            last.older = new Entry(call, attempt.alongside().get(i), true);
            last = last.older;
        }
        return entry;
    }

    /** A mark that stands for no attempt. */
    @SuppressWarnings("NullAway") // compared by identity, never read
    static Entry closed() {
        return new Entry(null, null, false);
    }

    /** The end of the list. */
    Entry oldest() {
        Entry last = this;
        while (last.older != null) {
            last = last.older;
        }
        return last;
    }

    /** What became of it, while the account is settled from the newest entry to the oldest. */
    Result settle() {
        return beside ? call.settleBeside() : call.settle(attempt);
    }
}
