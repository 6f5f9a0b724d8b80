package io.unitcost.samples.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.samples.model.ModelServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The command as a user has it. Sums are checked by hand, at the prices of a million tokens that OpenAI lists:
 * gpt-4o-mini 0.15 in, 0.075 cached, 0.60 out; text-embedding-3-small 0.02.
 */
class SdkTest {

    private static final List<String> PARTS = List.of("inference", "support", "retry");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theFirstRequestIsAnEmbeddingATool_andAStream() {
        List<String> first = requests().get(0);
        // six pages and the question, a quarter of their characters each: 272 + 257 + 261 + 265 + 263 + 263 + 19 =
        // 1,600
        // 1,600 × 0.02 / 1M
        assertThat(row(first, 1)).isEqualTo("1 1 support text-embedding-3-small 1,600 - - reported 0.000032000");
        // the tool's JSON, the task, four pages with blank lines between, and the question:
        // 262 + 100 + 1,085 + 1,027 + 1,044 + 1,051 + 6 + 75 = 4,650 characters, a quarter of which is 1,163
        // (1,163 × 0.15 + 7 × 0.60) / 1M = 0.00017445 + 0.0000042
        assertThat(row(first, 2)).isEqualTo("2 1 inference gpt-4o-mini 1,163 0 7 reported 0.000178650");
        // ((1,174 - 1,152) × 0.15 + 1,152 × 0.075 + 19 × 0.60) / 1M = 0.0000033 + 0.0000864 + 0.0000114
        assertThat(row(first, 3)).isEqualTo("3 1 inference gpt-4o-mini 1,174 1,152 19 reported 0.000101100");
        // ((1,199 - 1,152) × 0.15 + 1,152 × 0.075 + 21 × 0.60) / 1M = 0.00000705 + 0.0000864 + 0.0000126
        assertThat(row(first, 4)).isEqualTo("4 1 inference gpt-4o-mini 1,199 1,152 21 reported 0.000106050");
        // 0.00017865 + 0.0001011 + 0.00010605
        assertThat(amount(first, "inference")).isEqualTo("0.000385800");
        assertThat(amount(first, "support")).isEqualTo("0.000032000");
        assertThat(amount(first, "retry")).isEqualTo("0");
        assertThat(amount(first, "total")).isEqualTo("0.000417800");
        // 0.002 × (1 - 0.8) = 0.0004, and 0.0004178 / 0.0004 = 1.0445
        assertThat(first).contains("   Revenue 0.002, allowance 0.0004, burn 1.04: dearer than allowed.");
        assertThat(first).anyMatch(line -> line.startsWith("   Not known: nothing."));
    }

    @Test
    void theSecondRequestIsOneCallOfThreeTries_ofWhichTwoAreNotBilled() {
        List<String> second = requests().get(1);
        assertThat(row(second, 1)).isEqualTo("1 1 retry gpt-4o-mini - - - not billed 0");
        assertThat(row(second, 2)).isEqualTo("1 2 retry gpt-4o-mini - - - not billed 0");
        // ((1,156 - 1,024) × 0.15 + 1,024 × 0.075 + 26 × 0.60) / 1M = 0.0000198 + 0.0000768 + 0.0000156
        assertThat(row(second, 3)).isEqualTo("1 3 inference gpt-4o-mini 1,156 1,024 26 reported 0.000112200");
        assertThat(amount(second, "retry")).isEqualTo("0");
        assertThat(amount(second, "total")).isEqualTo("0.000112200");
        assertThat(second).anyMatch(line -> line.startsWith("   Not billed:"));
    }

    @Test
    void theThirdRequestIsEstimated_andSaysSo() {
        List<String> third = requests().get(2);
        // the task, four pages with blank lines between, the question, and what the tool is for:
        // 100 + 1,085 + 1,027 + 1,044 + 1,051 + 6 + 27 + 67 = 4,407 characters; the answer: 83
        // (1,102 × 0.15 + 21 × 0.60) / 1M = 0.0001653 + 0.0000126
        assertThat(row(third, 1)).isEqualTo("1 1 inference gpt-4o-mini 1,102 - 21 estimated 0.000177900");
        assertThat(amount(third, "total")).isEqualTo("0.000177900");
        assertThat(third).anyMatch(line -> line.startsWith("   Not known: what call 1 used."));
    }

