package io.unitcost;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The open accounts of a meter, so that forgotten ones can be found. Adding and removing take no lock and allocate
 * nothing: an account sits in a free slot, taken by compare-and-set. A thread looks first where it found one before;
 * where many accounts are open at once it looks at random places, and the slots are doubled before they are hard to
 * find.
 */
final class OpenAccounts {

    private static final int SEGMENT_BITS = 10;
    private static final int SEGMENT = 1 << SEGMENT_BITS;
    private static final int PROBES = 32;

    /** Threads with neighbouring ids start this far apart, so that they do not share a cache line. */
    private static final int STRIDE = 16;

    private volatile AtomicReferenceArray<?>[] segments = {new AtomicReferenceArray<RequestMeter>(SEGMENT)};

    void add(RequestMeter account) {
        int slot = (int) Thread.currentThread().getId() * STRIDE & (SEGMENT - 1);
        while (true) {
            AtomicReferenceArray<RequestMeter>[] all = segments();
            for (int probe = 0; probe < PROBES; probe++) {
                if (take(all, slot, account)) {
                    return;
                }
                slot = ThreadLocalRandom.current().nextInt(all.length << SEGMENT_BITS);
            }
            grow(all.length);
        }
    }

    private static boolean take(AtomicReferenceArray<RequestMeter>[] all, int slot, RequestMeter account) {
        AtomicReferenceArray<RequestMeter> segment = all[slot >>> SEGMENT_BITS];
        int index = slot & (SEGMENT - 1);
        if (segment.getPlain(index) != null) {
            return false;
        }
        account.slot(slot);
        return segment.compareAndSet(index, null, account);
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
