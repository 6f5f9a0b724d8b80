package io.unitcost.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed with SIGKILL in the middle of writing. */
class KillTest {

    private static final int FLUSH_MILLIS = 300;
    /** For a machine that is busy: the writer's thread gets its turn. */
    private static final int SLACK_MILLIS = 1_000;

    @TempDir
    Path directory;

    /** What had been given, and when. */
    private record Said(long millis, int given, int dropped) {
        static Said of(String line) {
            String[] parts = line.split(" ");
            return new Said(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        }
    }

    @Test
    void losesNoMoreThanTheLastFlushInterval_andLeavesWholeLinesBeforeTheLast() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProcess.class.getName(),
                        directory.toString(),
                        Integer.toString(FLUSH_MILLIS))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<Said> said = new ArrayList<>();
        long killedAt;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            Said first = Said.of(out.readLine());
            said.add(first);
            while (said.get(said.size() - 1).millis < first.millis + FLUSH_MILLIS + SLACK_MILLIS + 1_000) {
                said.add(Said.of(out.readLine()));
            }
            killedAt = System.currentTimeMillis();
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(process.exitValue()).as("SIGKILL").isEqualTo(128 + 9);

        List<String> ids = new ArrayList<>();
        try (LedgerReader reader = LedgerReader.open(directory)) {
            reader.forEach(record -> ids.add(record.id()));
            assertThat(reader.halfWritten()).hasSizeLessThanOrEqualTo(1);
        }
        int promised = said.stream()
                .filter(one -> one.millis < killedAt - FLUSH_MILLIS - SLACK_MILLIS)
                .mapToInt(Said::given)
                .max()
                .orElse(0);
        assertThat(promised).as("records given in time").isGreaterThan(100);
        assertThat(said.get(said.size() - 1).dropped).isZero();
        assertThat(ids).hasSizeGreaterThanOrEqualTo(promised).isEqualTo(LedgerFixture.ids(0, ids.size()));
    }
}
