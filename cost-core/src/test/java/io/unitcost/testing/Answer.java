package io.unitcost.testing;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the server answers and how it goes over the wire. Immutable: each option gives another answer, so one may be kept
 * and varied. A body is a row of pieces. Each is written and flushed by itself, as one chunk where there are chunks; each
 * is made when it is its turn, so that a body may be larger than memory.
 */
public final class Answer {

    /** How the client knows where the body ends. */
    enum Framing {
        LENGTH,
        CHUNKS,
        CLOSE
    }

    /** What a test opens to let the server go on. */
    @FunctionalInterface
    interface Gate {
        void pass() throws InterruptedException;
    }

    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<Integer, Gate> pauses = new HashMap<>();
    private int status;
    private Iterable<byte[]> body;
    private Framing framing;
    private boolean zipped;
    private int pieceSize;
    private long cutAfter = Long.MAX_VALUE;
    private Cut cut = Cut.FIN;
    private @Nullable Cut dropped;
    private @Nullable Gate delay;

    private Answer(int status, Iterable<byte[]> body, Framing framing) {
        this.status = status;
        this.body = body;
        this.framing = framing;
    }

    private Answer(Answer other) {
        this(other.status, other.body, other.framing);
        headers.putAll(other.headers);
        pauses.putAll(other.pauses);
        zipped = other.zipped;
        pieceSize = other.pieceSize;
        cutAfter = other.cutAfter;
        cut = other.cut;
        dropped = other.dropped;
        delay = other.delay;
    }

    /** An answer without a body. */
    public static Answer empty(int status) {
        return new Answer(status, List.of(), Framing.LENGTH);
    }

    /** One piece of {@code application/json} with its length. */
    public static Answer json(int status, String text) {
        return body(status, "application/json", utf8(text));
    }

    /** One piece with its length. */
    public static Answer body(int status, String contentType, byte[] bytes) {
        return pieces(status, contentType, List.of(bytes.clone())).contentLength();
    }

    /**
     * Pieces in chunks.
     *
     * @param pieces gone through once for each time the answer is given, once more where the length must be known before;
     *     an empty piece is not sent
     */
    public static Answer pieces(int status, String contentType, Iterable<byte[]> pieces) {
        return new Answer(status, pieces, Framing.CHUNKS).header("Content-Type", contentType);
    }

    /**
     * Server-sent events in chunks, a piece each.
     *
     * @param events the data of each, such as {@code {"id":1}} or {@code [DONE]}; what starts with {@code event:},
     *     {@code data:}, {@code id:}, {@code retry:} or {@code :} is sent as it is
     */
    public static Answer events(String... events) {
        return pieces(
                200,
                "text/event-stream; charset=utf-8",
                Arrays.stream(events).map(Answer::event).map(Answer::utf8).toList());
    }

    /** Lines of JSON in chunks, a piece each. */
    public static Answer lines(String... lines) {
        return pieces(
                200,
                "application/x-ndjson",
                Arrays.stream(lines).map(line -> utf8(line + "\n")).toList());
    }

    public Answer status(int code) {
        return with(answer -> answer.status = code);
    }

    /**
     * Sets a header. {@code Connection: close} is also done; a {@code Content-Length} is sent as given, right or wrong.
     */
    public Answer header(String name, String value) {
        return with(answer -> answer.headers.put(name, value));
    }

    /** When to try again, in seconds. */
    public Answer retryAfter(long seconds) {
        return header("Retry-After", Long.toString(seconds));
    }

    /** When to try again, in milliseconds, as the providers' own clients understand; for tests that retry at once. */
    public Answer retryAfterMillis(long millis) {
        return header("retry-after-ms", Long.toString(millis));
    }

    /** Sends the client elsewhere: a {@code Location}, with 307 unless the status is a redirect already. */
    public Answer redirectTo(URI uri) {
        return header("Location", uri.toString()).status(status / 100 == 3 ? status : 307);
    }

    /** The body in chunks, one for each piece. */
    public Answer chunked() {
        return with(answer -> answer.framing = Framing.CHUNKS);
    }

