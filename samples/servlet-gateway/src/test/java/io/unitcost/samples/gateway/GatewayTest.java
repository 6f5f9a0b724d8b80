package io.unitcost.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.samples.model.ModelServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The command as a user has it. Sums are checked by hand, at the prices of a million tokens that OpenAI lists:
 * gpt-4o-mini 0.15 in, 0.60 out; text-embedding-3-small 0.02.
 */
class GatewayTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void eachRequestHasItsCost_withItsParts() {
        List<List<String>> requests = requests(run(0, Map.of()));
        assertThat(requests).hasSize(6);
        // the question has 43 characters, the answer 100: (11 × 0.15 + 25 × 0.60) / 1M
        assertThat(row(requests.get(0))).isEqualTo("chat red inference gpt-4o-mini 11 0 25 reported 0.000016650");
        assertThat(requests.get(0)).contains("   X-Request-Cost: 0.00001665 USD");
        assertThat(row(requests.get(1))).isEqualTo("chat red inference gpt-4o-mini 11 0 25 reported 0.000016650");
        // 11 × 0.02 / 1M
        assertThat(row(requests.get(2)))
                .isEqualTo("search blue support text-embedding-3-small 11 - - reported 0.000000220");
        // "Count from 1 to 500 in words." has 29 characters, "No model has read this, " 24:
        // (8 × 0.15 + 6 × 0.60) / 1M
        assertThat(row(requests.get(3))).isEqualTo("chat blue retry gpt-4o-mini 8 - 6 estimated 0.000004800");
        assertThat(requests.get(3))
                .contains("   cancelled: inference 0 + support 0 + retry 0.000004800 = 0.000004800 USD");
        assertThat(row(requests.get(4))).isEqualTo("chat red retry gpt-4o-mini - - - not billed 0");
        assertThat(requests.get(4)).contains("   503: as asked for by X-Fail");
        // "And for two days?" has 17 characters, the answer 74: (5 × 0.15 + 19 × 0.60) / 1M
        assertThat(row(requests.get(5))).isEqualTo("chat red inference gpt-4o-mini 5 0 19 reported 0.000012150");
    }

    @Test
    void teamsAddUp_andWhatWasMeteredIsWhatTheStandInBilled() {
        String printed = run(0, Map.of());
        // 0.00000022 + 0.0000048, and 2 × 0.00001665 + 0.00001215
        assertThat(printed)
                .contains("blue    0.000005020 USD", "red     0.000045450 USD")
                // 11 + 11 + 11 + 8 + 5 and 25 + 25 + 6 + 19
                .contains(
                        "metered  5 answers, 46 tokens in, 75 tokens out",
                        "billed  5 answers, 46 tokens in, 75 tokens out");
    }

    @Test
    void theMetersSayTheSame() {
        // 0.00001665 + 0.00001665 + 0.0000048 + 0.00001215
        assertThat(run(0, Map.of()))
                .contains(
                        "ai_requests_total{feature=\"chat\",latency_budget=\"none\",outcome=\"delivered\"} 3.0",
                        "ai_requests_total{feature=\"chat\",latency_budget=\"none\",outcome=\"cancelled\"} 1.0",
                        "ai_requests_total{feature=\"chat\",latency_budget=\"none\",outcome=\"failed\"} 1.0",
                        "ai_requests_total{feature=\"search\",latency_budget=\"none\",outcome=\"delivered\"} 1.0",
                        "ai_cost_usd_total{feature=\"chat\"} 5.025E-5",
                        "ai_cost_usd_total{feature=\"search\"} 2.2E-7",
                        "ai_estimated_total{feature=\"chat\",reason=\"estimated\"}");
    }

    @Test
    void whatItPrintsIsNoWiderThanAHundredColumns_andSaysWhatToTry() {
        String printed = run(0, Map.of(), "--local");
        assertThat(printed).contains("stand-in", "no model runs", "curl -i", "Bearer sk-red", "/metrics", "--serve");
        assertThat(printed.lines().filter(line -> line.length() > 100)).isEmpty();
        assertThat(printed.lines().filter(line -> !line.equals(line.stripTrailing())))
                .isEmpty();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aKeyAndAnAddressGoToThatProvider_withoutFaults() throws IOException {
        try (ModelServer other = ModelServer.start()) {
            Map<String, String> environment = Map.of(
                    "OPENAI_API_KEY", "any", "OPENAI_BASE_URL", other.uri() + "/v1/", "OPENAI_MODEL", "gpt-4.1-mini");
            assertThat(run(0, environment))
                    .contains("in front of " + other.uri() + "/v1.", "billed to OPENAI_API_KEY", " gpt-4.1-mini ")
                    .contains("at least: the table has no price for it")
                    .doesNotContain("503", "stand-in");
            assertThat(run(0, environment, "--provider", "openai")).doesNotContain("at least");
            assertThat(run(0, environment, "--local")).contains("stand-in");
        }
    }

    @Test
    void otherKeysAreOtherTeams() {
        assertThat(run(0, Map.of(), "--keys", "a:one\nb : two;"))
                .contains("chat     one ", "search   two ", "Bearer a'");
    }

    @Test
    void aProviderThatDoesNotAnswerIsExitCode1() throws IOException {
        try (ModelServer other = ModelServer.start()) {
            String printed = run(1, Map.of("OPENAI_API_KEY", "any", "OPENAI_BASE_URL", other.uri() + "/elsewhere"));
            assertThat(printed)
                    .contains("404: there is no POST /elsewhere/chat/completions")
                    .doesNotContain("2. ");
            assertThat(err.toString()).isEqualTo("No answer: 404.\n");
        }
    }

    @Test
    void whatIsWrongWithTheArgumentsIsOneMessage_andExitCode2() throws IOException {
        run(2, Map.of("OPENAI_API_KEY", "any", "OPENAI_BASE_URL", "localhost"));
        assertThat(err.toString())
                .startsWith("OPENAI_BASE_URL: 'localhost' is not an address; give one such as https://");
        run(2, Map.of(), "--keys", "secret");
        assertThat(err.toString()).startsWith("--keys: pair 1 has no colon").doesNotContain("secret");
        run(2, Map.of(), "--keys", "a : x; a : y");
        assertThat(err.toString()).startsWith("--keys: the key of team y is there twice");
        run(2, Map.of(), "--keys", " ;");
        assertThat(err.toString()).startsWith("--keys: there is none; give pairs such as");
        run(2, Map.of(), "--serve", "70000");
        assertThat(err.toString()).startsWith("--serve: 70000 is not a port");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            run(2, Map.of(), "--serve", Integer.toString(taken.getLocalPort()));
            assertThat(err.toString()).startsWith("--serve: port " + taken.getLocalPort() + " is taken");
        }
        run(2, Map.of(), "--colour");
        assertThat(err.toString()).contains("--colour", "--help");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run(0, Map.of(), "--help"))
                .contains("--serve", "--keys", "--model", "--embedding-model", "--provider", "--local", "--help")
                .contains("OPENAI_API_KEY");
    }

    /** The lines of each request. */
    private static List<List<String>> requests(String printed) {
        String[] parts = printed.split("(?m)^(?=[0-9]\\. )");
        return Arrays.stream(parts).skip(1).map(part -> part.lines().toList()).toList();
    }

    /** The row of a request's only try, its cells with one blank between them. */
    private static String row(List<String> request) {
        int head = 0;
        while (!request.get(head).startsWith("   feature  team")) {
            head++;
        }
        return request.get(head + 1).strip().replaceAll(" +", " ");
    }

    private String run(int code, Map<String, String> environment, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int actual = Gateway.run(environment, new PrintWriter(out, true), new PrintWriter(err, true), args);
        assertThat(actual).as("exit code; %s", err).isEqualTo(code);
        return out.toString();
    }
}
