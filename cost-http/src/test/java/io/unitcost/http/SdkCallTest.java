package io.unitcost.http;

import static io.unitcost.http.SdkBench.calls;
import static io.unitcost.http.SdkBench.results;
import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.AttemptCost.Result;
import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which requests of one method of a wrapped client are one call. */
class SdkCallTest {

    private static final URI CHAT = URI.create("http://127.0.0.1:1/v1/chat/completions");

    private final SdkBench bench = new SdkBench();
    private final RequestMeter request = bench.meter.open("chat");
    private @Nullable SdkCall call;

    @BeforeEach
    void open() {
        try (Scope scope = request.makeCurrent()) {
            call = SdkCall.open(bench.costs);
        }
    }

    @AfterEach
    void close() {
        bench.assertNoErrors();
        bench.close();
    }

    @Test
    void triesAfterFailures() {
        refused(begin("0"));
        refused(begin("1"));
        answered(begin("2"));
        RequestCost cost = done();
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.RETRIED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(1);
    }

    @Test
    void triesThatAreNotNumbered() {
        refused(begin(null));
        answered(begin(null));
        RequestCost cost = done();
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(1);
    }

    @Test
    void aHelperThatAsksTwiceMakesTwoCalls() {
        answered(begin(null));
        answered(begin(null));
        refused(begin("0"));
        answered(begin("0"));
        RequestCost cost = done();
        assertThat(results(cost)).containsExactly(Result.DELIVERED, Result.DELIVERED, Result.FAILED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(4);
        assertThat(cost.inference()).isEqualTo(SdkBench.ONE.times(3));
    }

    @Test
    void requestsSideBySideAreTwoCalls() {
        SdkTry one = begin(null);
        SdkTry other = begin(null);
        answered(one);
        answered(other);
        RequestCost cost = done();
        assertThat(results(cost)).containsExactly(Result.DELIVERED, Result.DELIVERED);
        assertThat(calls(cost)).hasSize(2);
    }

    @Test
    void theAccountIsOpenUntilTheLastAnswerIsRead() {
        SdkTry streamed = begin("0");
        Objects.requireNonNull(call).done();
        request.end(Outcome.DELIVERED);
        assertThat(bench.recorded.drain()).isEmpty();
        answered(streamed);
        assertThat(bench.recorded.take().inference()).isEqualTo(SdkBench.ONE);
    }

    private SdkTry begin(@Nullable String number) {
        Map<String, String> headers = number == null ? Map.of() : Map.of(HttpHeaders.RETRY_COUNT, number);
        return Objects.requireNonNull(Objects.requireNonNull(call).begin("POST", CHAT, headers::get));
    }

    private static void refused(SdkTry attempt) {
        attempt.answered(503, name -> null);
        attempt.closed();
    }

    private static void answered(SdkTry attempt) {
        byte[] body = ("{\"id\":\"r\",\"model\":\"m-1\",\"choices\":[],"
                        + "\"usage\":{\"prompt_tokens\":1200,\"completion_tokens\":34}}")
                .getBytes(StandardCharsets.UTF_8);
        attempt.answered(200, name -> null);
        attempt.read(body, 0, body.length);
        attempt.ended();
    }

    private RequestCost done() {
        Objects.requireNonNull(call).done();
        request.end(Outcome.DELIVERED);
        return bench.recorded.take();
    }
}
