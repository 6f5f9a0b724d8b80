package io.unitcost.grpc;

import static io.unitcost.grpc.Loopback.PRICES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingServerCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.Tally;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One request that two services work on, each with a meter of its own. */
@Timeout(60)
class AcrossServicesTest {

    private static final Attempt OWN =
            Attempt.of("google", Model.NAME).usage(Usage.tokens(500, 0)).build();
    private static final Attempt BEHIND =
            Attempt.of("google", Model.NAME).usage(Usage.tokens(1_000, 100)).build();

    private final RecordedCosts front = new RecordedCosts();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private List<ServerInterceptor> others = List.of();
    private final CostMeter frontMeter = CostMeter.builder()
            .prices(PRICES)
            .listener(front)
            .listener(CostMetrics.create(registry))
            .build();
    private final RecordedCosts back = new RecordedCosts();
    private final CostMeter backMeter =
            CostMeter.builder().prices(PRICES).listener(back).build();
    private final List<Runnable> closing = new ArrayList<>();
    private UnaryOperator<GrpcCosts.Builder> frontHooks = hooks -> hooks.forward("*", "tenant");
    private UnaryOperator<GrpcCosts.Builder> backHooks =
            hooks -> hooks.unmapped("words").trust(call -> true);
    private UnaryOperator<String> answer = question -> {
        backMeter.record(BEHIND);
        return question;
    };

    @AfterEach
    void close() {
        closing.forEach(Runnable::run);
        frontMeter.close();
        backMeter.close();
        front.assertNothingLeft();
        back.assertNothingLeft();
    }

    /** A channel of the front to a service behind it. */
    private ManagedChannel serve() {
        try {
            NettyServerBuilder builder = NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .addService(Words.service(question -> answer.apply(question)));
            others.forEach(builder::intercept);
            Server server = backHooks
                    .apply(GrpcCosts.builder(backMeter))
                    .build()
                    .install(builder)
                    .build()
                    .start();
            closing.add(server::shutdownNow);
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            InetAddress.getLoopbackAddress().getHostAddress(), server.getPort())
                    .usePlaintext()
                    .defaultServiceConfig(Loopback.retries(2, "0.01s"))
                    .intercept(frontHooks
                            .apply(GrpcCosts.builder(frontMeter))
                            .build()
                            .clientInterceptor())
                    .build();
            closing.add(0, channel::shutdownNow);
            return channel;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String ask(Channel channel) {
        return ClientCalls.blockingUnaryCall(
                channel, Words.ASK, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), "hello");
    }

    private RequestCost request(ManagedChannel channel) {
        return request(channel, 1);
    }

    private RequestCost request(ManagedChannel channel, int calls) {
        RequestMeter request = frontMeter.open("chat");
        request.attribute("tenant", "acme & sons");
        request.attribute("session", "secret");
        try (Scope scope = request.makeCurrent()) {
            request.record(OWN);
            for (int i = 0; i < calls; i++) {
                ask(channel);
            }
        } finally {
            request.end(Outcome.DELIVERED);
        }
        return front.take();
    }

    @Test
    void theCallerKnowsTheWholeCostAndEachPublishesItsOwn() {
        RequestCost whole = request(serve());
        RequestCost part = back.take();
        assertThat(part.kind()).isEqualTo(Kind.SUBREQUEST);
        assertThat(part.feature()).isEqualTo("chat");
        assertThat(part.total()).isEqualTo(Money.usd("0.002"));
        assertThat(part.attributes())
                .isEqualTo(Map.of(
                        "tenant",
                        "acme & sons",
                        "request_id",
                        whole.attributes().get("request_id")));
        assertThat(whole.total()).isEqualTo(Money.usd("0.0025"));
        assertThat(whole.meteredElsewhere()).isEqualTo(part.total());
        assertThat(whole.inference()).isEqualTo(Money.usd("0.0025"));
    }

    @Test
    void whatATryCostThatFailedIsAPriceOfRetry() {
        int[] asked = new int[1];
        answer = question -> {
            backMeter.record(BEHIND);
            if (asked[0]++ == 0) {
                throw Status.UNAVAILABLE.asRuntimeException();
            }
            return question;
        };
        RequestCost whole = request(serve());
        assertThat(back.take(2)).extracting(RequestCost::kind).containsOnly(Kind.SUBREQUEST);
        assertThat(whole.inference()).isEqualTo(Money.usd("0.0025"));
        assertThat(whole.retry()).isEqualTo(Money.usd("0.002"));
        assertThat(whole.meteredElsewhere()).isEqualTo(Money.usd("0.004"));
    }

