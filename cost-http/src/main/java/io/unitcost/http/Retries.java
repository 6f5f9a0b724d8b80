package io.unitcost.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import io.unitcost.CallMeter;
import io.unitcost.RequestMeter;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose attempt has failed and whose client will try again as another request: the SDKs that number their tries.
 * The next number to the same address on the same account goes on with the call. Bounded; a try that does not come ends the
 * call.
 *
 * <p>Two calls of one account that fail at once at the same address may swap their next tries. Each still has as many, and
 * the sums are the same.
 */
final class Retries {

    private static final int MOST = 10_000;
    /** What SDKs wait at most without being told, and a little for the connection. */
    private static final Duration USUAL_WAIT = Duration.ofSeconds(15);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final Cache<Key, Waiting> waiting;

    /** The account's identity, where and the number of the try that is awaited. */
    private record Key(@Nullable RequestMeter account, String address, int number) {}

    private record Waiting(ConcurrentLinkedDeque<CallMeter> calls, Duration longest) {}

    Retries() {
        this(Ticker.systemTicker(), Scheduler.systemScheduler());
    }

    Retries(Ticker ticker, Scheduler scheduler) {
        this.waiting = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfter(Expiry.<Key, Waiting>writing((key, value) -> value.longest()))
                .ticker(ticker)
                .scheduler(scheduler)
                .executor(Runnable::run)
                .<Key, Waiting>evictionListener((key, value, cause) -> expire(value, cause))
                .build();
    }

    /**
     * The client may try again. The call of an account that is open elsewhere does not keep it open meanwhile: whoever waits
     * for the retry keeps it open too.
     *
     * @param number of the try that failed, from 0
     * @param retryAfter how long the server said to wait, {@code null} when it did not
     */
    void await(CallMeter call, boolean ownsCall, String address, int number, @Nullable Duration retryAfter) {
        Key key = key(call.request(), address, number + 1);
        Duration wait = retryAfter == null ? USUAL_WAIT : USUAL_WAIT.plus(retryAfter);
        Duration longest = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        waiting.asMap().compute(key, (same, before) -> {
            Waiting now = new Waiting(before == null ? new ConcurrentLinkedDeque<>() : before.calls(), longest);
            now.calls().addLast(call);
            return now;
        });
        if (ownsCall && call.request().isAttributed()) {
            call.end();
        }
    }

    /**
     * The call that this try belongs to, open again; {@code null} if none waits for it.
     *
     * @param number of the try, from 0
     */
    @Nullable
    CallMeter resume(RequestMeter account, String address, int number) {
        if (number <= 0) {
            return null;
        }
        Key key = key(account, address, number);
        CallMeter[] found = new CallMeter[1];
        waiting.asMap().computeIfPresent(key, (same, now) -> {
            found[0] = now.calls().pollFirst();
            return now.calls().isEmpty() ? null : now;
        });
        if (found[0] != null) {
            found[0].resume();
        }
        return found[0];
    }

    /** Ends what has waited too long, which otherwise happens by itself. */
    void clean() {
        waiting.cleanUp();
    }

    private void expire(@Nullable Waiting expired, RemovalCause cause) {
        if (expired != null && cause.wasEvicted()) {
            expired.calls().forEach(CallMeter::end);
        }
    }

    /** All usage without a request is one account here: nothing on the next thread tells them apart. */
    private static Key key(RequestMeter account, String address, int number) {
        return new Key(account.isAttributed() ? account : null, address, number);
    }
}
