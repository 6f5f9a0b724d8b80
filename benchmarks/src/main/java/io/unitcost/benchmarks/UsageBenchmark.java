package io.unitcost.benchmarks;

import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.UsageReader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read usage from an answer as it passes, beside the least that anyone who looks at it can do, which is to
 * copy it, and beside a JSON parser. What reads answers with the sum of the tokens, what copies with the bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-Xbatch"})
public class UsageBenchmark {

    private final byte[] body = UsageAnswers.body();
    private final byte[] indentedBody = UsageAnswers.indentedBody();
    private final byte[][] chat = UsageAnswers.chat();
    private final byte[][] responses = UsageAnswers.responses();
    private final UsagePeers peers = new UsagePeers();

    private final UsageReader chatReader = UsageReader.create();
    private final UsageReader responsesReader = UsageReader.create();
    private int turn;

    /** A reader, a body of 3 KB, its report. */
    @Benchmark
    public long body() {
        return read(body);
    }

    /** The same with a line for each member. */
    @Benchmark
    public long bodyIndented() {
        return read(indentedBody);
    }

    @Benchmark
    public long bodyCopy() {
        return peers.copy(body).length;
    }

    /** Jackson's streaming parser, which skips everything but the usage. */
    @Benchmark
    public long bodyJackson() {
        return peers.usageByParser(body, 0, body.length);
    }

    @Benchmark
    public long bodyJacksonTree() {
        return peers.usageByTree(body);
    }

    /** A reader, 300 events of 60 KB in all, its report. */
    @Benchmark
    public long stream() {
        return read(chat);
    }

    @Benchmark
    public long streamCopy() {
        return peers.copy(chat).length;
    }

    /** Keeps the last 4 KB and looks for the usage in them at the end: enough for OpenAI, not for Anthropic. */
    @Benchmark
    public long streamTail() {
        return peers.usageInTail(chat);
    }

    /** Jackson's streaming parser on each event. */
    @Benchmark
    public long streamJackson() {
        return peers.usageByParser(chat);
    }

    /** One event of 200 bytes without usage, of a stream that goes on and on. */
    @Benchmark
    public void chunk() {
        byte[] event = chat[next()];
        chatReader.read(event, 0, event.length);
    }

    /** The same of OpenAI's responses, where each event has another number in front. */
    @Benchmark
    public void chunkOfResponses() {
        byte[] event = responses[next()];
        responsesReader.read(event, 0, event.length);
    }

    @Benchmark
    public int chunkCopy() {
        return peers.copyAside(chat[next()]);
    }

    @Benchmark
    public long chunkJackson() {
        byte[] event = chat[next()];
        return peers.usageByParser(event, UsagePeers.DATA, event.length);
    }

    /** How many characters the two readers that go on and on have seen. */
    long characters() {
        return chatReader.report().volume().characters()
                + responsesReader.report().volume().characters();
    }

    boolean hasUsage() {
        return chatReader.report().hasUsage() || responsesReader.report().hasUsage();
    }

    private static long read(byte[] body) {
        UsageReader reader = UsageReader.create();
        reader.read(body, 0, body.length);
        return tokens(reader);
    }

    private static long read(byte[][] events) {
        UsageReader reader = UsageReader.create();
        for (byte[] event : events) {
            reader.read(event, 0, event.length);
        }
        return tokens(reader);
    }

    private static long tokens(UsageReader reader) {
        Usage usage = reader.report().usage();
        return usage.count(Unit.INPUT_TOKENS) + usage.count(Unit.OUTPUT_TOKENS);
    }

    /** The last two events are usage and the end. */
    private int next() {
        turn = turn == UsageAnswers.EVENTS - 3 ? 0 : turn + 1;
        return turn;
    }
}
