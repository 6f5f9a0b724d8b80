package io.unitcost.grpc;

import static io.unitcost.grpc.Loopback.ASKED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.vertexai.api.GenerateContentRequest;
import com.google.cloud.vertexai.api.GenerateContentResponse;
import com.google.cloud.vertexai.api.PredictionServiceGrpc;
import com.google.cloud.vertexai.api.PredictionServiceGrpc.PredictionServiceBlockingStub;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.grpc.Loopback.Transport;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.grpc.server.exception.GrpcExceptionHandlerInterceptor;

/** Accounts of the calls that a server answers, however they end. */
@Timeout(60)
class ServedCallsTest {

    private final RecordedCosts costs = new RecordedCosts();
    private final CostMeter meter =
            CostMeter.builder().prices(Loopback.PRICES).listener(costs).build();
    private final Model model = new Model();
    private final ExecutorService handlers = Executors.newCachedThreadPool();
    private UnaryOperator<GrpcCosts.Builder> hooks =
            builder -> builder.features("google.cloud.aiplatform.v1.PredictionService/* : chat");
    private Server server;
    private ManagedChannel channel;
    private long failures;

    private void serve(ServerInterceptor... inner) {
        serve(Transport.NETTY, inner);
    }

    private void serve(Transport transport, ServerInterceptor... inner) {
        GrpcCosts grpc = hooks.apply(GrpcCosts.builder(meter)).build();
        try {
            if (transport == Transport.NETTY) {
                InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
                server = with(grpc, NettyServerBuilder.forAddress(any), inner).start();
                channel = NettyChannelBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                        .usePlaintext()
                        .build();
            } else {
                String name = InProcessServerBuilder.generateName();
                server = with(grpc, InProcessServerBuilder.forName(name), inner).start();
                channel = InProcessChannelBuilder.forName(name).build();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private <B extends ServerBuilder<B>> Server with(GrpcCosts grpc, B builder, ServerInterceptor... inner) {
        builder.executor(handlers).addService(model);
        for (ServerInterceptor each : inner) {
            builder.intercept(each);
        }
        return grpc.install(builder).build();
    }

    @AfterEach
    void close() throws InterruptedException {
        if (server != null) {
            channel.shutdownNow();
            server.shutdownNow();
            assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
        handlers.shutdownNow();
        meter.close();
        costs.assertNothingLeft();
        assertThat(meter.errors(Site.BOUNDARY)).isEqualTo(failures);
        assertThat(meter.errors(Site.SCOPE)).isZero();
    }

    private PredictionServiceBlockingStub stub() {
        return PredictionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private void fails(Status.Code code) {
        assertThatThrownBy(() -> stub().generateContent(ASKED)).hasMessageContaining(code.name());
    }

    private RequestCost ended(Outcome outcome) {
        RequestCost cost = costs.take();
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.outcome()).isEqualTo(outcome);
        assertThat(cost.reaped()).isNull();
        return cost;
    }

    private static Attempt used() {
        return Attempt.of("google", Model.NAME).usage(Usage.tokens(1_000, 100)).build();
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerIsDelivered(Transport transport) {
        serve(transport);
        model.then(to -> {
            meter.record(used());
            model.answer(to);
        });
        stub().generateContent(ASKED);
        assertThat(ended(Outcome.DELIVERED).total()).isEqualTo(Loopback.ONE);
    }

    @ParameterizedTest
    @EnumSource
    void anErrorHasFailed(Transport transport) {
        serve(transport);
        model.thenFails(Status.INVALID_ARGUMENT);
        fails(Status.Code.INVALID_ARGUMENT);
        ended(Outcome.FAILED);
    }

    @ParameterizedTest
    @EnumSource
    void aHandlerThatThrowsHasFailed(Transport transport) {
        serve(transport);
        model.then(to -> {
            meter.record(used());
            throw new IllegalStateException("provoked");
        });
        fails(Status.Code.UNKNOWN);
        assertThat(ended(Outcome.FAILED).total()).isEqualTo(Loopback.ONE);
    }

    @ParameterizedTest
    @EnumSource
    void anInterceptorThatThrowsHasFailed(Transport transport) {
        serve(transport, new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                throw new IllegalStateException("provoked");
            }
        });
        fails(Status.Code.UNKNOWN);
        ended(Outcome.FAILED);
    }

    /** The outermost of what Spring installs: a global interceptor of the application hears of nothing. */
    @Test
    void anExceptionThatSpringAnswersHasFailed() {
        serve(new GrpcExceptionHandlerInterceptor(exception ->
                exception instanceof IllegalStateException ? Status.INVALID_ARGUMENT.asException() : null));
        model.then(to -> {
            throw new IllegalStateException("provoked");
        });
        fails(Status.Code.INVALID_ARGUMENT);
        ended(Outcome.FAILED);
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatLeavesHasCancelled(Transport transport) throws Exception {
        serve(transport);
        CountDownLatch begun = new CountDownLatch(1);
        model.then(to -> begun.countDown());
        ClientCall<GenerateContentRequest, GenerateContentResponse> call =
                channel.newCall(PredictionServiceGrpc.getGenerateContentMethod(), stub().getCallOptions());
        ClientCalls.futureUnaryCall(call, ASKED);
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        call.cancel("enough", null);
        ended(Outcome.CANCELLED);
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineThatPassesHasFailed(Transport transport) {
        serve(transport);
        model.thenHangs();
        assertThatThrownBy(() -> PredictionServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
                        .generateContent(ASKED))
                .hasMessageContaining("DEADLINE_EXCEEDED");
        ended(Outcome.FAILED);
    }

    @Test
    void whatIsSpentAfterTheClientHasLeftIsLateUsageOfItsRequest() throws Exception {
        serve();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        CompletableFuture<Void> over = new CompletableFuture<>();
        model.then(to -> {
            begun.countDown();
            Model.await(gone);
            meter.record(used());
            over.complete(null);
        });
        ClientCall<GenerateContentRequest, GenerateContentResponse> call =
                channel.newCall(PredictionServiceGrpc.getGenerateContentMethod(), stub().getCallOptions());
        ClientCalls.futureUnaryCall(call, ASKED);
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        call.cancel("enough", null);
        ended(Outcome.CANCELLED);
        gone.countDown();
        over.get(10, TimeUnit.SECONDS);
        RequestCost late = costs.take();
        assertThat(late.kind()).isEqualTo(Kind.LATE);
        assertThat(late.feature()).isEqualTo("chat");
        assertThat(late.total()).isEqualTo(Loopback.ONE);
    }

    @Test
    void theAccountIsCurrentInEveryCallback() {
        CompletableFuture<String> seen = new CompletableFuture<>();
        serve(new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                StringBuffer features = new StringBuffer(current());
                return new SimpleForwardingServerCallListener<Q>(next.startCall(call, headers)) {
                    @Override
                    public void onMessage(Q message) {
                        features.append(current());
                        super.onMessage(message);
                    }

                    @Override
                    public void onHalfClose() {
                        features.append(current());
                        super.onHalfClose();
                    }

                    @Override
                    public void onComplete() {
                        features.append(current());
                        seen.complete(features.toString());
                        super.onComplete();
                    }
                };
            }
        });
        stub().generateContent(ASKED);
        assertThat(seen.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("chat chat chat chat ");
        ended(Outcome.DELIVERED);
    }

    private static String current() {
        return RequestMeter.current().feature() + " ";
    }

    @Test
    void pooledThreadsAreLeftClean() throws Exception {
        serve();
        for (int i = 0; i < 20; i++) {
            stub().generateContent(ASKED);
            ended(Outcome.DELIVERED);
        }
        assertThat(handlers.submit(() -> RequestMeter.current().isAttributed()).get(10, TimeUnit.SECONDS))
                .isFalse();
    }

    @Test
    void callsOfTheHandlerAreOnItsAccountEvenWhereOnlyTheContextGoes() {
        try (Loopback behind = Loopback.start()) {
            GrpcCosts inner = GrpcCosts.create(meter);
            serve();
            model.then(to -> {
                Context context = Context.current();
                CompletableFuture<Void> elsewhere = new CompletableFuture<>();
                handlers.execute(context.wrap(() -> {
                    try {
                        // a channel of the same meter as the server
                        PredictionServiceGrpc.newBlockingStub(behind.channel)
                                .withInterceptors(inner.clientInterceptor())
                                .generateContent(ASKED);
                        elsewhere.complete(null);
                    } catch (RuntimeException e) {
                        elsewhere.completeExceptionally(e);
                    }
                }));
                elsewhere.get(10, TimeUnit.SECONDS);
                model.answer(to);
            });
            stub().generateContent(ASKED);
            assertThat(ended(Outcome.DELIVERED).inference()).isEqualTo(Loopback.ONE);
        }
    }

    @Test
    void methodsWithoutAFeatureHaveNoAccount() {
        hooks = builder -> builder.features("shop.Search/* : search");
        serve();
        stub().generateContent(ASKED);
        assertThat(costs.drain()).isEmpty();
    }

    @Test
    void methodsThatNobodyServesHaveNoAccount() {
        hooks = builder -> builder.unmapped("all");
        serve();
        ClientCall<GenerateContentRequest, GenerateContentResponse> unknown = channel.newCall(
                PredictionServiceGrpc.getGenerateContentMethod().toBuilder()
                        .setFullMethodName("made.Up/Name")
                        .build(),
                stub().getCallOptions());
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(unknown, ASKED)).hasMessageContaining("UNIMPLEMENTED");
        assertThat(costs.drain()).isEmpty();
    }

    @Test
    void aRuleDecidesTheOutcome() {
        hooks = builder -> builder.unmapped("chat")
                .outcome(status -> status.getCode() == Status.Code.NOT_FOUND ? Outcome.DELIVERED : null);
        serve();
        model.thenFails(Status.NOT_FOUND).thenFails(Status.INTERNAL);
        fails(Status.Code.NOT_FOUND);
        ended(Outcome.DELIVERED);
        fails(Status.Code.INTERNAL);
        ended(Outcome.FAILED);
    }

    @Test
    void functionsThatThrowChangeNothing() {
        hooks = builder -> builder.feature(call -> {
                    throw new IllegalStateException("provoked");
                })
                .outcome(status -> {
                    throw new IllegalStateException("provoked");
                });
        serve();
        assertThat(stub().generateContent(ASKED)).isEqualTo(Model.whole());
        assertThat(costs.drain()).isEmpty();
        failures = 1;
    }

    @Test
    void anInterceptorWithoutItsTracerSaysSo() throws Exception {
        GrpcCosts grpc = hooks.apply(GrpcCosts.builder(meter)).build();
        ServerInterceptor alone = new CostServerInterceptor(
                new ServedRequests(meter, call -> "chat", ServedRequests::outcomeOf, call -> false, RequestIds.USUAL));
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .executor(handlers)
                .addService(model)
                .intercept(alone)
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
        assertThat(stub().generateContent(ASKED)).isEqualTo(Model.whole());
        assertThat(grpc.open().size()).isZero();
        failures = 1;
    }
}
