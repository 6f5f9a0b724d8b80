package io.unitcost.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The command as a user has it. Sums are checked by hand. A token of vLLM's model is 0.05 s of 0.004 USD for a thousand in, and
 * 0.5 s out: 0.2 and 2 USD a million, and one and a half times as much idle. A token of Triton's llama is 0.1 s of 0.0002 USD
 * for a thousand in, and 1.5 s out: 0.02 and 0.3 USD a million, and as much again idle.
 */
@Timeout(120)
class InferenceTest {

    private static String tour;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void once() {
        tour = new InferenceTest().run(0);
    }

    @Test
    void everyTryIsThere_withWhatBecameOfIt() {
        List<List<String>> requests = requests(tour);
        assertThat(requests).hasSize(8);
        // 11 words asked, the answer has 11 more: (11 × 0.2 + 22 × 2) / 1M × 2.5
        assertThat(rows(requests.get(0)))
                .containsExactly("1 1 llama-3.3-70b delivered reported 11 22 inference 0.000115500");
        // (4 × 0.2 + 15 × 2) / 1M × 2.5
        assertThat(rows(requests.get(1)))
                .containsExactly(
                        "1 1 llama-3.3-70b retried not billed - - retry 0",
                        "1 2 llama-3.3-70b retried not billed - - retry 0",
                        "1 3 llama-3.3-70b delivered reported 4 15 inference 0.000077000");
        // 49 characters are estimated as 12: 12 × 0.02 / 1M × 2, and (12 × 0.02 + 23 × 0.3) / 1M × 2
        assertThat(rows(requests.get(2)))
                .containsExactly(
                        "1 1 llama-3.1-8b retried estimated 12 - retry 0.000000480",
                        "1 2 llama-3.1-8b delivered reported 12 23 inference 0.000014280");
        assertThat(rows(requests.get(3)))
                .containsExactly(
                        "1 1 llama-3.1-8b cancelled estimated 12 - retry 0.000000480",
                        "1 2 llama-3.1-8b delivered reported 12 23 inference 0.000014280");
        // half of the llama's seconds in, a third out: 13 × 0.01 / 1M × 2, and (11 × 0.01 + 9 × 0.1) / 1M × 2
        assertThat(rows(requests.get(4)))
                .containsExactly(
                        "1 1 guard-1b failed estimated 13 - retry 0.000000260",
                        "3 1 guard-1b delivered reported 11 9 inference 0.000002020",
                        "2 1 llama-3.1-8b delivered reported 11 22 inference 0.000013640");
        // 11 × 0.004 / 1M × 2, a read of 0.00002, and with a page of 21 words (32 × 0.2 + 22 × 2) / 1M × 2.5
        assertThat(rows(requests.get(5)))
                .containsExactly(
                        "1 1 shop.Search/Find delivered its own 11 - inference 0.000020088",
                        "2 1 llama-3.3-70b delivered reported 32 22 inference 0.000126000",
                        "1 1 bge-small delivered reported 11 - support 0.000000088",
                        "2 1 read delivered reported - - support 0.000020000");
        // 8 × 0.2 / 1M × 2.5, and (8 × 0.02 + 19 × 0.3) / 1M × 2
        assertThat(rows(requests.get(6)))
                .containsExactly(
                        "1 1 llama-3.3-70b failed estimated 8 - retry 0.000004000",
                        "2 1 llama-3.1-8b delivered reported 8 19 inference 0.000011720");
        // two pieces of 4: (10 × 0.2 + 8 × 2) / 1M × 2.5
        assertThat(rows(requests.get(7))).containsExactly("1 1 llama-3.3-70b cancelled partial 10 8 retry 0.000045000");
    }

    @Test
    void thePartsAddUpToTheTotal_inEveryRequest() {
        Matcher sums = Pattern.compile(
                        "inference (\\S+) \\+ idle (\\S+) \\+ support (\\S+) \\+ retry (\\S+)\\s+= (\\S+) USD")
                .matcher(tour);
        int count = 0;
        for (; sums.find(); count++) {
            BigDecimal sum = BigDecimal.ZERO;
            for (int i = 1; i <= 4; i++) {
                sum = sum.add(new BigDecimal(sums.group(i)));
            }
            assertThat(sum).isPositive().isEqualByComparingTo(sums.group(5));
        }
        assertThat(count).isEqualTo(9);
    }

