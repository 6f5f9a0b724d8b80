package io.unitcost.http;

import io.unitcost.Scope;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientResponse;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/**
 * An exchange as whoever has subscribed to it sees it. What runs from here on is the application's again, even if the client
 * answers on the thread that sends.
 */
final class WebClientExchange implements CoreSubscriber<ClientResponse>, Subscription {

    private final CoreSubscriber<? super ClientResponse> subscriber;
    private final SdkTry attempt;

    @SuppressWarnings("NullAway.Init") // by the source, before anything else
    private Subscription subscription;

    private volatile boolean answered;

    WebClientExchange(CoreSubscriber<? super ClientResponse> subscriber, SdkTry attempt) {
        this.subscriber = subscriber;
        this.attempt = attempt;
    }

    @Override
    public Context currentContext() {
        return subscriber.currentContext();
    }

    @Override
    public void onSubscribe(Subscription source) {
        subscription = source;
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        subscription.request(n);
    }

    /** With the answer at hand its body tells how that ends: an operator that wants no more than the head cancels, too. */
    @Override
    public void cancel() {
        if (!answered) {
            attempt.cancelled();
        }
        subscription.cancel();
    }

    @Override
    public void onNext(ClientResponse response) {
        answered = true;
        ClientResponse seen = seen(response);
        try (Scope outside = Caller.outside()) {
            subscriber.onNext(seen);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (Failures.isUnconnected(failure)) {
            attempt.unsent();
        }
        attempt.failed(failure);
        try (Scope outside = Caller.outside()) {
            subscriber.onError(failure);
        }
    }

    @Override
    public void onComplete() {
        if (!answered) {
            attempt.cancelled(); // by a filter that asked nobody
        }
        try (Scope outside = Caller.outside()) {
            subscriber.onComplete();
        }
    }

    /** The body as it came from the client, whatever codecs there are. */
    private ClientResponse seen(ClientResponse response) {
        try {
            attempt.answered(
                    response.statusCode().value(),
                    name -> response.headers().asHttpHeaders().getFirst(name));
            Body body = new Body(attempt);
            attempt.watch(body);
            return response.mutate()
                    .body(decoded -> body.seen(response.body(BodyExtractors.toDataBuffers())))
                    .build();
        } catch (Throwable failure) {
            attempt.report(failure);
            attempt.ended();
            return response;
        }
    }

    /** What every reader of the body holds. */
    private record Body(SdkTry attempt) {

        Flux<DataBuffer> seen(Flux<DataBuffer> body) {
            return body.doOnNext(this::look)
                    .doOnComplete(attempt::ended)
                    .doOnError(this::failed)
                    .doOnCancel(this::cancelled);
        }

        private void look(DataBuffer piece) {
            try (DataBuffer.ByteBufferIterator bytes = piece.readableByteBuffers()) {
                while (bytes.hasNext()) {
                    attempt.read(bytes.next());
                }
            } catch (Throwable failure) {
                attempt.report(failure);
            }
        }

        private void failed(Throwable failure) {
            attempt.failed(failure);
        }

        private void cancelled() {
            attempt.closed();
        }
    }
}