    @Test
    void theCallerKnowsWhatWasUsedAndDoesNotPublishItAgain() {
        RequestCost whole = request(serve());
        RequestCost part = back.take();
        assertThat(whole.attempts()).hasSize(2);
        Attempt told = whole.attempts().get(1).attempt();
        assertThat(told.isMeteredElsewhere()).isTrue();
        assertThat(told.usage()).isEqualTo(Usage.tokens(1_000, 100));
        assertThat(told.quality()).isEqualTo(Quality.REPORTED);
        assertThat(told.elsewhere()).isNotNull();
        assertThat(told.elsewhere().lines())
                .containsExactly(new Tally.Line("google", Model.NAME, Usage.tokens(1_000, 100)));
        assertThat(whole.unpricedAttempts()).isZero();
        assertThat(part.unpricedAttempts()).isZero();
        assertThat(registry.get("ai.tokens").tag("feature", "chat").counters())
                .extracting(Counter::count)
                .as("its own 500")
                .containsExactly(500.0);
        assertThat(registry.get("ai.cost").tag("feature", "chat").counter().count())
                .isEqualTo(0.0005);
    }

    @Test
    void aPartWithoutAPriceIsMissingInTheWhole() {
        answer = question -> {
            backMeter.record(BEHIND);
            backMeter.record(
                    Attempt.of("nobody", "knows").usage(Usage.tokens(7, 8)).build());
            backMeter.record(Attempt.of("google", Model.NAME)
                    .usage(Usage.tokens(100, 0), Quality.ESTIMATED)
                    .build());
            return question;
        };
        RequestCost whole = request(serve());
        RequestCost part = back.take();
        assertThat(part.unpricedAttempts()).isEqualTo(1);
        assertThat(whole.unpricedAttempts()).isEqualTo(1);
        assertThat(whole.estimatedAttempts()).isEqualTo(1);
        assertThat(whole.attempts().get(1).unpriced()).isEqualTo(Unpriced.UNKNOWN_PROVIDER);
        assertThat(whole.meteredElsewhere()).isEqualTo(part.total());
        Tally told = whole.attempts().get(1).attempt().elsewhere();
        assertThat(told).isNotNull();
        assertThat(told.attempts()).isEqualTo(3);
        assertThat(told.usage()).isEqualTo(Usage.tokens(1_107, 108));
        assertThat(whole.toString()).endsWith("1 attempts unpriced");
    }

    @Test
    void workThatHasNoPriceAtAllIsNotFree() {
        answer = question -> {
            backMeter.record(Attempt.of("nobody", "knows").build());
            return question;
        };
        RequestCost whole = request(serve());
        back.take();
        assertThat(whole.attempts().get(1).cost()).isNull();
        assertThat(whole.unpricedAttempts()).isEqualTo(1);
    }

    /** Counted, and the amount counts all the same; that nobody knows what was used is said with it. */
    @Test
    void usageThatNobodyCanMeanIsIgnoredAndCounted() {
        for (String said : List.of("attempts=1;google/m in=-1", "x".repeat(TallyText.LONGEST + 1))) {
            Metadata trailers = new Metadata();
            trailers.put(CostMetadata.COST, "0.002 USD");
            trailers.put(CostMetadata.USAGE, said);
            long before = frontMeter.errors(Site.CLIENT);
            RequestCost whole = answeredWith(trailers);
            assertThat(frontMeter.errors(Site.CLIENT)).isEqualTo(before + 1);
            assertThat(whole.total()).isEqualTo(Money.usd("0.0025"));
            assertThat(whole.attempts().get(1).attempt().usage()).isEqualTo(Usage.NONE);
            assertThat(whole.attempts().get(1).attempt().quality()).isEqualTo(Quality.UNKNOWN);
        }
    }

    @Test
    void aServiceBehindThatTellsAnAmountOnlyIsUnderstood() {
        Metadata trailers = new Metadata();
        trailers.put(CostMetadata.COST, "0.002 USD");
        RequestCost whole = answeredWith(trailers);
        assertThat(whole.total()).isEqualTo(Money.usd("0.0025"));
        assertThat(whole.attempts().get(1).attempt().elsewhere()).isNull();
        assertThat(frontMeter.errors(Site.CLIENT)).isZero();
    }

