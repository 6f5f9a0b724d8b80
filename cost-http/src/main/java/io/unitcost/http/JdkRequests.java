package io.unitcost.http;

import io.unitcost.CostMeter.Site;
import io.unitcost.usage.RequestReader;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Requests whose body is seen as it goes out. */
final class JdkRequests {

    /** A body that is larger than this is not held to be changed. */
    private static final long LARGEST = 4 << 20;

    /** Bodies that are in memory and may be read as often as one likes; others are left as they are. */
    private static final Set<Class<?>> IN_MEMORY = Set.of(
            BodyPublishers.ofString("{}").getClass(),
            BodyPublishers.ofByteArray(new byte[] {'{', '}'}).getClass());

    private JdkRequests() {}

    /** The request without what only hooks know. */
    static HttpRequest plain(HttpRequest request, HttpCosts costs) {
        try {
            return hasHandover(request) ? copy(request, request.bodyPublisher().orElse(null)) : request;
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
            return request;
        }
    }

    /** The request with a body that tells the attempt what goes out. */
    static HttpRequest metered(HttpRequest request, HttpAttempt attempt) {
        try {
            BodyPublisher body = request.bodyPublisher().orElse(null);
            if (body == null) {
                attempt.sent();
                return hasHandover(request) ? copy(request, null) : request;
            }
            // of a response's request, which is sent again
            BodyPublisher bare = body instanceof SeenBody seen ? seen.body() : body;
            BodyPublisher sent = attempt.mayAskForUsage() ? asking(bare, attempt) : bare;
            return copy(request, new SeenBody(sent, attempt));
        } catch (Throwable failure) {
            attempt.unseen(failure);
            return request;
        }
    }

    private static boolean hasHandover(HttpRequest request) {
        return request != null && request.headers().firstValue(Handovers.HEADER).isPresent();
    }

    /** The JDK's own requests are copied by the JDK, which knows all that they may hold; others are delegated to. */
    private static HttpRequest copy(HttpRequest request, @Nullable BodyPublisher body) {
        if (request.getClass().getModule() != HttpRequest.class.getModule()) {
            return new JdkRequest(request, body);
        }
        HttpRequest.Builder copy = HttpRequest.newBuilder(request, JdkRequest::isSent);
        return (body == null ? copy : copy.method(request.method(), body)).build();
    }

    /** The same body, or one that asks for usage. */
    private static BodyPublisher asking(BodyPublisher body, HttpAttempt attempt) {
        if (!IN_MEMORY.contains(body.getClass()) || body.contentLength() > LARGEST) {
            return body;
        }
        Drain drain = new Drain();
        body.subscribe(drain);
        byte[] bytes = drain.bytes.toByteArray();
        RequestReader reader = RequestReader.create();
        reader.read(bytes, 0, bytes.length);
        return bytes.length == body.contentLength() && attempt.lacksUsageInStream(reader.report())
                ? BodyPublishers.ofByteArray(StreamUsage.askedIn(bytes))
                : body;
    }

    private record SeenBody(BodyPublisher body, HttpAttempt attempt) implements BodyPublisher {

        @Override
        public long contentLength() {
            return body.contentLength();
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            attempt.sending();
            body.subscribe(subscriber == null ? null : new SeenPieces(subscriber, attempt));
        }
    }

    private record SeenPieces(Flow.Subscriber<? super ByteBuffer> subscriber, HttpAttempt attempt)
            implements Flow.Subscriber<ByteBuffer> {

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
    }

    /** Takes what a publisher has in memory, at once. */
    private static final class Drain implements Flow.Subscriber<ByteBuffer> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

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
            // then it is shorter than it said
        }

        @Override
        public void onComplete() {
            // it is all here
        }
    }
}
