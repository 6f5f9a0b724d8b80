package io.unitcost.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Money;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What tests of sinks share. */
final class LedgerFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private LedgerFixture() {}

    static LedgerRecord record(int number) {
        return LedgerRecord.builder("r-" + number, Instant.parse("2026-11-21T10:00:00Z"), "chat", Money.USD)
                .attempts(List.of(LedgerAttempt.of("p", "a")
                        .cost(Money.usd("0.001").times(number))
                        .build()))
                .build();
    }

    /** Looks again and again; for what another thread does soon. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s within %s", what, PATIENCE).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    static List<Path> filesIn(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> namesIn(Path directory) {
        return filesIn(directory).stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    static List<LedgerRecord> read(Path... paths) {
        try (LedgerReader reader = LedgerReader.open(paths)) {
            List<LedgerRecord> records = new ArrayList<>();
            reader.forEach(records::add);
            assertThat(reader.halfWritten()).isEmpty();
            return records;
        }
    }

    static List<String> idsIn(Path... paths) {
        return read(paths).stream().map(LedgerRecord::id).toList();
    }

    static List<String> ids(int from, int to) {
        List<String> ids = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ids.add("r-" + i);
        }
        return ids;
    }
}