    /** The body with its length before it. */
    public Answer contentLength() {
        return with(answer -> answer.framing = Framing.LENGTH);
    }

    /** The body ends where the connection does. */
    public Answer untilClose() {
        return with(answer -> answer.framing = Framing.CLOSE);
    }

    /** The body compressed, whatever the client accepts; each piece can be inflated when it arrives. */
    public Answer gzip() {
        return with(answer -> answer.zipped = true).header("Content-Encoding", "gzip");
    }

    /** The bytes of the body, compressed or not, this many at a time, whatever the pieces were. */
    public Answer inPiecesOf(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("size is " + size + ": give at least 1");
        }
        return with(answer -> answer.pieceSize = size);
    }

    /**
     * Waits before a piece.
     *
     * @param index counts the pieces as they are sent, from 0: there the client has the head and nothing of the body; at
     *     the number of pieces it has all of the body but not its end
     */
    public Answer pausedBefore(int index, CountDownLatch gate) {
        return with(answer -> answer.pauses.put(index, gate::await));
    }

    /** Waits before a piece, until the future is completed, in whichever way. */
    public Answer pausedBefore(int index, CompletableFuture<?> gate) {
        return with(answer -> answer.pauses.put(index, gateOf(gate)));
    }

    /** Waits before the first byte of the answer. */
    public Answer delayed(CountDownLatch gate) {
        return with(answer -> answer.delay = gate::await);
    }

    /** Waits before the first byte of the answer, until the future is completed, in whichever way. */
    public Answer delayed(CompletableFuture<?> gate) {
        return with(answer -> answer.delay = gateOf(gate));
    }

    /** Never answers; the connection stays open until the client or the server closes. */
    public Answer hang() {
        return delayed(new CountDownLatch(1));
    }

    /**
     * Leaves after some bytes of the body as sent (compressed, if it is; chunk sizes do not count). Within a piece that is
     * in the middle of its chunk. At the end of a piece it is after a whole chunk, and after the pause of the next piece.
     * At the length of the body it is before the end of the chunks. Beyond it nothing is cut.
     */
    public Answer cutAfter(long bytes, Cut how) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes is " + bytes + ": give 0 or more; dropped(...) sends no head");
        }
        return with(answer -> {
            answer.cutAfter = bytes;
            answer.cut = how;
        });
    }

    /** Leaves without a byte of an answer. */
    public Answer dropped(Cut how) {
        return with(answer -> answer.dropped = how);
    }

    /** The bytes of the first so many pieces of the body, as they are sent. */
    public int length(int pieces) {
        int length = 0;
        Iterator<byte[]> wire = wire().iterator();
        for (int i = 0; i < pieces; i++) {
            length += wire.next().length;
        }
        return length;
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    Framing framing() {
        return framing;
    }

    /** The body as it is sent. */
    Iterable<byte[]> wire() {
        Iterable<byte[]> wire = zipped ? Pieces.zipped(body) : body;
        return pieceSize > 0 ? Pieces.sliced(wire, pieceSize) : wire;
    }

    long cutAfter() {
        return cutAfter;
    }

    Cut cut() {
        return cut;
    }

    @Nullable
    Cut dropped() {
        return dropped;
    }

    void waitToStart() throws InterruptedException {
        if (delay != null) {
            delay.pass();
        }
    }

    void waitBefore(int index) throws InterruptedException {
        Gate gate = pauses.get(index);
        if (gate != null) {
            gate.pass();
        }
    }

    private Answer with(Consumer<Answer> change) {
        Answer changed = new Answer(this);
        change.accept(changed);
        return changed;
    }

    private static Gate gateOf(CompletableFuture<?> future) {
        return () -> {
            CountDownLatch done = new CountDownLatch(1);
            future.whenComplete((value, failure) -> done.countDown());
            done.await();
        };
    }

    private static String event(String text) {
        boolean whole = text.matches("(?s)(event|data|id|retry)?:.*");
        return (whole ? text : "data: " + text.replace("\n", "\ndata: ")).stripTrailing() + "\n\n";
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
