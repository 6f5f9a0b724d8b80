package io.unitcost.benchmarks;

import com.google.cloud.vertexai.api.GenerateContentResponse;
import com.google.cloud.vertexai.api.PredictionServiceGrpc;
import com.google.cloud.vertexai.api.PredictionServiceGrpc.PredictionServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What hooks take of a gRPC call: client and server in one process with direct executors, so that all of a call runs on the
 * thread that waits for it. What is left after taking away {@code none} is the hooks'.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 2,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-Xbatch"})
public class GrpcBenchmark {

    static final int CHUNKS = 100;

    private static final AtomicLong SERVERS = new AtomicLong();

    /** Which hooks are installed, at the client and the server unless they are called otherwise. */
    @Param({
        "none",
        "empty",
        "micrometer",
        "observation",
        "openTelemetryNoop",
        "openTelemetry",
        "grpcOpenTelemetry",
        "costsClient",
        "costs"
    })
    String hooks = "none";

    private final GrpcModel model = new GrpcModel();
    private GrpcHooks installed;
    private Server server;
    private ManagedChannel channel;
    private PredictionServiceBlockingStub stub;
    private long calls;
    private long tokens;

    /** Opens a channel to a model in this process. */
    @Setup
    public void start() throws IOException {
        installed = new GrpcHooks(hooks);
        String name = "model-" + SERVERS.incrementAndGet();
        InProcessServerBuilder servers =
                InProcessServerBuilder.forName(name).directExecutor().addService(model);
        InProcessChannelBuilder channels = InProcessChannelBuilder.forName(name).directExecutor();
        installed.install(channels, servers);
        server = servers.build().start();
        channel = channels.build();
        stub = PredictionServiceGrpc.newBlockingStub(channel);
    }

    /** A question of 1 KB with one answer, which has its usage. */
    @Benchmark
    public GenerateContentResponse unary() {
        calls++;
        tokens += GrpcModel.TOKENS;
        return stub.generateContent(GrpcModel.QUESTION);
    }

    /** The same question, with {@value #CHUNKS} messages for an answer, of which the last one has the usage. */
    @Benchmark
    public int stream() {
        return stream(CHUNKS, false);
    }

    /** The same with the usage so far in each of the messages. */
    @Benchmark
    public int countedStream() {
        return stream(CHUNKS, true);
    }

    int stream(int messages, boolean counted) {
        calls++;
        tokens += GrpcModel.TOKENS;
        model.answersWith(messages, counted);
        Iterator<GenerateContentResponse> answer = stub.streamGenerateContent(GrpcModel.QUESTION);
        int seen = 0;
        while (answer.hasNext()) {
            answer.next();
            seen++;
        }
        return seen;
    }

    GrpcHooks installed() {
        return installed;
    }

    /** Each call was found, once, and what it used by who reads that. */
    @TearDown
    public void check() throws InterruptedException {
        try {
            channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            installed.check((double) calls, (double) tokens);
        } finally {
            installed.close();
        }
    }
}