    /** A request whose service behind is not this library's. */
    private RequestCost answeredWith(Metadata trailers) {
        backHooks = hooks -> hooks;
        others = List.of(new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                return next.startCall(
                        new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                            @Override
                            public void close(Status status, Metadata own) {
                                own.merge(trailers);
                                super.close(status, own);
                            }
                        },
                        headers);
            }
        });
        answer = question -> question;
        return request(serve());
    }

    @Test
    void whoIsNotTrustedIsToldNothing() {
        backHooks = hooks -> hooks.unmapped("words");
        ManagedChannel channel = serve();
        AtomicReference<Metadata> headers = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        RequestMeter request = frontMeter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            ask(ClientInterceptors.intercept(channel, MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)));
        } finally {
            request.end(Outcome.DELIVERED);
        }
        front.take();
        back.take();
        assertThat(trailers.get()).isNotNull();
        assertThat(trailers.get().keys()).noneMatch(key -> key.startsWith("unitcost"));
    }

    /** A call that is current says what it is for. */
    @Test
    void theServiceBehindMayBeSupport() {
        ManagedChannel channel = serve();
        RequestMeter request = frontMeter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            CallMeter search = frontMeter.support("search");
            try (Scope inner = search.makeCurrent()) {
                ask(channel);
            } finally {
                search.end();
            }
        } finally {
            request.end(Outcome.DELIVERED);
        }
        RequestCost whole = front.take();
        assertThat(whole.support()).isEqualTo(Money.usd("0.002"));
        assertThat(whole.total()).isEqualTo(back.take().total());
    }

    @Test
    void whoIsNotTrustedIsServedAsAnyone() {
        backHooks = hooks -> hooks.unmapped("words");
        RequestCost whole = request(serve());
        RequestCost own = back.take();
        assertThat(own.kind()).isEqualTo(Kind.REQUEST);
        assertThat(own.feature()).isEqualTo("words");
        assertThat(own.attributes()).isEmpty();
        assertThat(whole.total()).isEqualTo(Money.usd("0.0005"));
    }

    @Test
    void nothingIsToldUnlessSwitchedOn() {
        frontHooks = hooks -> hooks;
        RequestCost whole = request(serve());
        assertThat(back.take().feature()).isEqualTo("words");
        assertThat(whole.total()).isEqualTo(Money.usd("0.0005"));
    }

    @Test
    void othersAreToldNothing() {
        frontHooks = hooks -> hooks.forward("search.example.com");
        request(serve());
        assertThat(back.take().feature()).isEqualTo("words");
    }

    @Test
    void withoutARequestThereIsNothingToTell() {
        ask(serve());
        assertThat(back.take().feature()).isEqualTo("words");
        assertThat(front.drain()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "%", "a%00b", "x%zz"})
    void aFeatureThatNobodyCanMeanIsIgnoredAndCounted(String said) {
        frontHooks = hooks -> hooks;
        Metadata headers = new Metadata();
        headers.put(CostMetadata.FEATURE, said);
        assertIgnored(headers, "words");
    }

    @Test
    void aFeatureThatIsTooLongIsIgnoredAndCounted() {
        Metadata headers = new Metadata();
        headers.put(CostMetadata.FEATURE, "f".repeat(400));
        assertIgnored(headers, "words");
    }

    @Test
    void attributesThatNobodyCanMeanAreIgnoredAndCounted() {
        Metadata headers = new Metadata();
        headers.put(CostMetadata.FEATURE, "chat");
        headers.put(CostMetadata.ATTRIBUTES, "a=1&".repeat(200));
        assertIgnored(headers, "chat");
        headers.discardAll(CostMetadata.ATTRIBUTES);
        headers.put(CostMetadata.ATTRIBUTES, "a".repeat(5_000));
        assertIgnored(headers, "chat");
    }

    @Test
    void everyServiceKnowsARequestByOneId() {
        answer = question -> question;
        RequestCost whole = request(serve(), 3);
        String id = whole.attributes().get("request_id");
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(back.take(3))
                .extracting(part -> part.attributes().get("request_id"))
                .containsOnly(id);
        RequestCost other = request(serve(), 1);
        assertThat(other.attributes().get("request_id")).matches("[0-9a-f]{32}").isNotEqualTo(id);
        assertThat(back.take().attributes())
                .containsEntry("request_id", other.attributes().get("request_id"));
    }

    @Test
    void theApplicationMayGiveTheId() {
        frontHooks = hooks -> hooks.forward("*", "order").requestId("order");
        backHooks = hooks -> hooks.trust(call -> true).requestId("caller_order");
        ManagedChannel channel = serve();
        RequestMeter request = frontMeter.open("chat");
        request.attribute("order", "2026/#41");
        try (Scope scope = request.makeCurrent()) {
            ask(channel);
        } finally {
            request.end(Outcome.DELIVERED);
        }
        assertThat(front.take().attributes()).isEqualTo(Map.of("order", "2026/#41"));
        assertThat(back.take().attributes()).isEqualTo(Map.of("order", "2026/#41", "caller_order", "2026/#41"));
    }

    @Test
    void aRequestThatNobodyIsToldOfHasNoId() {
        frontHooks = hooks -> hooks;
        RequestCost whole = request(serve());
        assertThat(whole.attributes()).doesNotContainKey("request_id");
        assertThat(back.take().attributes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "na\u00efve"})
    void anIdThatCannotBeSentStaysHere(String id) {
        assertKept(id);
    }

    @Test
    void anIdThatIsTooLongStaysHere() {
        assertKept("i".repeat(129));
    }

    private void assertKept(String id) {
        ManagedChannel channel = serve();
        RequestMeter request = frontMeter.open("chat");
        request.attribute("request_id", id);
        try (Scope scope = request.makeCurrent()) {
            ask(channel);
        } finally {
            request.end(Outcome.DELIVERED);
        }
        assertThat(front.take().total()).isEqualTo(Money.usd("0.002"));
        assertThat(back.take().attributes()).isEmpty();
        assertThat(frontMeter.errors(Site.CLIENT)).isEqualTo(1);
    }

    @Test
    void anIdThatNobodyCanMeanIsIgnoredAndCounted() {
        Metadata headers = new Metadata();
        headers.put(CostMetadata.FEATURE, "chat");
        headers.put(CostMetadata.REQUEST_ID, "i".repeat(129));
        assertIgnored(headers, "chat");
        headers.discardAll(CostMetadata.REQUEST_ID);
        headers.put(CostMetadata.REQUEST_ID, "two words");
        assertIgnored(headers, "chat");
    }

    @Test
    void anIdHasRoomBesideAllAttributes() {
        Metadata headers = new Metadata();
        headers.put(CostMetadata.FEATURE, "chat");
        headers.put(CostMetadata.REQUEST_ID, "i".repeat(128));
        headers.put(
                CostMetadata.ATTRIBUTES,
                "request_id=other&"
                        + IntStream.range(0, 15).mapToObj(i -> "n" + i + "=v").collect(Collectors.joining("&")));
        assertThat(asked(headers).attributes()).hasSize(16).containsEntry("request_id", "i".repeat(128));
    }

    @Test
    void theIdOfACallerThatIsNotTrustedIsNotRead() {
        backHooks = hooks -> hooks.unmapped("words");
        Metadata headers = new Metadata();
        headers.put(CostMetadata.FEATURE, "chat");
        headers.put(CostMetadata.REQUEST_ID, "r-1");
        assertThat(asked(headers).attributes()).isEmpty();
    }

    private void assertIgnored(Metadata headers, String feature) {
        long before = backMeter.errors(Site.BOUNDARY);
        RequestCost cost = asked(headers);
        assertThat(cost.feature()).isEqualTo(feature);
        assertThat(cost.attributes()).isEmpty();
        assertThat(backMeter.errors(Site.BOUNDARY)).isEqualTo(before + 1);
    }

    /** What a call with these headers cost the service behind. */
    private RequestCost asked(Metadata headers) {
        frontHooks = hooks -> hooks;
        ManagedChannel channel = serve();
        assertThat(ClientCalls.blockingUnaryCall(
                        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                        Words.ASK,
                        CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                        "hello"))
                .isEqualTo("hello");
        return back.take();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1 USD", "1e3 USD", "0.1", "NaN USD", "9999999999999 USD", "1 XXXX", "1 ZZZ"})
    void aCostThatNobodyCanMeanIsIgnored(String said) {
        Metadata trailers = new Metadata();
        trailers.put(CostMetadata.COST, said);
        assertThatThrownBy(() -> CostMetadata.cost(trailers)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCostIsToldExactly() {
        Metadata trailers = new Metadata();
        CostMetadata.tell(trailers, new Tally(Money.usd("0.000000000000123"), List.of(), 0, 0, 0, null));
        assertThat(trailers.get(CostMetadata.COST)).isEqualTo("0.000000000000123 USD");
        assertThat(CostMetadata.cost(trailers)).isEqualTo(Money.usd("0.000000000000123"));
        assertThat(CostMetadata.cost(new Metadata())).isNull();
    }
}
