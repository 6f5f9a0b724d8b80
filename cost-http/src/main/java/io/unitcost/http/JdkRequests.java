package io.unitcost.http;

import io.unitcost.usage.RequestReader;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Requests whose body is seen as it goes out. */
final class JdkRequests {

    /** A body that is larger than this is not held to be changed. */
    private static final long LARGEST = 4 << 20;

    private JdkRequests() {}

    /** The request without what only hooks know. */
    static HttpRequest plain(HttpRequest request) {
        return request == null || request.headers().firstValue(Handovers.HEADER).isEmpty()
                ? request
                : HttpRequest.newBuilder(request, (name, value) -> !name.equalsIgnoreCase(Handovers.HEADER))
                        .build();
    }

    static HttpRequest metered(HttpRequest request, HttpAttempt attempt) {
        BodyPublisher body = request.bodyPublisher().orElse(null);
        if (body == null) {
            attempt.sent();
            return plain(request);
        }
        BodyPublisher sent = attempt.mayAskForUsage() ? asking(body, attempt) : body;
        return HttpRequest.newBuilder(request, (name, value) -> !name.equalsIgnoreCase(Handovers.HEADER))
                .method(request.method(), new SeenBody(sent, attempt))
                .build();
    }

    /** The same body, or one that asks for usage. */
    private static BodyPublisher asking(BodyPublisher body, HttpAttempt attempt) {
        if (body.contentLength() <= 0 || body.contentLength() > LARGEST) {
            return body;
        }
        Drain drain = new Drain();
        body.subscribe(drain);
        if (!drain.complete) {
            return body; // its bytes come later, or are for one reader only: left as it is
        }
        byte[] bytes = drain.bytes.toByteArray();
        RequestReader reader = RequestReader.create();
        reader.read(bytes, 0, bytes.length);
        return attempt.lacksUsageInStream(reader.report())
                ? BodyPublishers.ofByteArray(StreamUsage.askedIn(bytes))
                : BodyPublishers.ofByteArray(bytes);
    }

    private record SeenBody(BodyPublisher body, HttpAttempt attempt) implements BodyPublisher {

        @Override
        public long contentLength() {
            return body.contentLength();
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            attempt.sending();
            body.subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscriber.onSubscribe(subscription);
                }

                @Override
                public void onNext(ByteBuffer piece) {
                    attempt.sent(piece);
                    subscriber.onNext(piece);
                }

                @Override
                public void onError(Throwable failure) {
                    subscriber.onError(failure);
                }

                @Override
                public void onComplete() {
                    subscriber.onComplete();
                }
            });
        }
    }

    /** Takes what a publisher has at once. */
    private static final class Drain implements Flow.Subscriber<ByteBuffer> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean complete;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer piece) {
            byte[] copy = new byte[piece.remaining()];
            piece.duplicate().get(copy);
            bytes.write(copy, 0, copy.length);
        }

        @Override
        public void onError(@Nullable Throwable failure) {
            // stays incomplete
        }

        @Override
        public void onComplete() {
            complete = true;
        }
    }
}
