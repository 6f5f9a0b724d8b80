package io.unitcost.http;

import io.unitcost.Scope;
import io.unitcost.usage.RequestReader;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpRequestDecorator;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.client.ClientRequest;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** A request whose body is seen as it is written. */
final class WebClientRequest extends ClientHttpRequestDecorator {

    private static final String METERED = "io.unitcost.http.metered";
    /** A body that is larger than this is not changed. */
    private static final int LARGEST = 4 << 20;

    private final SdkTry attempt;

    private WebClientRequest(ClientHttpRequest request, SdkTry attempt) {
        super(request);
        this.attempt = attempt;
    }

    /** Whether a filter further out meters this request. */
    static boolean isMetered(ClientRequest request) {
        return request.attributes().containsKey(METERED);
    }

    /** The request with a body that tells the attempt what goes out. */
    static ClientRequest metered(ClientRequest request, SdkTry attempt) {
        BodyInserter<?, ? super ClientHttpRequest> body = request.body();
        return ClientRequest.from(request)
                .attribute(METERED, true)
                .body((message, context) -> body.insert(new WebClientRequest(message, attempt), context)
                        .transform(Operators.<Void, Void>lift((source, subscriber) -> new Written<>(subscriber))))
                .build();
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        if (!(body instanceof Mono<? extends DataBuffer> single)) {
            return super.writeWith(seen(Flux.from(body)));
        }
        // clients send a body that is a Mono with its length
        return attempt.mayAskForUsage() ? asking(single) : super.writeWith(seen(single));
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return super.writeAndFlushWith(
                Flux.from(body).doOnSubscribe(this::sending).map(piece -> Flux.from(piece)
                        .doOnNext(this::look)));
    }

    private Flux<? extends DataBuffer> seen(Flux<? extends DataBuffer> body) {
        return body.doOnSubscribe(this::sending).doOnNext(this::look);
    }

    private Mono<? extends DataBuffer> seen(Mono<? extends DataBuffer> body) {
        return body.doOnSubscribe(this::sending).doOnNext(this::look);
    }

    private void sending(Subscription ignored) {
        attempt.sending();
    }

    private void look(DataBuffer piece) {
        try (DataBuffer.ByteBufferIterator bytes = piece.readableByteBuffers()) {
            while (bytes.hasNext()) {
                attempt.sent(bytes.next());
            }
        } catch (Throwable failure) {
            attempt.report(failure);
        }
    }

    /** The length is a header, and so has to be known before anything is written. */
    private Mono<Void> asking(Mono<? extends DataBuffer> body) {
        return body.<Optional<DataBuffer>>map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(all -> super.writeWith(seen(Mono.justOrEmpty(all.map(this::asked)))
                        .doOnDiscard(DataBuffer.class, DataBufferUtils::release)));
    }

    /** The same buffer, or one that asks for usage in its place. */
    private DataBuffer asked(DataBuffer body) {
        try {
            int length = body.readableByteCount();
            if (length > LARGEST) {
                return body;
            }
            byte[] bytes = new byte[length];
            body.toByteBuffer(ByteBuffer.wrap(bytes));
            RequestReader reader = RequestReader.create();
            reader.read(bytes, 0, length);
            byte[] asking = attempt.lacksUsageInStream(reader.report()) ? StreamUsage.askedIn(bytes) : bytes;
            if (asking.length == length) {
                return body;
            }
            DataBuffer changed = bufferFactory().wrap(asking);
            if (getHeaders().containsHeader(HttpHeaders.CONTENT_LENGTH)) {
                getHeaders().setContentLength(asking.length);
            }
            DataBufferUtils.release(body);
            return changed;
        } catch (Throwable failure) {
            attempt.report(failure);
            return body;
        }
    }

    /** Clients send when the request is written, on the thread that says so: hooks below leave the attempt to this one. */
    private record Written<T>(CoreSubscriber<? super T> subscriber) implements CoreSubscriber<T> {

        @Override
        public Context currentContext() {
            return subscriber.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(T nothing) {
            subscriber.onNext(nothing);
        }

        @Override
        public void onError(Throwable failure) {
            subscriber.onError(failure);
        }

        @Override
        public void onComplete() {
            try (Scope inside = Caller.metering()) {
                subscriber.onComplete();
            }
        }
    }
}
