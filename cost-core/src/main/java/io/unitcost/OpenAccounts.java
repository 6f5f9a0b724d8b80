package io.unitcost;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The open accounts of a meter, so that forgotten ones can be found. Adding and removing take no lock and allocate
 * nothing: an account sits in a slot near one that its thread's id picks, found by compare-and-set.
 */
final class OpenAccounts {

    private static final int SEGMENT_BITS = 10;
    private static final int SEGMENT = 1 << SEGMENT_BITS;
    private static final int PROBES = 16;

    /** Neighbouring threads start this far apart, so that they do not share a cache line. */
    private static final int STRIDE = 16;

    private volatile AtomicReferenceArray<?>[] segments = {new AtomicReferenceArray<RequestMeter>(SEGMENT)};

    void add(RequestMeter account) {
        int home = (int) Thread.currentThread().getId() * STRIDE;
        while (true) {
            AtomicReferenceArray<RequestMeter>[] all = segments();
            for (int s = 0; s < all.length; s++) {
                for (int probe = 0; probe < PROBES; probe++) {
                    int index = (home + probe) & (SEGMENT - 1);
                    if (all[s].getPlain(index) == null) {
                        account.slot(s << SEGMENT_BITS | index);
                        if (all[s].compareAndSet(index, null, account)) {
                            return;
                        }
                    }
                }
                home += home >>> SEGMENT_BITS | PROBES;
            }
            grow(all.length);
        }
    }

    void remove(RequestMeter account) {
        segments()[account.slot() >>> SEGMENT_BITS].setRelease(account.slot() & (SEGMENT - 1), null);
    }

    void forEach(Consumer<RequestMeter> action) {
        for (AtomicReferenceArray<RequestMeter> segment : segments()) {
            for (int i = 0; i < SEGMENT; i++) {
                RequestMeter account = segment.get(i);
                if (account != null) {
                    action.accept(account);
                }
            }
        }
    }

    private synchronized void grow(int from) {
        if (segments.length == from) {
            AtomicReferenceArray<?>[] more = Arrays.copyOf(segments, from * 2);
            for (int i = from; i < more.length; i++) {
                more[i] = new AtomicReferenceArray<RequestMeter>(SEGMENT);
            }
            segments = more;
        }
    }

    @SuppressWarnings("unchecked") // only ever filled with such arrays, above
    private AtomicReferenceArray<RequestMeter>[] segments() {
        return (AtomicReferenceArray<RequestMeter>[]) segments;
    }
}
