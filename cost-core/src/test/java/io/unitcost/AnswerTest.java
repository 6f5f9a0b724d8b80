package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.RequestReader;
import io.unitcost.usage.RequestReport;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** An attempt from what an answer says, and from what passed by where it says nothing. */
class AnswerTest {

    /** 40 characters, which are ten tokens by the usual rule. */
    private static final String FORTY = "0123456789".repeat(4);

    private static final RequestReport ASKED = request("{\"model\":\"m-asked\",\"messages\":[{\"content\":\"" + FORTY
            + "\"}],\"max_tokens\":15,\"service_tier\":\"auto\"}");

    @Test
    void whatServedWinsOverWhatWasAsked() {
        Attempt attempt = Attempt.of("openai", "m-asked")
                .serviceTier("auto")
                .region("us")
                .answer(
                        answer(
                                "{\"id\":\"r1\",\"model\":\"m-served\",\"service_tier\":\"flex\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}"),
                        ASKED,
                        TokenEstimator.byScript())
                .build();
        assertThat(attempt.model()).isEqualTo("m-served");
        assertThat(attempt.serviceTier()).isEqualTo("flex");
        assertThat(attempt.region()).isEqualTo("us");
        assertThat(attempt.responseId()).isEqualTo("r1");
        assertThat(attempt.usage()).isEqualTo(Usage.tokens(3, 4));
        assertThat(attempt.quality()).isEqualTo(Quality.REPORTED);
        assertThat(attempt.status()).isEqualTo(Attempt.Status.OK);
    }

    @Test
    void aStreamThatBrokeKeepsWhatIsKnownAndEstimatesTheRest() {
        Attempt attempt = attempt(
                "data: {\"type\":\"message_start\",\"message\":{\"model\":\"m\",\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}\n\n"
                        + "data: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"" + FORTY + "\"}}\n\n");
        assertThat(attempt.usage()).isEqualTo(Usage.tokens(25, 10));
        assertThat(attempt.quality()).isEqualTo(Quality.PARTIAL);
    }

