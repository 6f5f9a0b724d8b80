package io.unitcost.http;

import io.unitcost.CostMeter.Site;
import io.unitcost.Scope;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a hook between an SDK and its transport does, whichever SDK it is: every request is a try, on the account of the
 * calling thread or of the wrapped client that has named itself in a header. Hooks further in are told to leave it alone.
 *
 * @param <Q> the SDK's request
 * @param <R> the SDK's response, to be closed
 */
abstract class SdkTransport<Q, R extends AutoCloseable> {

    private final HttpCosts costs;

    SdkTransport(HttpCosts costs) {
        this.costs = costs;
        costs.handovers().takesOut();
    }

    abstract String method(Q request);

    abstract String url(Q request);

    abstract @Nullable String header(Q request, String name);

    /** The request without what only hooks know, and with its body seen as it goes out if there is a try. */
    abstract Q outgoing(Q request, @Nullable SdkTry attempt);

    abstract int status(R response);

    abstract @Nullable String answerHeader(R response, String name);

    /** The response with its body seen as it comes. */
    abstract R seen(R response, SdkTry attempt);

    final R execute(Q request, Function<Q, R> transport) {
        SdkTry attempt = begin(request);
        if (attempt == null) {
            return transport.apply(prepared(request, null));
        }
        R response;
        try (Scope inside = Caller.metering()) {
            response = transport.apply(prepared(request, attempt));
        } catch (Throwable failure) {
            broke(attempt, failure);
            throw failure;
        }
        return answered(response, attempt);
    }

    final CompletableFuture<R> executeAsync(Q request, Function<Q, CompletableFuture<R>> transport) {
        SdkTry attempt = begin(request);
        if (attempt == null) {
            return transport.apply(prepared(request, null));
        }
        CompletableFuture<R> future;
        try (Scope inside = Caller.metering()) {
            future = transport.apply(prepared(request, attempt));
        } catch (Throwable failure) {
            broke(attempt, failure);
            throw failure;
        }
        return passedOn(future, attempt);
    }

    /** The caller's future: cancelling it cancels the transport's, and an answer that nobody takes is closed, as without. */
    @SuppressWarnings("FutureReturnValueIgnored") // what they do is all that is wanted
    private CompletableFuture<R> passedOn(CompletableFuture<R> future, SdkTry attempt) {
        CompletableFuture<R> result = new CompletableFuture<>();
        future.whenComplete((response, failure) -> {
            if (failure != null) {
                broke(attempt, failure);
                result.completeExceptionally(failure);
                return;
            }
            R answer = answered(response, attempt);
            if (!result.complete(answer)) {
                close(answer);
            }
        });
        result.whenComplete((response, failure) -> {
            if (result.isCancelled()) {
                future.cancel(true);
            }
        });
        return result;
    }

    private @Nullable SdkTry begin(Q request) {
        try {
            String method = method(request);
            return !method.equals("POST") && header(request, Handovers.HEADER) == null
                    ? null
                    : SdkTry.begin(
                            costs, method, URI.create(url(request)), name -> header(request, name), Caller.current());
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
            return null;
        }
    }

    private Q prepared(Q request, @Nullable SdkTry attempt) {
        try {
            return attempt == null && header(request, Handovers.HEADER) == null ? request : outgoing(request, attempt);
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
            return request;
        }
    }

    private R answered(R response, SdkTry attempt) {
        try {
            attempt.answered(status(response), name -> answerHeader(response, name));
            return seen(response, attempt);
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
            attempt.ended();
            return response;
        }
    }

    private static void broke(SdkTry attempt, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        if (cause instanceof CancellationException || cause instanceof InterruptedException) {
            attempt.cancelled();
        } else {
            attempt.failed(cause);
        }
    }

    private static void close(AutoCloseable answer) {
        try {
            answer.close();
        } catch (Exception e) {
            throw new CompletionException(e); // where the SDK's own close would have thrown
        }
    }
}
