package io.unitcost.servlet.matrix;

import java.io.Closeable;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where the handlers and the clients of one run tell each other how far they are, by request. */
final class Stage {

    /** The first pass of the chain is over. */
    static final String LEFT = "left";
    /** The handler has got so far that the client may go on. */
    static final String STARTED = "started";
    /** The client is gone. */
    static final String GONE = "gone";
    /** The client has what it came for. */
    static final String READ = "read";

    private static final int PATIENCE_SECONDS = 15;

    private final Map<String, CompletableFuture<Boolean>> signals = new ConcurrentHashMap<>();
    /** Connections whose clients have gone for good without closing them. */
    final Queue<Closeable> leftOpen = new ConcurrentLinkedQueue<>();

    final Ledger ledger;
    final ExecutorService workers;

    Stage(Ledger ledger, ExecutorService workers) {
        this.ledger = ledger;
        this.workers = workers;
    }

    void tell(String id, String what) {
        signal(id, what).complete(true);
    }

    void await(String id, String what) throws Exception {
        signal(id, what).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** For what may never come. */
    void awaitBriefly(String id, String what) throws Exception {
        try {
            signal(id, what).get(1, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // it did not
        }
    }

    private CompletableFuture<Boolean> signal(String id, String what) {
        return signals.computeIfAbsent(id + ' ' + what, key -> new CompletableFuture<>());
    }
}
