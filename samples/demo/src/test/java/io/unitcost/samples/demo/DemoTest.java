package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a user has it: arguments in, text and an exit code out. */
class DemoTest {

    private static final List<String> PARTS = List.of("inference", "idle", "support", "retry");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theJsonOfAFullRunAddsUp_andIsTheSameForTheSameSeed() {
        Json first = json("--json", "--requests", "600", "--seed", "3");
        long requests = 0;
        for (String feature : Features.ALL) {
            BigDecimal cost = first.amount("features", feature, "cost");
            BigDecimal parts = PARTS.stream()
                    .map(part -> first.amount("features", feature, part))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(parts).isEqualByComparingTo(cost).isPositive();
            assertThat(first.amount("features", feature, "retry")).isPositive();
            assertThat(first.amount("features", feature, "revenue")).isPositive();
            long delivered = first.count("features", feature, "delivered");
            assertThat(first.amount("features", feature, "cost_per_delivered"))
                    .isEqualByComparingTo(FeatureTally.ratio(cost, BigDecimal.valueOf(delivered)));
            assertThat(first.amount("features", feature, "p95_cost"))
                    .isGreaterThan(first.amount("features", feature, "cost_per_delivered"));
            assertThat(delivered).isBetween(1L, first.count("features", feature, "requests"));
            requests += first.count("features", feature, "requests");
        }
        assertThat(requests).isEqualTo(600);
        // only the pool has idle capacity, and only summaries look something up
        assertThat(first.amount("features", "summarise", "idle")).isPositive();
        assertThat(first.amount("features", "summarise", "support")).isPositive();
        assertThat(first.amount("features", "chat", "idle")).isZero();
        assertThat(first.amount("features", "code-assist", "support")).isZero();
        assertThat(first.count("features", "chat", "unpriced")).isPositive();
        assertThat(first.count("features", "chat", "estimated")).isPositive();
        assertThat(first.count("unpriced_models", "openai/" + Scenario.CANARY)).isPositive();
        assertThat(first.amount("swap", "before", "margin")).isPositive();
        assertThat(first.amount("swap", "after", "margin")).isNegative();

        assertThat(json("--json", "--requests", "600", "--seed", "3").values()).isEqualTo(first.values());
    }

    @Test
    void plainIsTokensTimesPrice() throws IOException {
        Path trace = folder.resolve("trace.csv");
        Files.writeString(
                trace,
                TraceFile.HEADER + "\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,4096,109\r\n"
                        + "2023-11-16 18:15:51.2224670,0,0\r\n");
        Json json = json("--plain", "--json", "--trace", trace + ":code-assist");
        // (374 + 4096) × 0.15/1e6 + (44 + 109) × 0.60/1e6 = 0.0006705 + 0.0000918
        assertThat(json.text("features", "code-assist", "cost")).isEqualTo("0.0007623");
        assertThat(json.text("features", "code-assist", "inference")).isEqualTo("0.0007623");
        assertThat(json.text("features", "code-assist", "retry")).isEqualTo("0");
        assertThat(json.count("features", "code-assist", "requests")).isEqualTo(3);
        assertThat(json.count("features", "code-assist", "delivered")).isEqualTo(3);
        assertThat(json.text("features", "code-assist", "cost_per_delivered")).isEqualTo("0.0002541");
        // 4096 × 0.15/1e6 + 109 × 0.60/1e6 = 0.0006144 + 0.0000654
        assertThat(json.text("features", "code-assist", "p95_cost")).isEqualTo("0.0006798");
        assertThat(json.count("features", "code-assist", "unpriced")).isZero();
        assertThat(json.values().keySet()).noneMatch(path -> path.contains("chat") || path.startsWith("swap"));
    }

    @Test
    void theReportHasEachFeatureTheSwapBesideTheBillAndWhatIsNotKnown() {
        String report = run(0, "--requests", "600", "--seed", "3");
        for (String feature : Features.ALL) {
            assertThat(report.lines().filter(line -> line.startsWith("  " + feature)))
                    .as(feature)
                    .hasSize(3);
        }
        assertThat(report)
                .containsPattern("spend a minute .*<- on the bill")
                .containsPattern("cost per delivered request .*x [23]\\.\\d\\d +<- per request")
                .containsPattern("margin +\\d+\\.\\d % +-\\d+\\.\\d % +negative")
                .containsPattern("price of 1M tokens, in / out .*x 3\\.00")
                .contains("openai/" + Scenario.CANARY, "docs/prices.md", "did not say what it used", "failed")
                .contains("Where to look next");
        assertThat(report.lines().filter(line -> line.length() > 100)).isEmpty();
        assertThat(report.lines().filter(line -> !line.equals(line.stripTrailing())))
                .isEmpty();
    }

    @Test
    void withoutCodeAssistThereIsNoSwapInTheReport() throws IOException {
        Path trace = folder.resolve("trace.csv");
        Files.writeString(trace, TraceFile.HEADER + "\n2023-11-16 18:15:46,374,44");
        String report = run(0, "--trace", trace + ":chat");
        assertThat(report).contains("1 request ").doesNotContain("Half-way", "a month", "NaN", "code-assist");
    }

    @Test
    void replaysAtTheSpeedOfTheTraceTimesN() throws IOException {
        Path trace = folder.resolve("trace.csv");
        Files.writeString(trace, TraceFile.HEADER + "\n2023-11-16 18:00:00,1,1\n2023-11-16 18:01:00,1,1\n");
        long start = System.nanoTime();
        run(0, "--plain", "--speed", "600", "--trace", trace + ":chat");
        // a minute at 600 times its speed is a tenth of a second
        assertThat(System.nanoTime() - start).isGreaterThan(100_000_000L);
    }

    @Test
    void whatIsWrongWithTheArgumentsIsOneMessageAndExitCode2() throws IOException {
        Path trace = folder.resolve("broken.csv");
        Files.writeString(trace, TraceFile.HEADER + "\n2023-11-16 18:15:46,374,many");
        assertThat(message("--trace", trace + ":chat"))
                .contains("broken.csv, line 2: GeneratedTokens is 'many'; write a whole number");
        assertThat(message("--trace", trace + ":email")).contains("broken.csv:email", "chat, code-assist, summarise");
        assertThat(message("--requests", "0")).contains("--requests: 0");
        assertThat(message("--speed", "-1")).contains("--speed: -1");
        assertThat(message("--serve", "70000")).contains("--serve: 70000");
        assertThat(message("--colour")).contains("--colour", "--help");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run(0, "--help"))
                .contains("--trace", "--requests", "--speed", "--seed", "--plain", "--json", "--serve", "--help");
    }

    private Json json(String... args) {
        return Json.parse(run(0, args));
    }

    private String run(int code, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int actual = Demo.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        assertThat(actual).as("exit code; %s", err).isEqualTo(code);
        return out.toString();
    }

    private String message(String... args) {
        assertThat(run(2, args)).isEmpty();
        assertThat(err.toString()).doesNotContain("Exception", "\tat ");
        assertThat(err.toString().lines().count()).isLessThanOrEqualTo(2);
        return err.toString();
    }
}