    @Test
    void whatWasReportedIsNotLoweredByAnEstimate() {
        Attempt attempt = attempt(
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}],\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":12}}\n\n"
                        + "data: {\"candidates\":[{\"conte");
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(12);
        assertThat(attempt.quality()).isEqualTo(Quality.PARTIAL);
    }

    @Test
    void aStreamWithoutUsageIsEstimated() {
        String stream =
                "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"" + FORTY + "\"}}]}\n\ndata: [DONE]\n\n";
        Attempt estimated = attempt(stream);
        assertThat(estimated.usage()).isEqualTo(Usage.tokens(10, 10));
        assertThat(estimated.quality()).isEqualTo(Quality.ESTIMATED);
        Attempt unknown =
                Attempt.of("p", "m").answer(answer(stream), ASKED, null).build();
        assertThat(unknown.usage().isEmpty()).isTrue();
        assertThat(unknown.quality()).isEqualTo(Quality.UNKNOWN);
    }

    @Test
    void anEstimateStaysBelowWhatTheRequestAllows() {
        String stream =
                "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"" + FORTY.repeat(10) + "\"}}]}\n\n";
        // 400 characters would be 100 tokens; max_tokens is 15
        assertThat(attempt(stream).usage()).isEqualTo(Usage.tokens(10, 15));
        RequestReport two = request("{\"model\":\"m\",\"prompt\":\"" + FORTY + "\",\"max_tokens\":15,\"n\":2}");
        assertThat(Attempt.of("p", "m")
                        .answer(answer(stream), two, TokenEstimator.byScript())
                        .build()
                        .usage())
                .isEqualTo(Usage.tokens(10, 30));
    }

    @Test
    void zerosBesideTextAreNotBelieved() {
        Attempt attempt = attempt("{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"" + FORTY
                + "\"}}],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}");
        assertThat(attempt.usage()).isEqualTo(Usage.tokens(10, 10));
        assertThat(attempt.quality()).isEqualTo(Quality.ESTIMATED);
    }

    @Test
    void nothingSeenIsUnknownAndNotZero() {
        Attempt attempt = Attempt.of("p", "m")
                .answer(answer("{}"), null, TokenEstimator.byScript())
                .build();
        assertThat(attempt.usage().isEmpty()).isTrue();
        assertThat(attempt.quality()).isEqualTo(Quality.UNKNOWN);
        assertThat(attempt.isBilled()).isTrue();
    }

    @Test
    void anErrorBeforeTheFirstTokenIsNotBilled() {
        Attempt refused = attempt("{\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}");
        assertThat(refused.status()).isEqualTo(Attempt.Status.FAILED);
        assertThat(refused.isBilled()).isFalse();
        Attempt late = attempt(
                "data: {\"type\":\"message_start\",\"message\":{\"model\":\"m\",\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}\n\n"
                        + "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n");
        assertThat(late.status()).isEqualTo(Attempt.Status.FAILED);
        assertThat(late.isBilled()).isTrue();
        assertThat(late.usage().count(Unit.INPUT_TOKENS)).isEqualTo(25);
    }

    @Test
    void theProvidersOwnAmountGoesAlong() {
        Attempt gateway =
                attempt("{\"model\":\"m\",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"cost\":0.00014}}");
        assertThat(gateway.reportedCost()).isEqualTo(Money.usd("0.00014"));
        Attempt ownKey = attempt(
                "{\"model\":\"m\",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"cost\":0,\"is_byok\":true,"
                        + "\"cost_details\":{\"upstream_inference_cost\":0.002}}}");
        assertThat(ownKey.reportedCost()).isEqualTo(Money.usd("0.002"));
        // an amount of a billion digits is none
        assertThat(attempt(
                                "{\"model\":\"m\",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"cost\":1e999999999}}")
                        .reportedCost())
                .isNotNull()
                .satisfies(cost -> assertThat(cost.signum()).isNegative());
    }

    @Test
    void otherModelsOfAnAnswerHaveTheirOwnPriceAndTheSameFate() {
        RecordedCosts costs = new RecordedCosts();
        CostMeter meter = CostMeter.builder()
                .prices(PriceTable.builder("t")
                        .model("anthropic", "small", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                                .rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
                        .model("anthropic", "large", m -> m.rate(Unit.INPUT_TOKENS, "10 per 1M")
                                .rate(Unit.OUTPUT_TOKENS, "20 per 1M"))
                        .build())
                .listener(costs)
                .build();
        String body = """
                {"type":"message","model":"small","usage":{"input_tokens":1000,"output_tokens":100,"iterations":[
                {"type":"message","input_tokens":1000,"output_tokens":100},
                {"type":"advisor_message","model":"large","input_tokens":500,"output_tokens":10}]}}""";
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        call.record(Attempt.of("anthropic", "small")
                .answer(answer(body), ASKED, null)
                .failed()
                .build());
        call.record(Attempt.of("anthropic", "small")
                .answer(answer(body), ASKED, null)
                .build());
        call.end();
        request.end(Outcome.DELIVERED);
        RequestCost cost = costs.take();
        // each try: 1,000 x 1 + 100 x 2 = 1,200 and 500 x 10 + 10 x 20 = 5,200 millionths
        assertThat(cost.part(Part.INFERENCE)).isEqualTo(Money.usd("0.0064"));
        assertThat(cost.part(Part.RETRY)).isEqualTo(Money.usd("0.0064"));
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.attempt().model() + " " + attempt.result())
                .containsExactlyInAnyOrder("small RETRIED", "large RETRIED", "small DELIVERED", "large DELIVERED");
        call.record(Attempt.of("anthropic", "small")
                .answer(answer(body), ASKED, null)
                .build());
        RequestCost late = costs.take();
        assertThat(late.total()).isEqualTo(Money.usd("0.0064"));
        assertThat(late.attempts()).hasSize(2);
        meter.close();
        costs.assertNothingLeft();
    }

    @Test
    void aCallThatGoesOnKeepsItsRequestOpenAgain() {
        RecordedCosts costs = new RecordedCosts();
        CostMeter meter = CostMeter.builder().listener(costs).build();
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        call.record(Attempt.of("p", "m").failed().unbilled().build());
        call.end();
        call.resume();
        call.resume();
        request.end(Outcome.DELIVERED);
        assertThat(request.isOpen()).isTrue();
        call.record(Attempt.of("p", "m").usage(Usage.tokens(1, 1)).build());
        call.end();
        assertThat(costs.take().attempts())
                .extracting(AttemptCost::result)
                .containsExactly(AttemptCost.Result.RETRIED, AttemptCost.Result.DELIVERED);
        call.resume();
        call.end();
        meter.close();
        costs.assertNothingLeft();
    }

    @Test
    void saysWhatItCostsBeforeItIsClosed() {
        CostMeter meter = CostMeter.builder()
                .prices(PriceTable.builder("t")
                        .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                                .rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
                        .build())
                .build();
        RequestMeter request = meter.open("chat");
        assertThat(request.costSoFar()).isEqualTo(Money.usd("0"));
        request.record(Attempt.of("p", "m")
                .usage(Usage.tokens(1_000, 100))
                .responseId("r1")
                .build());
        request.record(Attempt.of("p", "unknown").usage(Usage.tokens(1, 1)).build());
        // 1,000 x 1 + 100 x 2 millionths
        assertThat(request.costSoFar()).isEqualTo(Money.usd("0.0012"));
        assertThat(request.hasAnswer("r1")).isTrue();
        assertThat(request.hasAnswer("r2")).isFalse();
        assertThat(request.hasAnswer(null)).isFalse();
        request.end(Outcome.DELIVERED);
        assertThat(request.costSoFar()).isNull();
        assertThat(request.hasAnswer("r1")).isFalse();
        meter.close();
    }

    @Test
    void knowsTheAccountOfARequestFromTheStandIn() {
        CostMeter meter = CostMeter.builder().build();
        RequestMeter request = meter.open("chat");
        assertThat(request.isAttributed()).isTrue();
        assertThat(RequestMeter.current().isAttributed()).isFalse();
        assertThat(meter.call().request().isAttributed()).isFalse();
        request.end(Outcome.DELIVERED);
        assertThat(request.isAttributed()).isTrue();
        meter.close();
    }

    private static Attempt attempt(String body) {
        return Attempt.of("p", "m-asked")
                .answer(answer(body), ASKED, TokenEstimator.byScript())
                .build();
    }

    private static UsageReport answer(String body) {
        UsageReader reader = UsageReader.create();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        reader.read(bytes, 0, bytes.length);
        return reader.report();
    }

    private static RequestReport request(String body) {
        RequestReader reader = RequestReader.create();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        reader.read(bytes, 0, bytes.length);
        return reader.report();
    }
}
