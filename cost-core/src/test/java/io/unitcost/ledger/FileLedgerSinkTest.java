package io.unitcost.ledger;

import static io.unitcost.ledger.LedgerFixture.await;
import static io.unitcost.ledger.LedgerFixture.filesIn;
import static io.unitcost.ledger.LedgerFixture.ids;
import static io.unitcost.ledger.LedgerFixture.idsIn;
import static io.unitcost.ledger.LedgerFixture.namesIn;
import static io.unitcost.ledger.LedgerFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.ledger.FileLedgerSink.Fsync;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against real files and devices. */
class FileLedgerSinkTest {

    @TempDir
    Path directory;

    private final MovedClock clock = new MovedClock(Instant.parse("2026-11-21T23:59:58Z"));

    private static final class MovedClock extends Clock {
        private final AtomicReference<Instant> now;

        MovedClock(Instant start) {
            now = new AtomicReference<>(start);
        }

        void moveTo(String instant) {
            now.set(Instant.parse(instant));
        }

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @ParameterizedTest
    @EnumSource(Fsync.class)
    void writesEveryRecordInItsOrder_andCloseDrains(Fsync policy) {
        FileLedgerSink sink =
                sink().fsync(policy).flushInterval(Duration.ofHours(1)).build();
        give(sink, 0, 5_000);
        sink.close();
        sink.close();

        assertThat(namesIn(directory)).containsExactly("ledger-2026-11-21-0001.jsonl");
        assertThat(sink.file()).isEqualTo(directory.resolve("ledger-2026-11-21-0001.jsonl"));
        assertThat(idsIn(directory)).isEqualTo(ids(0, 5_000));
        assertThat(sink.counts()).isEqualTo(new LedgerCounts(5_000, 0, 0, 0));

        sink.accept(record(5_000));
        assertThat(sink.counts()).as("after close").isEqualTo(new LedgerCounts(5_000, 1, 0, 0));
    }

    @Test
    void aRecordIsInTheFileWithinTheFlushInterval_andAtOnceWithout() {
        try (FileLedgerSink sink = sink().flushInterval(Duration.ofMillis(50)).build()) {
            give(sink, 0, 1);
            await("the first record", () -> sink.counts().written() == 1);
            assertThat(idsIn(directory)).isEqualTo(ids(0, 1));
        }
        try (FileLedgerSink sink =
                sink().prefix("eager").flushInterval(Duration.ZERO).build()) {
            for (int i = 0; i < 100; i++) {
                int expected = i + 1;
                sink.accept(record(i));
                await("record " + i, () -> sink.counts().written() == expected);
            }
            assertThat(idsIn(directory.resolve("eager-2026-11-21-0001.jsonl"))).isEqualTo(ids(0, 100));
        }
    }

    @Test
    void aFullBufferDoesNotWaitForTheInterval() {
        try (FileLedgerSink sink = sink().flushInterval(Duration.ofHours(1)).build()) {
            give(sink, 0, 5_000); // far more than 64 KiB
            await("full buffers", () -> sink.counts().waiting() < 500);
            assertThat(sink.counts().written()).isGreaterThan(4_000);
        }
    }

    @Test
    void beginsAFileAtMidnightUtc() {
        try (FileLedgerSink sink =
                sink().flushInterval(Duration.ofMillis(20)).gzip(true).build()) {
            give(sink, 0, 10);
            await("before midnight", () -> sink.counts().written() == 10);
            clock.moveTo("2026-11-21T23:59:59.999Z");
            give(sink, 10, 20);
            await("still before midnight", () -> sink.counts().written() == 20);
            clock.moveTo("2026-11-22T00:00:00Z");
            give(sink, 20, 30);
            await("after midnight", () -> sink.counts().written() == 30);
            clock.moveTo("2026-11-30T12:00:00Z");
            give(sink, 30, 40);
        }

        assertThat(namesIn(directory))
                .containsExactly(
                        "ledger-2026-11-21-0001.jsonl.gz",
                        "ledger-2026-11-22-0001.jsonl.gz",
                        "ledger-2026-11-30-0001.jsonl");
        assertThat(idsIn(filesIn(directory).get(0))).isEqualTo(ids(0, 20));
        assertThat(idsIn(filesIn(directory).get(1))).isEqualTo(ids(20, 30));
        assertThat(idsIn(filesIn(directory).get(2))).isEqualTo(ids(30, 40));
    }

