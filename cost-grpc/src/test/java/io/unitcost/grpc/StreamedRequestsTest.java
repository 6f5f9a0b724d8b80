package io.unitcost.grpc;

import static io.unitcost.grpc.TestProtos.TRITON_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.DynamicMessage;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.ManualTicker;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One stream of Triton's that carries many requests, to several models: each is a call of its own. */
@Timeout(60)
class StreamedRequestsTest {

    private static final String FINAL = "parameters { key: 'triton_final_response' value { bool_param: true } }";
    private static final MethodDescriptor<DynamicMessage, DynamicMessage> STREAM = TestProtos.method(TRITON_STREAM);

    private final ManualTicker ticker = new ManualTicker();
    private final RecordedCosts costs = new RecordedCosts();
    private final CostMeter meter = CostMeter.builder()
            .ticker(ticker)
            .clock(ticker.clock())
            .prices(PriceTable.builder("round")
                    .model("pool", "llama", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                            .rate(Unit.OUTPUT_TOKENS, "10 per 1M"))
                    .model("pool", "mixtral", m -> m.rate(Unit.OUTPUT_TOKENS, "100 per 1M"))
                    .build())
            .listener(costs)
            .build();
    private final GrpcCosts hooks =
            GrpcCosts.builder(meter).provider("*", "pool").build();
    private final BlockingQueue<DynamicMessage> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    private volatile StreamObserver<DynamicMessage> toClient;
    private StreamObserver<DynamicMessage> toServer;
    private Server server;
    private ManagedChannel channel;
    private RequestMeter request;

    @BeforeEach
    void open() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("inference.GRPCInferenceService")
                        .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(to -> {
                            toClient = to;
                            return into(received::add, () -> {});
                        }))
                        .build())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress(
                        InetAddress.getLoopbackAddress().getHostAddress(), server.getPort())
                .usePlaintext()
                .intercept(hooks.clientInterceptor())
                .build();
        request = meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            toServer = ClientCalls.asyncBidiStreamingCall(
                    channel.newCall(STREAM, CallOptions.DEFAULT), into(answers::add, () -> answers.add("end")));
        }
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.shutdownNow();
        meter.close();
        costs.assertNothingLeft();
        for (Site site : Site.values()) {
            assertThat(meter.errors(site)).as(site.label()).isZero();
        }
        assertThat(hooks.open().size()).isZero();
    }

    private StreamObserver<DynamicMessage> into(java.util.function.Consumer<DynamicMessage> queue, Runnable end) {
        return new StreamObserver<>() {
            @Override
            public void onNext(DynamicMessage message) {
                queue.accept(message);
            }

            @Override
            public void onError(Throwable failure) {
                end.run();
            }

            @Override
            public void onCompleted() {
                end.run();
            }
        };
    }

    private void ask(String id, String model) throws InterruptedException {
        toServer.onNext(TestProtos.request(TRITON_STREAM, "id: '" + id + "' model_name: '" + model + "'"));
        assertThat(received.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    private void answer(String text) throws InterruptedException {
        toClient.onNext(TestProtos.response(TRITON_STREAM, text));
        assertThat(answers.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    private static String tokens(String id, String model, int input, int output, String more) {
        return "infer_response { id: '" + id + "' model_name: '" + model + "' " + parameter("num_input_tokens", input)
                + parameter("num_output_tokens", output) + more + " }";
    }

    private static String parameter(String name, int value) {
        return value < 0 ? "" : "parameters { key: '" + name + "' value { int64_param: " + value + " } } ";
    }

    private RequestCost finished() throws InterruptedException {
        toClient.onCompleted();
        assertThat(answers.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
        return ended();
    }

    private RequestCost ended() {
        request.end(Outcome.DELIVERED);
        return costs.take();
    }

    @Test
    void requestsOfOneStreamAreToldApart() throws Exception {
        ask("a", "llama");
        ask("b", "mixtral");
        answer(tokens("a", "llama", 1_000, 3, ""));
        answer(tokens("b", "mixtral", 500, 5, ""));
        answer(tokens("a", "llama", 1_000, 4, FINAL));
        answer(tokens("b", "mixtral", 500, 5, FINAL));
        RequestCost cost = finished();
        assertThat(cost.attempts())
                .extracting(
                        attempt -> attempt.attempt().model(),
                        attempt -> attempt.attempt().usage(),
                        attempt -> attempt.result() + " " + attempt.attempt().quality())
                .containsExactly(
                        tuple("llama", Usage.tokens(1_000, 7), "DELIVERED REPORTED"),
                        tuple("mixtral", Usage.tokens(500, 10), "DELIVERED REPORTED"));
        assertThat(cost.attempts().get(0).cost()).isEqualTo(Money.usd("0.00107"));
        assertThat(cost.attempts()).extracting(attempt -> attempt.call()).doesNotHaveDuplicates();
    }

    @Test
    void anErrorInAMessageIsAFailureOfItsRequestAndNotOfTheStream() throws Exception {
        ask("a", "llama");
        ask("b", "llama");
        answer("error_message: 'out of memory' infer_response { id: 'a' }");
        answer(tokens("b", "llama", 1_000, 7, FINAL));
        RequestCost cost = finished();
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.result())
                .containsExactly(Result.FAILED, Result.DELIVERED);
    }

    @Test
    void whatAStreamLeavesUnansweredWasGivenUp() throws Exception {
        ask("a", "llama");
        RequestCost cost = finished();
        assertThat(cost.attempts()).extracting(attempt -> attempt.result()).containsExactly(Result.CANCELLED);
    }

    @Test
    void aServerMayLeaveOutThatAnAnswerIsItsLast() throws Exception {
        ask("a", "llama");
        answer(tokens("a", "llama", 1_000, 3, ""));
        RequestCost cost = finished();
        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.attempts().get(0).result()).isEqualTo(Result.DELIVERED);
        assertThat(cost.attempts().get(0).attempt().quality()).isEqualTo(Quality.REPORTED);
        assertThat(cost.attempts().get(0).attempt().usage()).isEqualTo(Usage.tokens(1_000, 3));
    }

    @Test
    void aStreamThatFailsFailsWhatIsOpenInIt() throws Exception {
        ask("a", "llama");
        ask("b", "llama");
        answer(tokens("a", "llama", 1_000, 7, FINAL));
        toClient.onError(Status.INTERNAL.asRuntimeException());
        assertThat(answers.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
        RequestCost cost = ended();
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.result())
                .containsExactly(Result.DELIVERED, Result.FAILED);
    }

    @Test
    void aStreamThatNobodyEndsIsGivenUpAfterALongSilence() throws Exception {
        ask("a", "llama");
        answer(tokens("a", "llama", 1_000, 3, ""));
        meter.reap();
        ticker.advance(Duration.ofMinutes(11));
        meter.reap();
        RequestCost cost = ended();
        assertThat(cost.attempts()).extracting(attempt -> attempt.result()).containsExactly(Result.CANCELLED);
        assertThat(cost.attempts().get(0).attempt().usage()).isEqualTo(Usage.tokens(1_000, 3));
    }
}