    @Test
    void thePartsAddUpToTheTotal_inEveryRequest() {
        List<List<String>> requests = requests();
        assertThat(requests).hasSize(3);
        for (List<String> request : requests) {
            BigDecimal parts = PARTS.stream()
                    .map(part -> new BigDecimal(amount(request, part)))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(parts).isPositive().isEqualByComparingTo(new BigDecimal(amount(request, "total")));
        }
    }

    @Test
    void whatItPrintsIsNoWiderThanAHundredColumns_andSaysWhoseModelsAndPricesTheseAre() {
        String printed = run(0, Map.of(), "--local");
        assertThat(printed)
                .contains(
                        "a stand-in",
                        "no model runs",
                        "list prices of openai, as Metering.java says of this host (table bundled@");
        assertThat(printed.lines().filter(line -> line.length() > 100)).isEmpty();
        assertThat(printed.lines().filter(line -> !line.equals(line.stripTrailing())))
                .isEmpty();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aKeyAndAnAddressGoToThatProvider_withoutFaults() throws IOException {
        try (ModelServer gateway = ModelServer.start()) {
            Map<String, String> environment = Map.of(
                    "OPENAI_API_KEY", "any", "OPENAI_BASE_URL", gateway.uri() + "/v1", "OPENAI_MODEL", "gpt-4.1-mini");
            String unpriced = run(0, environment);
            assertThat(unpriced)
                    .contains("The models are those at " + gateway.uri() + "/v1. ", "billed to OPENAI_API_KEY")
                    .contains("Not known: what 127.0.0.1:" + gateway.uri().getPort() + "/gpt-4.1-mini costs")
                    .contains("total, at least", "burn not known", "--provider says it")
                    .doesNotContain("503", "stand-in");

            String priced = run(0, environment, "--provider", "openai");
            assertThat(priced).contains(" gpt-4.1-mini ").doesNotContain("at least", "burn not known");

            assertThat(run(0, environment, "--local")).contains("a stand-in");
        }
    }

    @Test
    void aModelThatIsNotInThePriceTableHasNoCost() {
        assertThat(run(0, Map.of(), "--model", "gpt-unheard-of"))
                .contains(
                        "Not known: what openai/gpt-unheard-of costs; it is missing in the total, not 0.",
                        "docs/prices.md");
    }

    @Test
    void aProviderThatDoesNotAnswerIsOneMessage_andExitCode1() throws IOException {
        try (ModelServer gateway = ModelServer.start()) {
            String printed = run(1, Map.of("OPENAI_API_KEY", "any", "OPENAI_BASE_URL", gateway.uri() + "/elsewhere"));
            assertThat(printed).contains("No revenue: it was not delivered.").doesNotContain("2. ");
            assertThat(err.toString()).startsWith("No answer: 404: there is no POST /elsewhere/embeddings");
            assertThat(err.toString().lines()).hasSize(1);
        }
    }

    @Test
    void whatIsWrongWithTheArgumentsIsOneMessage_andExitCode2() {
        run(2, Map.of("OPENAI_API_KEY", "any", "OPENAI_BASE_URL", "localhost"));
        assertThat(err.toString())
                .startsWith("OPENAI_BASE_URL: 'localhost' is not an address; give one such as https://");
        run(2, Map.of(), "--colour");
        assertThat(err.toString()).contains("--colour", "--help");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run(0, Map.of(), "--help"))
                .contains("--model", "--embedding-model", "--provider", "--local", "--help", "OPENAI_API_KEY");
    }

    /** The lines of each request. */
    private List<List<String>> requests() {
        String[] parts = run(0, Map.of()).split("(?m)^(?=[0-9]\\. )");
        return Arrays.stream(parts).skip(1).map(part -> part.lines().toList()).toList();
    }

    /** The row of a try, its cells with one blank between them. */
    private static String row(List<String> request, int number) {
        int head = request.indexOf(request.stream()
                .filter(line -> line.startsWith("   call  try"))
                .findFirst()
                .orElseThrow());
        return request.get(head + number).strip().replaceAll(" +", " ");
    }

    private static String amount(List<String> request, String part) {
        List<String> amounts = request.stream()
                .map(line -> line.strip().split(" +"))
                .filter(cells -> cells.length == 2 && cells[0].equals(part))
                .map(cells -> cells[1])
                .toList();
        assertThat(amounts).as(part).hasSize(1);
        return amounts.get(0);
    }

    private String run(int code, Map<String, String> environment, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int actual = Sdk.run(environment, new PrintWriter(out, true), new PrintWriter(err, true), args);
        assertThat(actual).as("exit code; %s", err).isEqualTo(code);
        return out.toString();
    }
}
