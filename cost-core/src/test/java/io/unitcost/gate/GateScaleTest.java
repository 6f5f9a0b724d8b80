package io.unitcost.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.CostObjective;
import io.unitcost.Quality;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Judging millions of requests, each with a session and a case of its own, in a small heap. With -Dunitcost.long=true ten million. */
class GateScaleTest {

    private static final int REQUESTS = Boolean.getBoolean("unitcost.long") ? 10_000_000 : 300_000;

    @Test
    void memoryDoesNotGrowWithTheNumberOfRequests() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GateScaleTest.class.getName(),
                        Integer.toString(REQUESTS))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.println(said);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said)
                .contains(String.format(Locale.ROOT, "chat: %,d requests, %,d calls", REQUESTS, REQUESTS))
                .contains("not compared case by case")
                .contains("GATE PASSED");
    }

    /** The forked process: a candidate of so many requests, and a baseline of a tenth of them. */
    public static void main(String[] args) {
        int requests = Integer.parseInt(args[0]);
        List<LedgerAttempt> attempts = IntStream.range(0, 100)
                .mapToObj(i -> attempt(0.0008 + 0.000004 * i))
                .toList();
        ReleaseGate gate = ReleaseGate.builder()
                .objective(CostObjective.of("chat")
                        .ceiling("0.0012")
                        .latencyBudget(Duration.ofMillis(980))
                        .build())
                .build();
        GateEvidence baseline = gate.evidence();
        add(baseline, requests / 10, attempts);
        long started = System.nanoTime();
        GateEvidence candidate = gate.evidence();
        add(candidate, requests, attempts);
        double seconds = (System.nanoTime() - started) / 1e9;
        GateReport report = gate.judge(candidate, baseline);
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.print(report);
        System.out.printf(
                Locale.ROOT,
                "%,.0f requests a second, %d MiB of heap%n",
                requests / seconds,
                runtime.totalMemory() - runtime.freeMemory() >> 20);
        if (candidate.requests() != requests) {
            throw new AssertionError(candidate.requests());
        }
        System.exit(report.exitCode());
    }

    private static void add(GateEvidence evidence, int requests, List<LedgerAttempt> attempts) {
        Instant start = Instant.parse("2026-11-01T00:00:00Z");
        for (int i = 0; i < requests; i++) {
            evidence.add(LedgerRecord.builder("r" + i, start, "chat", Money.USD)
                    .durationNanos((i % 1_000) * 1_000_000L)
                    .session("session " + i)
                    .caseId("case " + i)
                    .attempts(List.of(attempts.get(i % 100)))
                    .build());
        }
    }

    private static LedgerAttempt attempt(double cost) {
        Money usd = Money.of(BigDecimal.valueOf(cost), Money.USD);
        return LedgerAttempt.of("acme", "small")
                .usage(Usage.tokens(1_000, 100), Quality.REPORTED)
                .cost(usd)
                .lines(List.of(new Charge.Line(Unit.INPUT_TOKENS, new BigDecimal(1_000), usd)))
                .build();
    }
}
