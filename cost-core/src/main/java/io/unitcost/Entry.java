package io.unitcost;

import org.jspecify.annotations.Nullable;

/** An attempt written to an account: a link of a list whose newest entry is the account's head. */
final class Entry {
    final CallMeter call;
    final Attempt attempt;

    @Nullable
    Entry older;

    Entry(CallMeter call, Attempt attempt) {
        this.call = call;
        this.attempt = attempt;
    }

    /** A mark that stands for no attempt. */
    @SuppressWarnings("NullAway") // compared by identity, never read
    static Entry closed() {
        return new Entry(null, null);
    }
}
