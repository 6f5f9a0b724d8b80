package io.unitcost.grpc;

import static io.unitcost.grpc.Loopback.PRICES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
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
    private final CostMeter frontMeter =
            CostMeter.builder().prices(PRICES).listener(front).build();
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

    private static String ask(ManagedChannel channel) {
        return ClientCalls.blockingUnaryCall(
                channel, Words.ASK, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), "hello");
    }

    private RequestCost request(ManagedChannel channel) {
        RequestMeter request = frontMeter.open("chat");
        request.attribute("tenant", "acme & sons");
        request.attribute("session", "secret");
        try (Scope scope = request.makeCurrent()) {
            request.record(OWN);
            ask(channel);
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
        assertThat(part.attributes()).isEqualTo(Map.of("tenant", "acme & sons"));
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
                throw io.grpc.Status.UNAVAILABLE.asRuntimeException();
            }
            return question;
        };
        RequestCost whole = request(serve());
        assertThat(back.take(2)).extracting(RequestCost::kind).containsOnly(Kind.SUBREQUEST);
        assertThat(whole.inference()).isEqualTo(Money.usd("0.0025"));
        assertThat(whole.retry()).isEqualTo(Money.usd("0.002"));
        assertThat(whole.meteredElsewhere()).isEqualTo(Money.usd("0.004"));
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

    private void assertIgnored(Metadata headers, String feature) {
        frontHooks = hooks -> hooks;
        long before = backMeter.errors(Site.BOUNDARY);
        ManagedChannel channel = serve();
        assertThat(ClientCalls.blockingUnaryCall(
                        io.grpc.ClientInterceptors.intercept(
                                channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                        Words.ASK,
                        CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                        "hello"))
                .isEqualTo("hello");
        RequestCost cost = back.take();
        assertThat(cost.feature()).isEqualTo(feature);
        assertThat(cost.attributes()).isEmpty();
        assertThat(backMeter.errors(Site.BOUNDARY)).isEqualTo(before + 1);
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
        CostMetadata.tell(trailers, Money.usd("0.000000000000123"));
        assertThat(trailers.get(CostMetadata.COST)).isEqualTo("0.000000000000123 USD");
        assertThat(CostMetadata.cost(trailers)).isEqualTo(Money.usd("0.000000000000123"));
        assertThat(CostMetadata.cost(new Metadata())).isNull();
    }
}
