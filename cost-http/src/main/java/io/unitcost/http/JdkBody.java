package io.unitcost.http;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The caller's body handler, with an eye on what passes and on how it ends. */
final class JdkBody<T> implements BodyHandler<T> {

    private final BodyHandler<T> handler;
    private final HttpAttempt attempt;
    private volatile boolean returned;
    private volatile @Nullable Throwable broken;

    JdkBody(BodyHandler<T> handler, HttpAttempt attempt) {
        this.handler = handler;
        this.attempt = attempt;
    }

    @Override
    public BodySubscriber<T> apply(ResponseInfo info) {
        attempt.answered(
                info.statusCode(), name -> info.headers().firstValue(name).orElse(null));
        BodySubscriber<T> body = handler.apply(info);
        return body == null ? body : new Seen(body);
    }

    /** The caller has the response; its body may still come. */
    void returned() {
        returned = true;
        if (broken != null) {
            attempt.failed(broken);
        } else if (!attempt.isAnswered()) {
            attempt.cancelled(); // by a client that asked nobody, such as one with a cache
        }
    }

    /** The caller has an exception instead. */
    void thrown(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof CancellationException || cause instanceof InterruptedException) {
            attempt.cancelled();
        } else {
            attempt.failed(cause);
        }
    }

    private final class Seen implements BodySubscriber<T> {

        private final BodySubscriber<T> body;

        Seen(BodySubscriber<T> body) {
            this.body = body;
        }

        @Override
        public CompletionStage<T> getBody() {
            return body.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            body.onSubscribe(subscription == null ? null : new SeenSubscription(subscription, attempt));
        }

        /** Looks first: whoever gets the buffers may empty them. */
        @Override
        public void onNext(List<ByteBuffer> pieces) {
            for (int i = 0; i < pieces.size(); i++) {
                attempt.read(pieces.get(i));
            }
            body.onNext(pieces);
        }

        /** Why it broke the caller will be told; here, a call that was cancelled looks like a connection that was lost. */
        @Override
        public void onError(Throwable failure) {
            broken = failure;
            if (returned) {
                attempt.failed(failure);
            }
            body.onError(failure);
        }

        /** Before the caller hears of it, so that what it cost is known when the call returns. */
        @Override
        public void onComplete() {
            attempt.ended();
            body.onComplete();
        }
    }

    private record SeenSubscription(Flow.Subscription subscription, HttpAttempt attempt) implements Flow.Subscription {

        @Override
        public void request(long n) {
            subscription.request(n);
        }

        @Override
        public void cancel() {
            attempt.cancelled();
            subscription.cancel();
        }
    }
}
