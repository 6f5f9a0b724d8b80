package io.unitcost.benchmarks;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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
 * What a filter takes of a request, without a container: the variants do the same, with one filter each in front. What is
 * left after taking away {@code none} is the filter's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-Xbatch"})
public class FilterBenchmark {

    static final int CHUNKS = 100;

    /** The first events of a chat stream, and those at its end which have its usage. */
    static final byte[][] STREAM = events();

    static final byte[] ANSWER = UsageAnswers.body();
    static final byte[] PLAIN = "{\"status\":\"ok\",\"version\":\"2026-11-21\",\"instance\":\"chat-7f9c\"}"
            .getBytes(StandardCharsets.UTF_8);

    /** Which filter is in front. */
    @Param({"none", "costs", "costsServing", "costsTelling", "brave", "spring"})
    String filter = "none";

    private final Exchange exchange = new Exchange();
    private final FilterChain plain =
            (request, response) -> response.getOutputStream().write(PLAIN, 0, PLAIN.length);
    private final FilterChain answer =
            (request, response) -> response.getOutputStream().write(ANSWER, 0, ANSWER.length);
    private final FilterChain stream = (request, response) -> {
        ServletOutputStream out = response.getOutputStream();
        for (byte[] event : STREAM) {
            out.write(event, 0, event.length);
            out.flush();
        }
    };

    private Filters filters;
    private Filter installed;
    private long requests;

    private static byte[][] events() {
        byte[][] all = UsageAnswers.chat();
        byte[][] some = Arrays.copyOf(all, CHUNKS);
        some[CHUNKS - 2] = all[all.length - 2];
        some[CHUNKS - 1] = all[all.length - 1];
        return some;
    }

    @Setup
    public void start() {
        filters = new Filters();
        installed = switch (filter) {
            case "none" -> (request, response, chain) -> chain.doFilter(request, response);
            case "costs" -> filters.costs();
            case "costsServing" -> filters.costsServing();
            case "costsTelling" -> filters.costsTelling();
            case "brave" -> filters.brave();
            case "spring" -> filters.spring();
            default -> throw new IllegalArgumentException(filter);
        };
    }

    /** A request that is answered with 62 bytes of JSON in one piece. */
    @Benchmark
    public long plain() throws IOException, ServletException {
        return pass(plain);
    }

    /** A request that is answered with a chat completion of 3 KB in one piece. */
    @Benchmark
    public long answer() throws IOException, ServletException {
        return pass(answer);
    }

    /** A request that is answered with {@value #CHUNKS} events of about 210 bytes, each flushed. */
    @Benchmark
    public long stream() throws IOException, ServletException {
        return pass(stream);
    }

    long pass(FilterChain chain) throws IOException, ServletException {
        exchange.recycle();
        installed.doFilter(exchange.request(), exchange.response(), chain);
        requests++;
        return exchange.written();
    }

    Exchange exchange() {
        return exchange;
    }

    Filters filters() {
        return filters;
    }

    /** Each request was found by the filter, once. */
    @TearDown
    public void check() {
        double found =
                switch (filter) {
                    case "none" -> requests;
                    case "brave" -> filters.spans();
                    case "spring" -> filters.observations();
                    default -> filters.requests();
                };
        filters.close();
        if (requests == 0 || found != requests || filters.errors() > 0) {
            throw new IllegalStateException(
                    filter + " found " + found + " of " + requests + " requests, with " + filters.errors() + " errors");
        }
    }
}
