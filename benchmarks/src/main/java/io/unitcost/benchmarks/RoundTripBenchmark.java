package io.unitcost.benchmarks;

import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.http.HttpCosts;
import io.unitcost.http.MeteredHttpClient;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One chat completion of three kilobytes over loopback, with the hook and without it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-Xbatch"})
public class RoundTripBenchmark {

    private static final String QUESTION = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\""
            + "How much is this? ".repeat(20) + "\"}]}";

    private final AtomicReference<Object> last = new AtomicReference<>();
    private LoopbackModel model;
    private CostMeter meter;
    private HttpClient plain;
    private HttpClient metered;
    private HttpRequest question;

    @Setup
    public void start() {
        String answer =
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"" + "It costs what it costs. ".repeat(115)
                        + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":690,"
                        + "\"total_tokens\":790,\"prompt_tokens_details\":{\"cached_tokens\":0}}}";
        model = new LoopbackModel("application/json", answer.getBytes(StandardCharsets.UTF_8));
        meter = CostMeter.builder()
                .prices(PriceTable.builder("t")
                        .model("openai", "gpt-4o", m -> m.rate(Unit.INPUT_TOKENS, "2.50 per 1M")
                                .rate(Unit.OUTPUT_TOKENS, "10 per 1M"))
                        .build())
                .listener(last::set)
                .build();
        HttpCosts costs =
                HttpCosts.builder(meter).provider(model.host(), "openai").build();
        plain = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        metered = MeteredHttpClient.wrap(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), costs);
        question = HttpRequest.newBuilder(model.uri("/v1/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(QUESTION))
                .build();
    }

    @TearDown
    public void stop() {
        model.close();
        meter.close();
    }

    /** What it takes anyway. */
    @Benchmark
    public int plain() throws IOException, InterruptedException {
        return plain.send(question, BodyHandlers.ofByteArray()).body().length;
    }

    /** A request of its own for each call, closed and priced. */
    @Benchmark
    public int metered() throws IOException, InterruptedException {
        RequestMeter request = meter.open("chat");
        try (io.unitcost.Scope scope = request.makeCurrent()) {
            return metered.send(question, BodyHandlers.ofByteArray()).body().length;
        } finally {
            request.end(Outcome.DELIVERED);
        }
    }

    /** What the listener was told last, for a test. */
    Object last() {
        return last.get();
    }
}
