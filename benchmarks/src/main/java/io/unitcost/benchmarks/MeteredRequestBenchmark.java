package io.unitcost.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.ai.chat.model.ChatResponse;

/**
 * One metered request: what the library adds to it, beside the least its meters can cost and beside what observing the
 * same request costs elsewhere. Everything in one class, so that one run gives the ratios.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-Xbatch"})
public class MeteredRequestBenchmark {

    /** The same meters, found beforehand and updated by hand. */
    @Benchmark
    public void floor(Turn turn, Floor floor) {
        floor.request(turn.next());
    }

    /** Open, one call with one attempt, end, meters. */
    @Benchmark
    public void unitcost(Turn turn, Metered metered) {
        Traffic.Series series = turn.next();
        metered.request(series.feature(), series.model());
    }

    /** As above, with a model name that was just read from an answer. */
    @Benchmark
    public void unitcostFreshModel(Turn turn, Metered metered) {
        Traffic.Series series = turn.next();
        metered.request(series.feature(), series.freshModel());
    }

    /** The request is current on its thread; whoever calls the model finds it there. */
    @Benchmark
    public void unitcostWithScope(Turn turn, Metered metered) {
        Traffic.Series series = turn.next();
        metered.requestWithScope(series.feature(), series.model());
    }

    /** With scope, through a transport hook that knows the answer's id; making the id is part of it. */
    @Benchmark
    public void unitcostThroughTransport(Turn turn, Metered metered) {
        Traffic.Series series = turn.next();
        metered.requestThroughTransport(series.feature(), series.model(), turn.responseId());
    }

    /** The library without its meters. */
    @Benchmark
    public void unitcostWithoutMeters(Turn turn, Accounted accounted) {
        accounted.request(turn.next());
    }

    /** As the second row, on capacity of one's own. */
    @Benchmark
    public void unitcostOnPool(Turn turn, Pooled pooled) {
        pooled.request(turn.next());
    }

    /** Micrometer's Observation of the request. */
    @Benchmark
    public void observation(Turn turn, Observed observed) {
        observed.request(turn.next());
    }

    /** Spring AI's observation of the chat call. */
    @Benchmark
    public ChatResponse springAi(Turn turn, Chats chats, SpringAi spring) {
        return spring.request(chats.of(turn.next()));
    }

    /** The chat call of the row above without observation: what is to be taken off it. */
    @Benchmark
    public ChatResponse springAiBareCall(Turn turn, Chats chats) {
        return chats.of(turn.next()).call();
    }
}
