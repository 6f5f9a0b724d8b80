package io.unitcost.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
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
 * The same filters in a real container, without a network: Jetty's connector for requests from its own process. It parses
 * the request and makes the bytes of the response on another thread, so that wall time is what there is; it says how much of
 * a request a filter is, and not how many nanoseconds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-Xbatch"})
public class JettyFilterBenchmark {

    /** Which filter is in front; {@code pass} does nothing. */
    @Param({"off", "pass", "costs", "costsServing", "brave", "spring"})
    String filter = "off";

    private final Filters filters = new Filters();
    private final Server server = new Server();
    private final LocalConnector connector = new LocalConnector(server);
    private ByteBuffer plain = ByteBuffer.allocate(0);
    private ByteBuffer stream = ByteBuffer.allocate(0);

    @Setup
    public void start() throws Exception {
        FilterServer.install(server, connector, filters);
        server.start();
        plain = request("plain");
        stream = request("stream");
    }

    private ByteBuffer request(String what) {
        String text = "GET /" + filter + "/" + what + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
    }

    @TearDown
    public void stop() throws Exception {
        server.stop();
        filters.close();
        if (filters.errors() > 0) {
            throw new IllegalStateException("metering failed");
        }
    }

    /** A request that is answered with 62 bytes of JSON in one piece. */
    @Benchmark
    public int plain() throws Exception {
        return connector.getResponse(plain.duplicate()).remaining();
    }

    /** A request that is answered with 100 events of about 210 bytes, each flushed. */
    @Benchmark
    public int stream() throws Exception {
        return connector.getResponse(stream.duplicate()).remaining();
    }

    Filters filters() {
        return filters;
    }
}
