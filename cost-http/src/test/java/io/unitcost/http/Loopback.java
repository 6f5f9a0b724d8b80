package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.AttemptCost;
import io.unitcost.CostMeter;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.ModelServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.function.UnaryOperator;

/**
 * A model on this machine, a meter with round prices, and a metered client of the JDK between them. {@link #close()}
 * fails when something was published that no one looked at, or when the meter has caught a failure.
 */
final class Loopback implements AutoCloseable {

    static final String CHAT = "/v1/chat/completions";
    /** 40 characters, which are ten tokens by the usual rule. */
    static final String FORTY = "0123456789".repeat(4);

    static final String ASKED = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + FORTY + "\"}]}";
    static final String ASKED_STREAM = ASKED.substring(0, ASKED.length() - 1) + ",\"stream\":true}";

    /** A token of input is a millionth of a dollar, a token of output ten. */
    static final PriceTable PRICES = PriceTable.builder("round")
            .model("acme", "m", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M").rate(Unit.OUTPUT_TOKENS, "10 per 1M"))
            .build();

    private static final HttpClient PLAIN = HttpClient.newHttpClient();

    final RecordedCosts costs = new RecordedCosts();
    final ModelServer server = ModelServer.start();
    final CostMeter meter;
    final HttpCosts hooks;
    final HttpClient client;
    private boolean failuresExpected;

    private Loopback(UnaryOperator<CostMeter.Builder> meters, UnaryOperator<HttpCosts.Builder> hooks) {
        this.meter =
                meters.apply(CostMeter.builder().prices(PRICES).listener(costs)).build();
        this.hooks = hooks.apply(HttpCosts.builder(meter).provider("127.0.0.1", "acme"))
                .build();
        this.client = metered(PLAIN);
    }

    static Loopback start() {
        return start(hooks -> hooks);
    }

    static Loopback start(UnaryOperator<HttpCosts.Builder> hooks) {
        return start(meter -> meter, hooks);
    }

    static Loopback start(UnaryOperator<CostMeter.Builder> meter, UnaryOperator<HttpCosts.Builder> hooks) {
        return new Loopback(meter, hooks);
    }

    HttpClient metered(HttpClient other) {
        return MeteredHttpClient.wrap(other, hooks);
    }

    /** The same client without a hook. */
    HttpClient plain() {
        return PLAIN;
    }

    /** A chat completion whose prompt is ten tokens. */
    HttpRequest chat() {
        return post(CHAT, ASKED).build();
    }

    HttpRequest chatStream() {
        return post(CHAT, ASKED_STREAM).build();
    }

    HttpRequest.Builder post(String path, String body) {
        return HttpRequest.newBuilder(server.uri(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    /** 1,000 tokens in, 100 out: 0.001 + 0.001 dollars. */
    static Answers answer() {
        return Answers.of("m", 1_000, 100, "r1");
    }

    static Answer stream() {
        return answer().chatStreamWithUsage();
    }

    /** The only attempt of the only cost. */
    AttemptCost only() {
        RequestCost cost = costs.take();
        assertThat(cost.attempts()).hasSize(1);
        return cost.attempts().get(0);
    }

    /** The next cost is one delivered attempt at 0.002 dollars, as reported. */
    void assertDelivered() {
        RequestCost cost = costs.take();
        assertThat(cost.inference()).isEqualTo(Money.usd("0.002"));
        assertThat(cost.total()).isEqualTo(Money.usd("0.002"));
        assertThat(cost.attempts())
                .extracting(
                        attempt -> attempt.result() + " " + attempt.attempt().quality())
                .containsExactly("DELIVERED REPORTED");
    }

    void expectFailures() {
        failuresExpected = true;
    }

    long failures() {
        long failures = 0;
        for (CostMeter.Site site : CostMeter.Site.values()) {
            failures += meter.errors(site);
        }
        return failures;
    }

    @Override
    public void close() {
        server.close();
        meter.close();
        costs.assertNothingLeft();
        assertThat(failures() > 0).as("failures of the meter").isEqualTo(failuresExpected);
    }
}
