package io.unitcost.http;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** The caller's body handler, with an eye on what passes. */
record JdkBody<T>(BodyHandler<T> handler, HttpAttempt attempt) implements BodyHandler<T> {

    @Override
    public BodySubscriber<T> apply(ResponseInfo info) {
        attempt.answered(
                info.statusCode(), name -> info.headers().firstValue(name).orElse(null));
        return new Seen<>(handler.apply(info), attempt);
    }

    private record Seen<T>(BodySubscriber<T> body, HttpAttempt attempt) implements BodySubscriber<T> {

        @Override
        public CompletionStage<T> getBody() {
            return body.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            body.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    subscription.request(n);
                }

                @Override
                public void cancel() {
                    attempt.cancelled();
                    subscription.cancel();
                }
            });
        }

        /** Looks first: whoever gets the buffers may empty them. */
        @Override
        public void onNext(List<ByteBuffer> pieces) {
            for (int i = 0; i < pieces.size(); i++) {
                attempt.read(pieces.get(i));
            }
            body.onNext(pieces);
        }

        /** Before the caller hears of it, so that what it cost is known when the call returns. */
        @Override
        public void onError(Throwable failure) {
            attempt.failed(failure);
            body.onError(failure);
        }

        @Override
        public void onComplete() {
            attempt.ended();
            body.onComplete();
        }
    }
}