    @Test
    void whatIsReportedIsWhatTheEnginesDid_andTheRestIsListed() {
        Map<String, String> audit = tour.lines()
                .dropWhile(line -> !line.startsWith("What we metered"))
                .takeWhile(line -> !line.startsWith("What Prometheus"))
                .map(line -> line.strip().split("  +", 2))
                .filter(cells -> cells.length == 2)
                .collect(Collectors.toMap(cells -> cells[0], cells -> cells[1].replaceAll(" +", " ")));
        // 11 + 4 + 12 + 12 + 11 + 11 + 11 + 32 + 8 and 22 + 15 + 23 + 23 + 9 + 22 + 0 + 22 + 19
        assertThat(audit)
                .contains(
                        entry("reported with the answer", "9 112 155"),
                        entry("ledger: answered", "9 112 155 the same, try by try"),
                        entry("counted until a client left", "1 10 8"),
                        entry("ledger: sent until then", "1 10 8 the same"),
                        // 12 + 12 + 13 + 8; really 12 + 12 + 11 + 8, and half of 23, 23, 0 and 19
                        entry("estimated, prompts only", "4 45 0"),
                        entry("ledger: worked, and told nobody", "4 43 53 what it generated is lost"),
                        entry("not billed", "2 - -"),
                        entry("ledger: refused before any work", "2 - -"));
    }

    @Test
    void theMetersSayTheSame() {
        // 115.5 + 77 + 14.76 + 14.76 + 15.92 + 126 + 15.72 + 45, and 20.088 at the other service, in millionths
        assertThat(tour)
                .contains(
                        "ai_requests_total{feature=\"chat\",latency_budget=\"none\",outcome=\"delivered\"} 7.0",
                        "ai_requests_total{feature=\"chat\",latency_budget=\"none\",outcome=\"cancelled\"} 1.0",
                        "ai_cost_usd_total{feature=\"chat\"} 4.2466E-4",
                        "ai_cost_usd_total{feature=\"chat\"} 2.0088E-5",
                        "assistant 0.000424660 + search 0.000020088 = 0.000444748 USD published",
                        "0.000444748 USD is what the requests cost",
                        "ai_estimated_total{feature=\"chat\",reason=\"estimated\"} 4.0",
                        "gen_ai_response_model=\"llama-3.3-70b\",result=\"retried\"} 2");
    }

    @Test
    void itIsTheSameEachTime_andNoWiderThanAHundredColumns() {
        assertThat(run(0)).isEqualTo(tour);
        assertThat(tour).contains("No model runs", "Metering.java", "/metrics");
        assertThat(tour.lines().filter(line -> line.length() > 100)).isEmpty();
        assertThat(tour.lines().filter(line -> !line.equals(line.stripTrailing())))
                .isEmpty();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void itStaysUp_withMetersOnThisMachine() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Thread command =
                new Thread(() -> Inference.run(writer(out), writer(err), "--serve", Integer.toString(port)), "command");
        command.start();
        try {
            while (command.isAlive() && !out.toString().contains("Up until")) {
                command.join(20);
            }
            HttpClient http = HttpClient.newHttpClient();
            for (String path : List.of("/metrics", "/metrics/search")) {
                String page = http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                        .build(),
                                BodyHandlers.ofString())
                        .body();
                assertThat(page).contains("ai_cost_usd_total{feature=\"chat\"}");
            }
            assertThat(out.toString()).contains("shop.proto", "127.0.0.1:" + port + "/metrics");
        } finally {
            command.interrupt();
            command.join();
        }
    }

    @Test
    void whatIsWrongWithTheArgumentsIsOneMessage_andExitCode2() throws IOException {
        run(2, "--serve", "70000");
        assertThat(err.toString()).startsWith("--serve: 70000 is not a port");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            run(2, "--serve", Integer.toString(taken.getLocalPort()));
            assertThat(err.toString()).startsWith("--serve: port " + taken.getLocalPort() + " is taken");
        }
        run(2, "--colour");
        assertThat(err.toString()).contains("--colour", "--help");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run(0, "--help")).contains("--serve", "--help", "Exit codes");
    }

    /** The lines of each request. */
    private static List<List<String>> requests(String printed) {
        String[] parts = printed.split("(?m)^(?=[0-9]\\. |What we metered)");
        return Arrays.stream(parts)
                .filter(part -> Character.isDigit(part.charAt(0)))
                .map(part -> part.lines().toList())
                .toList();
    }

    /** The tries of a request, their cells with one blank between them. */
    private static List<String> rows(List<String> request) {
        return request.stream()
                .map(line -> line.strip().replaceAll(" +", " "))
                .filter(line -> line.matches("\\d+ \\d+ .*"))
                .toList();
    }

    private String run(int code, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int actual = Inference.run(writer(out), writer(err), args);
        assertThat(actual).as("exit code; %s", err).isEqualTo(code);
        return out.toString();
    }

    private static PrintWriter writer(StringWriter to) {
        return new PrintWriter(to, true);
    }
}
