package io.unitcost.ledger;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue, and a daemon thread that takes records from it. Giving a record to it takes no lock: a full queue drops and counts.
 */
final class WriteQueue implements LedgerSink {

    private static final Logger log = LoggerFactory.getLogger(CostLedger.class);
    private static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);
    private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);
    private static final int WAKE_AT_MOST = 1_024;

    /** What records are written to, by one thread. It counts what became of those that it was given. */
    interface Target {

        /** Takes a record, into a buffer perhaps. Does not throw what a device does. */
        void write(LedgerRecord record);

        /** Whether it takes more; not while its device is full. */
        default boolean isReady() {
            return true;
        }

        /**
         * Does what is due, such as writing its buffer.
         *
         * @param now whether everything is
         * @return nanoseconds until something is due again; {@link Long#MAX_VALUE} while nothing is
         */
        default long doWhatIsDue(boolean now) {
            return Long.MAX_VALUE;
        }

        void close();

        /** What it knows of; safe to ask from any thread. */
        LedgerCounts counts();
    }

    private final Queue<LedgerRecord> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder abandoned = new LongAdder();
    private final Target target;
    private final int capacity;
    private final int wakeAt;
    private final Duration closeTimeout;
    private final Thread writer;
    private volatile boolean idle;
    private volatile boolean closed;
    private long warnedAt = System.nanoTime() - BETWEEN_WARNINGS;
    private long warnedOf;

    private WriteQueue(Target target, int capacity, Duration closeTimeout) {
        this.target = target;
        this.capacity = capacity;
        this.wakeAt = Math.max(1, Math.min(capacity / 4, WAKE_AT_MOST));
        this.closeTimeout = closeTimeout;
        this.writer = new Thread(this::run, "unitcost-ledger");
        this.writer.setDaemon(true);
    }

    static WriteQueue before(Target target, int capacity, Duration closeTimeout) {
        WriteQueue queue = new WriteQueue(target, requireCapacity(capacity), closeTimeout);
        queue.writer.start();
        return queue;
    }

    static WriteQueue before(LedgerSink slow, int capacity) {
        return before(slow, capacity, DEFAULT_CLOSE_TIMEOUT);
    }

    static WriteQueue before(LedgerSink slow, int capacity, Duration closeTimeout) {
        return before(new SinkTarget(slow), capacity, closeTimeout);
    }

    static int requireCapacity(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " is below 1; give 1 or more");
        }
        return capacity;
    }

    @Override
    public void accept(LedgerRecord record) {
        // counted first and looked at afterwards: whoever closes waits for those that were counted before
        int position = waiting.incrementAndGet();
        if (closed || position > capacity) {
            waiting.decrementAndGet();
            dropped.increment();
            return;
        }
        queue.add(record);
        if (idle || position == wakeAt) {
            idle = false;
            LockSupport.unpark(writer);
        }
    }

    private void run() {
        boolean closing = false;
        while (!(closing && (waiting.get() == 0 || !target.isReady()))) {
            closing = closed;
            try {
                drain();
                long nanos = target.doWhatIsDue(closing);
                warn();
                await(nanos);
            } catch (Throwable failure) {
                log.warn("cost ledger: its writer failed and goes on", failure);
            }
        }
        drop();
        target.close();
    }

    private void drain() {
        while (target.isReady()) {
            LedgerRecord record = queue.poll();
            if (record == null) {
                return;
            }
            try {
                target.write(record);
            } finally {
                waiting.decrementAndGet();
            }
        }
    }

    private void await(long nanos) {
        if (closed) {
            Thread.onSpinWait();
            return;
        }
        idle = nanos == Long.MAX_VALUE;
        if ((queue.isEmpty() || !target.isReady()) && !closed) {
            LockSupport.parkNanos(this, nanos);
        }
        idle = false;
    }

    private void warn() {
        long lost = dropped.sum();
        long now = System.nanoTime();
        if (lost > warnedOf && now - warnedAt >= BETWEEN_WARNINGS) {
            log.warn(
                    "cost ledger: {} records were dropped because its queue of {} was full; requests are not affected."
                            + " Counted in ai.ledger.records, further ones are not logged for a minute",
                    lost - warnedOf,
                    capacity);
            warnedOf = lost;
            warnedAt = now;
        }
    }

    private void drop() {
        while (queue.poll() != null) {
            waiting.decrementAndGet();
            abandoned.increment();
        }
    }

    @Override
    public LedgerCounts counts() {
        LedgerCounts known = target.counts();
        return new LedgerCounts(
                known.written(),
                known.dropped() + dropped.sum(),
                known.failed() + abandoned.sum(),
                known.waiting() + waiting.get());
    }

    /** Takes no more, and waits until what was taken is written, but no longer than the time for that. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        boolean interrupted = false;
        long end = System.nanoTime() + closeTimeout.toNanos();
        while (writer.isAlive() && System.nanoTime() < end) {
            try {
                TimeUnit.MILLISECONDS.timedJoin(
                        writer, Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
                break;
            }
        }
        if (writer.isAlive()) {
            drop(); // first, or the writer would take the next one and block again
            writer.interrupt();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A sink of the application's. */
    private static final class SinkTarget implements Target {
        private final LedgerSink sink;
        private final LongAdder written = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private boolean said;

        SinkTarget(LedgerSink sink) {
            this.sink = sink;
        }

        @Override
        public void write(LedgerRecord record) {
            try {
                sink.accept(record);
                written.increment();
            } catch (Exception failure) {
                failed.increment();
                if (!said) {
                    said = true;
                    log.warn("cost ledger: its sink failed; counted in ai.ledger.records, not logged again", failure);
                }
            }
        }

        @Override
        public void close() {
            try {
                sink.close();
            } catch (Exception failure) {
                log.warn("cost ledger: its sink could not be closed", failure);
            }
        }

        @Override
        public LedgerCounts counts() {
            LedgerCounts own = sink.counts();
            return own == null
                    ? new LedgerCounts(written.sum(), 0, failed.sum(), 0)
                    : new LedgerCounts(own.written(), own.dropped(), own.failed() + failed.sum(), own.waiting());
        }
    }
}
