package io.unitcost.grpc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grpc.Status;
import io.unitcost.CallMeter;
import io.unitcost.RequestMeter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls that have failed in a way that libraries above the channel try again: three calls for one wish, which no header
 * connects. The next one is the same call if it is of the same method and has an equal message on the same account; or, where
 * it comes on a thread without an account, as from the clients of Google, if it has the very same message. Of a message a
 * hash is kept, and a reference that holds nothing. Thread-safe.
 */
final class CallRetries {

    private static final Set<Status.Code> TRIED_AGAIN = EnumSet.of(
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.ABORTED,
            Status.Code.INTERNAL,
            Status.Code.UNKNOWN);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(2);
    private static final int MOST = 10_000;

    private final Cache<Key, Failed> byAccount;
    /** Messages are compared by identity here. */
    private final Cache<Object, Failed> byMessage;

    /** Accounts are compared by identity. */
    private record Key(RequestMeter request, String method) {}

    private record Failed(CallMeter call, Key key, int question) {}

    CallRetries(LongSupplier ticker) {
        byAccount = cache(ticker).build();
        byMessage = cache(ticker).weakKeys().build();
    }

    private static Caffeine<Object, Object> cache(LongSupplier ticker) {
        return Caffeine.newBuilder()
                .ticker(ticker::getAsLong)
                .expireAfterWrite(LONGEST_BACK_OFF)
                .maximumSize(MOST)
                .executor(Runnable::run);
    }

    /** The call that this message is another try of, open again; {@code null} if it is a new one. */
    @Nullable
    CallMeter resume(RequestMeter request, String method, Object question) {
        if (byAccount.estimatedSize() == 0) {
            return null;
        }
        Failed last = request.isAttributed()
                ? byAccount.getIfPresent(new Key(request, method))
                : byMessage.getIfPresent(question);
        if (last == null
                || !last.key().method().equals(method)
                || last.question() != question.hashCode()
                || !byAccount.asMap().remove(last.key(), last)) {
            return null;
        }
        last.call().resume();
        return last.call();
    }

    /**
     * A call ends; whether another one goes on with it, will be seen.
     *
     * @param call not joined: who owns a call from above knows its tries
     */
    void ended(CallMeter call, String method, @Nullable Object question, Status status) {
        RequestMeter request = call.request();
        if (question != null && TRIED_AGAIN.contains(status.getCode()) && !call.isJoined() && request.isAttributed()) {
            Key key = new Key(request, method);
            Failed failed = new Failed(call, key, question.hashCode());
            byAccount.put(key, failed);
            byMessage.put(question, failed);
        }
    }
}
