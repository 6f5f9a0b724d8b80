package io.unitcost.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.price.Money;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostObjectivesTest {

    private static final String WHOLE = """
            {"$schema":"x", "note":"ours", "v":1, "currency":"EUR", "features":{
              "b":{"ceilingPerRequest":0.0004, "windowDays":7},
              "a":{"revenuePerRequest":"0.002", "targetMargin":"0.80", "p95Ms":2500, "tolerance":"0.1", "minRequests":100, "note":"n",
                   "revenueByAttribute":{"plan":{"free":"0", "pro":0.004}}}}}
            """;

    private static final Currency EUR = Currency.getInstance("EUR");

    @Test
    void readsEveryField() {
        CostObjectives objectives = read(WHOLE);
        assertThat(objectives.currency()).isEqualTo(EUR);
        assertThat(objectives.features()).containsExactly("a", "b");
        CostObjective a = objectives.find("a");
        assertThat(a.fixedRevenue()).isEqualTo(Money.of("0.002", EUR));
        assertThat(a.fixedAllowance()).isEqualTo(Money.of("0.0004", EUR)); // 0.002 x (1 - 0.80)
        assertThat(a.targetMargin()).isEqualByComparingTo("0.8");
        assertThat(a.latencyBudget()).isEqualTo(Duration.ofMillis(2500));
        assertThat(a.tolerance()).isEqualByComparingTo("0.1");
        assertThat(a.minimumRequests()).isEqualTo(100);
        assertThat(a.window()).isEqualTo(Duration.ofDays(28));
        CostObjective b = objectives.find("b");
        assertThat(b.fixedAllowance()).isEqualTo(Money.of("0.0004", EUR));
        assertThat(b.targetMargin()).isNull();
        assertThat(b.tolerance()).isEqualByComparingTo("0.05");
        assertThat(b.minimumRequests()).isEqualTo(30);
        assertThat(b.window()).isEqualTo(Duration.ofDays(7));
        assertThat(objectives.find("c")).isNull();
        assertThat(objectives.objectives()).extracting(CostObjective::feature).containsExactly("a", "b");
    }

    @Test
    void revenueGoesByTheAttributeAndElseByTheRequest() {
        List<RequestCost> costs = new ArrayList<>();
        CostMeter.Builder builder = CostMeter.builder().listener(costs::add);
        read(WHOLE.replace("EUR", "USD")).objectives().forEach(builder::objective);
        try (CostMeter meter = builder.build()) {
            end(meter, "free");
            end(meter, "pro");
            end(meter, "new");
            end(meter, null);
        }
        assertThat(costs)
                .extracting(RequestCost::revenue)
                .containsExactly(Money.usd("0"), Money.usd("0.004"), Money.usd("0.002"), Money.usd("0.002"));
        assertThat(costs)
                .extracting(RequestCost::allowance)
                .containsExactly(Money.usd("0"), Money.usd("0.0008"), Money.usd("0.0004"), Money.usd("0.0004"));
    }

    private static void end(CostMeter meter, @Nullable String plan) {
        RequestMeter request = meter.open("a");
        if (plan != null) {
            request.attribute("plan", plan);
        }
        request.end(Outcome.DELIVERED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"v":2}                                                     | x:1: v: version '2' is not one this release reads; write 1
            {"v":1,"currency":"dollar"}                                 | x:1: currency: 'dollar' is not a currency; give an ISO 4217 code such as USD
            {"v":1,"currency":"USD","features":{}}                      | no objective in it
            {"v":1,"features":{"a":{"revenuePerRequest":"1"}}}          | "currency" is missing or stands too late; write it before "features"
            {"currency":"USD","features":{"a":{}}}                      | "v" is missing; write "v":1
            {"v":1,"currency":"USD","features":{"a":{"margin":"1"}}}    | x:1: features.a.margin: unknown key; use one of revenuePerRequest
            {"v":1,"currency":"USD","features":{"a":{"targetMargin":"80","revenuePerRequest":"1"}}} | features.a.targetMargin: objective of a: target margin 80: give a share of at least 0 and below 1
            {"v":1,"currency":"USD","features":{"a":{"targetMargin":"0.8"}}}  | a margin needs a revenue
            {"v":1,"currency":"USD","features":{"a":{"revenuePerRequest":"two"}}} | features.a.revenuePerRequest: amount: 'two' is not a plain decimal number
            {"v":1,"currency":"USD","features":{"a":{"revenuePerRequest":"-1"}}} | give zero or more
            {"v":1,"currency":"USD","features":{"a":{"p95Ms":0}}}       | latency budget PT0S: give a duration above zero
            {"v":1,"currency":"USD","features":{"a":{"p95Ms":"2s"}}}    | features.a.p95Ms: found '2s'; give a whole number
            {"v":1,"currency":"USD","features":{"a":{"minRequests":0}}} | minimum requests 0: give 1 or more
            {"v":1,"currency":"USD","features":{"a":{"tolerance":"-1"}}} | tolerance -1: give a share of 0 or more
            {"v":1,"currency":"USD","features":{"a":{"windowDays":1000}}} | window PT24000H: give PT1H to
            {"v":1,"currency":"USD","features":{"a":{"revenueByAttribute":{}}}} | no attribute in it
            {"v":1,"currency":"USD","features":{"a":[]}}                | features.a: found '['; give an object in braces
            {"v":1,"currency":"USD","features":{"":{}}}                 | x:1: features
            {"v":1,"currency":"USD","features":{"a":{}}} 1              | there is more after the object
            {"v":1                                                      | x:1: not valid JSON
            []                                                          | x:1: found '['
            """)
    void whatIsWrongIsNamedWithItsPlaceAndTheRemedy(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aMissingFileSaysSo(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("cost-slo.json");
        assertThatThrownBy(() -> CostObjectives.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cost-slo.json: cannot be read")
                .hasMessageContaining("name a readable file of objectives");
        Files.writeString(file, WHOLE);
        assertThat(CostObjectives.read(file).features()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"v":1,"currency":"USD","features":{"a":{}}}                               | true
            {"v":1,"currency":"USD","features":{}}                                     | false
            {"v":2,"currency":"USD","features":{"a":{}}}                               | false
            {"v":1,"currency":"USD","features":{"a":{"margin":"1"}}}                   | false
            {"v":1,"currency":"USD","features":{"a":{"revenuePerRequest":"-1"}}}       | false
            {"v":1,"currency":"USD","features":{"a":{"p95Ms":0}}}                      | false
            {"v":1,"currency":"USD","features":{"a":{"minRequests":0}}}                | false
            {"v":1,"currency":"USD","features":{"a":{"revenueByAttribute":{}}}}        | false
            """)
    void theSchemaSaysWhatTheReaderTakes(String json, boolean valid) throws IOException {
        assertThat(errors(json).isEmpty()).as(json).isEqualTo(valid);
        assertThat(errors(WHOLE)).isEmpty();
    }

    private static List<?> errors(String json) throws IOException {
        try (InputStream in = CostObjectives.class.getResourceAsStream("cost-slo-1.schema.json")) {
            String schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(schema, InputFormat.JSON)
                    .validate(json, InputFormat.JSON);
        }
    }

    private static CostObjectives read(String json) {
        return CostObjectives.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "x");
    }
}
