package io.unitcost.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to files, one line each, by a daemon thread of its own. Giving it a record takes no lock and touches no file. Thread-safe.
 *
 * <p><b>Files</b> are {@code PREFIX-2026-11-21-0001.jsonl} by the UTC day on which their lines were
 * taken from the queue. A file ends with the line that
 * reaches the size, or when the day ends; it is never written to again, also after a restart, and nothing is ever deleted.
 *
 * <p><b>What a kill loses:</b> the records of the last flush interval; where requests come faster than the disk takes them, those in
 * the queue too. It may leave a half-written last line, which {@link LedgerReader} tells apart. <b>What a power cut loses</b> beyond that
 * is for the operating system to say, unless {@link Fsync} is set.
 *
 * <p><b>A full disk</b> loses what the queue cannot hold: the file is cut back to its last whole line, and is tried again five times a
 * second. Nothing that waits is lost if there is room again in time.
 *
 * <p>Close it, or what waits is lost when the process ends.
 */
public final class FileLedgerSink implements LedgerSink {

    /** When written records are forced to the device, so that they outlive a power cut. */
    public enum Fsync {
        /** Left to the operating system, which usually takes half a minute. */
        NEVER,
        /** When a file ends. */
        EACH_FILE,
        /** After every write: a power cut loses no more than a kill does. */
        EVERY_FLUSH
    }

    private final Path directory;
    private final FileTarget target;
    private final WriteQueue queue;

    private FileLedgerSink(Builder builder) {
        this.directory = builder.directory;
        this.target = new FileTarget(builder);
        this.queue = WriteQueue.before(target, builder.queueCapacity, builder.closeTimeout);
    }

    /**
     * Writes to files in a directory, with the settings that {@link Builder} states.
     *
     * @throws IllegalArgumentException if no file can be made there
     */
    public static FileLedgerSink create(Path directory) {
        return builder(directory).build();
    }

    /** Starts with the default settings. */
    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    @Override
    public void accept(LedgerRecord record) {
        queue.accept(record);
    }

    @Override
    public LedgerCounts counts() {
        return queue.counts();
    }

    /** Where the files are. */
    public Path directory() {
        return directory;
    }

    /** The file that was begun last; {@code null} before the first record was written. */
    public @Nullable Path file() {
        return target.file();
    }

    /**
     * Takes no more, writes what waits and closes the file. Blocks for as long as that takes, but no longer than the close timeout;
     * what is not written then has failed. Can be called again.
     */
    @Override
    public void close() {
        queue.close();
    }

    /** Collects settings; one thread at a time. Refusals name the argument, the value and the remedy. */
    public static final class Builder {
        private static final long DEFAULT_BYTES = 256L << 20;
        private static final long FEWEST_BYTES = 1_024;
        private static final int DEFAULT_CAPACITY = 16_384;
        private static final Duration LONGEST = Duration.ofHours(1);
        private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}");

        final Path directory;
        String prefix = "ledger";
        long maxBytes = DEFAULT_BYTES;
        Duration flushInterval = Duration.ofSeconds(1);
        Fsync fsync = Fsync.EACH_FILE;
        boolean gzip;
        int queueCapacity = DEFAULT_CAPACITY;
        Duration closeTimeout = Duration.ofSeconds(10);
        Clock clock = Clock.systemUTC();
        LedgerFiles.Opener opener = LedgerFiles.NEW_FILE;

        private Builder(Path directory) {
            this.directory = Objects.requireNonNull(directory, "directory");
        }

        /** What file names begin with; {@code ledger} unless set. 1 to 64 letters, digits and {@code _ . -}. */
        public Builder prefix(String prefix) {
            if (!PREFIX.matcher(prefix).matches()) {
                throw new IllegalArgumentException(
                        "prefix: '" + prefix + "' is no start of a file name; use 1 to 64 letters, digits and _ . -");
            }
            this.prefix = prefix;
            return this;
        }

        /** At how many bytes a file ends; 256 MiB unless set, 1,024 or more. */
        public Builder maxFileSize(long bytes) {
            if (bytes < FEWEST_BYTES) {
                throw new IllegalArgumentException(
                        "maximum file size: " + bytes + " bytes are too few; give " + FEWEST_BYTES + " or more");
            }
            this.maxBytes = bytes;
            return this;
        }

        /**
         * How long a record waits in memory before it is given to the operating system; a second unless set, up to an hour. Many records
         * are given sooner, by 64 KiB. With 0 each is given at once when no other waits.
         */
        public Builder flushInterval(Duration interval) {
            this.flushInterval = inRange(interval, "flush interval");
            return this;
        }

        /** When files are forced to the device; {@link Fsync#EACH_FILE} unless set. */
        public Builder fsync(Fsync policy) {
            this.fsync = Objects.requireNonNull(policy, "fsync");
            return this;
        }

        /**
         * Whether a file that ended is compressed, by a second daemon thread; not unless set. The last file stays as it is when the sink
         * is closed.
         */
        public Builder gzip(boolean compress) {
            this.gzip = compress;
            return this;
        }

        /** How many records may wait; 16,384 unless set, 1 or more. A record and its attempts take one or two kilobytes. */
        public Builder queueCapacity(int records) {
            this.queueCapacity = WriteQueue.requireCapacity(records);
            return this;
        }

        /** How long {@link FileLedgerSink#close} waits; ten seconds unless set, up to an hour. */
        public Builder closeTimeout(Duration timeout) {
            this.closeTimeout = inRange(timeout, "close timeout");
            return this;
        }

        /** The time of day, for the days of files; UTC system time unless set. */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** For tests of devices that fail. */
        Builder opener(LedgerFiles.Opener opener) {
            this.opener = opener;
            return this;
        }

        /**
         * The sink.
         *
         * @throws IllegalArgumentException if the directory is none and cannot be made, or cannot be written to
         */
        public FileLedgerSink build() {
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "directory: " + directory + " cannot be made (" + e + "); name one that can be written to", e);
            }
            if (!Files.isWritable(directory)) {
                throw new IllegalArgumentException(
                        "directory: " + directory + " cannot be written to; name another one, or permit it");
            }
            return new FileLedgerSink(this);
        }

        private static Duration inRange(Duration duration, String what) {
            if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(what + ": " + duration + " is out of range; give 0 to " + LONGEST);
            }
            return duration;
        }
    }
}