    @Test
    void beginsAFileWhenOneIsFull_andCompressesIt() throws IOException {
        try (FileLedgerSink sink = sink().maxFileSize(10_000)
                .gzip(true)
                .flushInterval(Duration.ZERO)
                .build()) {
            give(sink, 0, 500);
        }

        List<Path> files = filesIn(directory);
        assertThat(idsIn(directory)).isEqualTo(ids(0, 500));
        List<Path> ended = files.stream()
                .filter(file -> file.toString().endsWith(".jsonl.gz"))
                .toList();
        assertThat(ended).hasSizeGreaterThan(5).hasSizeGreaterThanOrEqualTo(files.size() - 1);
        for (Path file : ended) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                assertThat(in.readAllBytes().length)
                        .isBetween(10_000, 10_000 + record(499).toJson().length());
            }
        }
    }

    @Test
    void neverWritesToAFileThatIsThere_andSharesADirectory() throws IOException {
        Path left = Files.writeString(directory.resolve("ledger-2026-11-21-0007.jsonl"), "{\"v\":1,\"half");
        Files.writeString(directory.resolve("ledger-2026-11-21-0009.jsonl.gz"), "");
        try (FileLedgerSink one = sink().flushInterval(Duration.ZERO).build();
                FileLedgerSink two = sink().flushInterval(Duration.ZERO).build()) {
            give(one, 0, 10);
            give(two, 10, 20);
        }

        assertThat(left).hasContent("{\"v\":1,\"half");
        assertThat(namesIn(directory))
                .containsExactly(
                        "ledger-2026-11-21-0007.jsonl",
                        "ledger-2026-11-21-0009.jsonl.gz",
                        "ledger-2026-11-21-0010.jsonl",
                        "ledger-2026-11-21-0011.jsonl");
    }

    @Test
    void aDirectoryThatGoesAwayIsMadeAgain() throws IOException {
        Path inner = directory.resolve("costs");
        try (FileLedgerSink sink = FileLedgerSink.builder(inner)
                .clock(clock)
                .maxFileSize(1_024)
                .flushInterval(Duration.ZERO)
                .build()) {
            give(sink, 0, 20);
            await("written", () -> sink.counts().written() == 20);
            for (Path file : filesIn(inner)) {
                Files.delete(file);
            }
            Files.delete(inner);
            give(sink, 20, 40);
            await("written", () -> sink.counts().written() == 40);
        }
        assertThat(idsIn(inner)).endsWith("r-38", "r-39");
    }

    /** A file system of a megabyte, where this test may mount one. */
    @Test
    void aFullDiskLosesOnlyWhatTheQueueCannotHold_andTheFileHoldsWholeLines() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()),
                "this test needs to mount a tmpfs");
        try {
            Path ballast = Files.write(disk.resolve("ballast"), new byte[768 << 10]);
            FileLedgerSink sink = FileLedgerSink.builder(disk)
                    .clock(clock)
                    .queueCapacity(500)
                    .flushInterval(Duration.ZERO)
                    .build();
            int given = 0;
            long writtenAt = System.nanoTime();
            for (long written = -1; System.nanoTime() - writtenAt < 500_000_000; ) {
                if (sink.counts().waiting() < 100) {
                    sink.accept(record(given++));
                }
                if (sink.counts().written() != written) {
                    written = sink.counts().written();
                    writtenAt = System.nanoTime();
                }
            }
            assertThat(sink.counts().dropped()).as("before the disk is full").isZero();
            while (sink.counts().dropped() < 100) {
                sink.accept(record(given++));
            }
            LedgerCounts full = sink.counts();
            long beforeRoom = full.written();
            assertThat(full.waiting()).isGreaterThanOrEqualTo(500);
            assertThat(idsIn(only(disk))).as("whole lines only").hasSize((int) beforeRoom);

            Files.delete(ballast);
            await("everything that waited", () -> sink.counts().waiting() == 0);
            give(sink, 20_000_000, 20_000_010);
            sink.close();

            LedgerCounts counts = sink.counts();
            List<String> written = idsIn(only(disk));
            assertThat(counts.failed()).isZero();
            assertThat(counts.waiting()).isZero();
            assertThat(counts.total()).isEqualTo(given + 10);
            assertThat(written)
                    .hasSize((int) counts.written())
                    .doesNotHaveDuplicates()
                    .endsWith(ids(20_000_000, 20_000_010).toArray(String[]::new));
            assertThat(counts.written()).isGreaterThanOrEqualTo(beforeRoom + 500 + 10);
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private static Path only(Path disk) {
        List<Path> ledgers = filesIn(disk).stream()
                .filter(file -> file.toString().endsWith(".jsonl"))
                .toList();
        assertThat(ledgers).hasSize(1);
        return ledgers.get(0);
    }

    @Test
    void aDeviceThatTakesNothingLosesWhatTheQueueCannotHold_andCloseGivesUp() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "this test needs /dev/full");
        FileLedgerSink sink = sink().queueCapacity(100)
                .flushInterval(Duration.ZERO)
                .opener(file -> FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE))
                .build();
        int given = 0;
        while (sink.counts().dropped() == 0) {
            sink.accept(record(given++));
        }
        sink.close();

        LedgerCounts counts = sink.counts();
        assertThat(counts.written()).isZero();
        assertThat(counts.waiting()).isZero();
        assertThat(counts.dropped()).isPositive();
        assertThat(counts.failed()).isGreaterThanOrEqualTo(100);
        assertThat(counts.total()).isEqualTo(given);
    }

    @Test
    void aDeviceThatBreaksInTheMiddleOfALineLeavesAHalfLine_andGoesOnInANewFile() throws Exception {
        Path pipe = directory.resolve("pipe");
        assumeTrue(run("mkfifo", pipe.toString()), "this test needs mkfifo");
        AtomicInteger opened = new AtomicInteger();
        FileLedgerSink sink = sink().flushInterval(Duration.ZERO)
                .opener(file -> opened.getAndIncrement() == 0
                        ? FileChannel.open(pipe, StandardOpenOption.WRITE)
                        : LedgerFiles.NEW_FILE.open(file))
                .build();
        List<Byte> seen = new ArrayList<>();
        InputStream[] in = new InputStream[1];
        Thread reader = new Thread(() -> {
            try {
                in[0] = Files.newInputStream(pipe);
                for (int i = 0; i < 1_000; i++) {
                    seen.add((byte) in[0].read());
                }
                in[0].close(); // a line is cut in the middle: what is in the pipe is gone
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        reader.start();
        give(sink, 0, 10_000);
        reader.join(TimeUnit.SECONDS.toMillis(30));
        sink.close();

        LedgerCounts counts = sink.counts();
        assertThat(opened.get()).isGreaterThan(1);
        assertThat(counts.total()).isEqualTo(10_000);
        assertThat(counts.written()).isEqualTo(10_000);
        assertThat(idsIn(directory)).endsWith("r-9998", "r-9999").doesNotHaveDuplicates();
    }

    @Test
    void refusesSettingsThatCannotBeAndSaysWhatCan() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> FileLedgerSink.create(file.resolve("costs")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("directory: " + file.resolve("costs") + " cannot be made (")
                .hasMessageEndingWith("; name one that can be written to");
        assertThatThrownBy(() -> sink().prefix("a/b"))
                .hasMessage("prefix: 'a/b' is no start of a file name; use 1 to 64 letters, digits and _ . -");
        assertThatThrownBy(() -> sink().maxFileSize(10))
                .hasMessage("maximum file size: 10 bytes are too few; give 1024 or more");
        assertThatThrownBy(() -> sink().flushInterval(Duration.ofMillis(-1)))
                .hasMessage("flush interval: PT-0.001S is out of range; give 0 to PT1H");
        assertThatThrownBy(() -> sink().queueCapacity(0)).hasMessage("capacity: 0 is below 1; give 1 or more");
    }

    private FileLedgerSink.Builder sink() {
        return FileLedgerSink.builder(directory).clock(clock);
    }

    private static void give(LedgerSink sink, int from, int to) {
        for (int i = from; i < to; i++) {
            try {
                sink.accept(record(i));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
