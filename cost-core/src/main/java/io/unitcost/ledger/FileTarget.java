package io.unitcost.ledger;

import io.unitcost.ledger.FileLedgerSink.Fsync;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whole lines into files, by one thread. What a device does not take is taken back to the last whole line, kept, and tried again.
 */
final class FileTarget implements WriteQueue.Target {

    private static final Logger log = LoggerFactory.getLogger(FileLedgerSink.class);
    private static final int FULL_BUFFER = 1 << 16;
    private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);
    private static final long BETWEEN_TRIES = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

    private final LedgerFiles files;
    private final long maxBytes;
    private final long flushNanos;
    private final Fsync fsync;
    private final Clock clock;
    private final boolean gzip;
    private final ExecutorService finisher = Executors.newSingleThreadExecutor(FileTarget::finisherThread);
    private final long closeMillis;

    private final RecordBuffer buffer = new RecordBuffer();
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile int buffered;
    private volatile @Nullable Path file;
    private @Nullable FileChannel channel;
    private long size;
    private long day;
    private long dueAt;
    private boolean failing;
    private long warnedAt = System.nanoTime() - BETWEEN_WARNINGS;

    FileTarget(FileLedgerSink.Builder settings) {
        this.files = new LedgerFiles(settings.directory, settings.prefix, settings.opener);
        this.maxBytes = settings.maxBytes;
        this.flushNanos = settings.flushInterval.toNanos();
        this.fsync = settings.fsync;
        this.clock = settings.clock;
        this.closeMillis = settings.closeTimeout.toMillis();
        this.gzip = settings.gzip;
    }

    private static Thread finisherThread(Runnable task) {
        Thread thread = new Thread(task, "unitcost-ledger-finisher");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void write(LedgerRecord record) {
        long today = Math.floorDiv(clock.millis(), DAY_MILLIS);
        if (today != day && (channel != null || buffer.lines() > 0)) {
            flush();
            roll();
        }
        day = today;
        try {
            buffer.add(record);
        } catch (RuntimeException | OutOfMemoryError failure) {
            failed.increment();
            warn("a record could not be written down and is lost", failure);
            return;
        }
        if (buffer.lines() == 1) {
            dueAt = System.nanoTime() + flushNanos;
        }
        buffered = buffer.lines();
        if (buffer.size() >= FULL_BUFFER || size + buffer.size() >= maxBytes) {
            flush();
        }
    }

    @Override
    public boolean isReady() {
        return !failing;
    }

    @Override
    public long doWhatIsDue(boolean now) {
        long left = dueAt - System.nanoTime();
        if (buffer.lines() > 0 && (now || left <= 0)) {
            flush();
            left = dueAt - System.nanoTime();
        }
        return buffer.lines() == 0 ? Long.MAX_VALUE : Math.max(1, left);
    }

    private void flush() {
        if (buffer.lines() == 0) {
            return;
        }
        ByteBuffer bytes = buffer.toByteBuffer();
        try {
            FileChannel to = channel == null ? open() : channel;
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
            keep(buffer.lines());
            failing = false;
        } catch (IOException | RuntimeException failure) {
            takeBack(bytes.position());
            failing = true;
            dueAt = System.nanoTime() + BETWEEN_TRIES;
            warn(
                    "its file cannot be written and is tried again; what its queue cannot hold is lost meanwhile",
                    failure);
            return;
        }
        if (fsync == Fsync.EVERY_FLUSH) {
            force();
        }
        if (size >= maxBytes) {
            roll();
        }
    }

    private FileChannel open() throws IOException {
        LedgerFiles.Opened opened = files.open(LocalDate.ofEpochDay(day));
        file = opened.file();
        channel = opened.channel();
        size = 0;
        return opened.channel();
    }

    /** So many lines are in the file now. */
    private void keep(int lines) {
        size += buffer.endOf(lines);
        written.add(lines);
        buffer.removeFirst(lines);
        buffered = buffer.lines();
    }

    /** Leaves the file at the end of a whole line; where it does not let itself be cut, a new one goes on. */
    private void takeBack(int bytesWritten) {
        keep(buffer.linesWithin(bytesWritten));
        FileChannel broken = channel;
        if (broken == null) {
            return;
        }
        try {
            broken.truncate(size);
            broken.position(size);
        } catch (IOException | RuntimeException e) {
            closeQuietly(broken);
            channel = null;
        }
    }

    private void force() {
        FileChannel current = channel;
        if (current != null && !forced(current)) {
            closeQuietly(current);
            channel = null;
        }
    }

    /** Ends this file, on the other thread, for a device may take seconds; the next line begins another one. */
    private void roll() {
        FileChannel done = channel;
        Path ended = file;
        channel = null;
        if (done != null && ended != null) {
            finisher.execute(() -> {
                finish(done);
                if (gzip) {
                    compress(ended);
                }
            });
        }
    }

    private void finish(FileChannel done) {
        if (fsync != Fsync.NEVER) {
            forced(done);
        }
        closeQuietly(done);
    }

    private static boolean forced(FileChannel done) {
        try {
            done.force(false);
            return true;
        } catch (IOException e) {
            log.warn("cost ledger: a file could not be forced to the device; a power cut may lose what is in it", e);
            return false;
        }
    }

    private static void compress(Path done) {
        try {
            LedgerFiles.compress(done);
        } catch (IOException | RuntimeException e) {
            log.warn("cost ledger: {} could not be compressed and stays as it is", done, e);
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.warn("cost ledger: a file could not be closed", e);
        }
    }

    private void warn(String what, Throwable failure) {
        long now = System.nanoTime();
        if (now - warnedAt >= BETWEEN_WARNINGS) {
            warnedAt = now;
            log.warn(
                    "cost ledger: {}; requests are not affected. Counted in ai.ledger.records, not logged again for a minute",
                    what,
                    failure);
        }
    }

    @Override
    public void close() {
        flush();
        failed.add(buffer.lines());
        buffer.clear();
        buffered = 0;
        FileChannel last = channel;
        channel = null;
        if (last != null) {
            finish(last);
        }
        finisher.shutdown();
        try {
            if (!finisher.awaitTermination(closeMillis, TimeUnit.MILLISECONDS)) {
                log.warn("cost ledger: a file was not finished in time and stays as it is");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Nullable
    Path file() {
        return file;
    }

    @Override
    public LedgerCounts counts() {
        return new LedgerCounts(written.sum(), 0, failed.sum(), buffered);
    }
}
