package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Calls that fail, are tried again, tried side by side, cancelled and too late at random, against a server that keeps its own
 * ledger of the tokens it produced: nothing is missing and nothing is twice.
 */
@Timeout(300)
class ConservationTest {

    private static final int ORDINARY = 2_000;
    private static final int LONG = 10_000;
    private static final int CALLERS = 8;
    private static final Metadata.Key<String> IN = Metadata.Key.of("x-in", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> OUT = Metadata.Key.of("x-out", Metadata.ASCII_STRING_MARSHALLER);

    /** What the server did for one try, whether or not its client was still there to be told. */
    private record Line(long input, long output) {}

    private final Map<String, ConcurrentLinkedQueue<Line>> ledger = new ConcurrentHashMap<>();
    private final Map<String, RequestCost> accounts = new ConcurrentHashMap<>();

    @Test
    void everyTokenOfTheServersLedgerIsOnAnAccount() throws Exception {
        int count = Boolean.getBoolean("unitcost.long") ? LONG : ORDINARY;
        CostMeter meter = CostMeter.builder()
                .listener(cost -> accounts.put(cost.attributes().getOrDefault("id", "unattributed"), cost))
                .build();
        GrpcCosts costs = GrpcCosts.builder(meter)
                .usage(GrpcUsage.builder("shop.Words/Ask")
                        .provider("acme")
                        .request(String.class, (question, said) -> said.model("m"))
                        .response(String.class, (answer, said) -> {
                            String[] counts = answer.split(" ");
                            said.set(Unit.INPUT_TOKENS, Long.parseLong(counts[0]))
                                    .set(Unit.OUTPUT_TOKENS, Long.parseLong(counts[1]));
                        })
                        .trailer(Unit.INPUT_TOKENS, "x-in")
                        .trailer(Unit.OUTPUT_TOKENS, "x-out")
                        .build())
                .build();
        ExecutorService handlers = Executors.newCachedThreadPool();
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(handlers)
                .addService(Words.service(this::work))
                .build()
                .start();
        List<ManagedChannel> channels = new ArrayList<>();
        for (Map<String, ?> policy : List.of(Loopback.retries(4, "0.002s"), Loopback.hedges(3, "0.002s"))) {
            channels.add(NettyChannelBuilder.forAddress(
                            InetAddress.getLoopbackAddress().getHostAddress(), server.getPort())
                    .usePlaintext()
                    .defaultServiceConfig(policy)
                    .intercept(costs.clientInterceptor())
                    .build());
        }
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            calls.add(callers.submit(() -> call(meter, channels.get(number % 2), number)));
        }
        for (Future<?> call : calls) {
            call.get();
        }
        channels.forEach(ManagedChannel::shutdownNow);
        server.shutdownNow();
        // handlers that work on for clients that have left write to the ledger, too
        handlers.shutdown();
        assertThat(handlers.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        callers.shutdown();
        meter.close();
        for (Site site : Site.values()) {
            assertThat(meter.errors(site)).as(site.label()).isZero();
        }
        assertThat(accounts).hasSize(count).doesNotContainKey("unattributed");
        assertThat(costs.open().size()).isZero();
        check();
    }

    private void check() {
        long produced = 0;
        long booked = 0;
        int estimated = 0;
        int untold = 0;
        for (Map.Entry<String, RequestCost> each : accounts.entrySet()) {
            List<Line> lines = List.copyOf(ledger.getOrDefault(each.getKey(), new ConcurrentLinkedQueue<>()));
            List<Attempt> attempts = each.getValue().attempts().stream()
                    .map(AttemptCost::attempt)
                    .toList();
            List<Attempt> reported = attempts.stream()
                    .filter(attempt -> attempt.isBilled() && attempt.quality() == Quality.REPORTED)
                    .toList();
            // whatever was counted here is in the ledger, as it is there
            List<Usage> inLedger = new ArrayList<>(lines.stream()
                    .map(line -> Usage.tokens(line.input(), line.output()))
                    .toList());
            for (Attempt attempt : reported) {
                assertThat(inLedger.remove(attempt.usage()))
                        .as(each.getKey() + " " + lines)
                        .isTrue();
                booked += attempt.usage().count(Unit.OUTPUT_TOKENS);
            }
            // what is left in the ledger was not told in time, and is an attempt that says so
            assertThat(attempts.size() - reported.size())
                    .as(each.getKey() + " " + attempts + " " + lines)
                    .isGreaterThanOrEqualTo(inLedger.size());
            produced += lines.stream().mapToLong(Line::output).sum();
            estimated += attempts.size() - reported.size();
            untold += inLedger.size();
            long delivered = each.getValue().attempts().stream()
                    .filter(attempt -> attempt.result() == Result.DELIVERED)
                    .count();
            assertThat(delivered).as(each.getKey()).isEqualTo(each.getValue().outcome() == Outcome.DELIVERED ? 1 : 0);
        }
        assertThat(booked).isPositive().isLessThanOrEqualTo(produced);
        assertThat(estimated).isGreaterThanOrEqualTo(untold);
        assertThat(untold).as("some were cut short").isPositive();
    }

    private Object call(CostMeter meter, ManagedChannel channel, int number) throws InterruptedException {
        Random random = new Random(number);
        RequestMeter request = meter.open("chat");
        String id = "q" + number;
        request.attribute("id", id);
        Outcome outcome = Outcome.FAILED;
        try (Scope scope = request.makeCurrent()) {
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(
                    random.nextInt(10) == 0 ? 1 + random.nextInt(8) : 20_000, TimeUnit.MILLISECONDS);
            ClientCall<String, String> call = channel.newCall(Words.ASK, options);
            Future<String> answer = ClientCalls.futureUnaryCall(call, id);
            if (random.nextInt(10) == 0) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(3_000)));
                call.cancel("enough", null);
            }
            answer.get();
            outcome = Outcome.DELIVERED;
        } catch (ExecutionException e) {
            // as it was meant
        } finally {
            request.end(outcome);
        }
        return number;
    }

    /** What a try comes to, depends on the call and on nothing that is known there. */
    private String work(String id) {
        ConcurrentLinkedQueue<Line> lines = ledger.computeIfAbsent(id, key -> new ConcurrentLinkedQueue<>());
        Random random = new Random(id.hashCode() * 31L + lines.size());
        long input = 1 + random.nextInt(2_000);
        long output = 1 + random.nextInt(500);
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(4_000))); // its work
        lines.add(new Line(input, output));
        if (random.nextInt(3) == 0) {
            Metadata trailers = new Metadata();
            trailers.put(IN, Long.toString(input));
            trailers.put(OUT, Long.toString(output));
            throw Status.UNAVAILABLE.asRuntimeException(trailers);
        }
        return input + " " + output;
    }
}
