package io.unitcost.http;

import io.unitcost.CostMeter.Site;
import io.unitcost.usage.RequestReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** What happens to one call: the tries that OkHttp makes of it, and its answer. No method throws. */
final class OkHttpTries {

    /** A body that is larger than this is not held to be changed. */
    private static final long LARGEST = 4 << 20;

    private static final int FROM_CACHE = 304;

    private final HttpCosts costs;
    private final Call call;
    private final SdkTry attempt;
    private final boolean exact;
    private final long begun = System.nanoTime();

    private @Nullable Request outgoing;
    private int exchanges;
    private @Nullable Throwable broken;

    OkHttpTries(HttpCosts costs, Call call, SdkTry attempt, boolean exact) {
        this.costs = costs;
        this.call = call;
        this.attempt = attempt;
        this.exact = exact;
    }

    /** The request without what only hooks know. */
    static Request plain(Request request) {
        return request.header(Handovers.HEADER) == null
                ? request
                : request.newBuilder().removeHeader(Handovers.HEADER).build();
    }

    /** The request with its body seen as it goes out. */
    Request outgoing(Request request) {
        try {
            RequestBody body = request.body();
            if (body != null) {
                RequestBody sent = attempt.mayAskForUsage() ? asking(body) : body;
                Request changed = request.newBuilder()
                        .removeHeader(Handovers.HEADER)
                        .method(request.method(), new OkHttpRequestBody(sent, attempt))
                        .build();
                outgoing = changed;
                return changed;
            }
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
        }
        return plain(request);
    }

    /** OkHttp sends the request, maybe again. */
    void begins() {
        if (exchanges++ > 0) {
            attempt.followed(broken);
            broken = null;
        }
    }

    /** An attempt failed; OkHttp may make another one. */
    void broke(Throwable failure) {
        broken = failure;
    }

    /** An attempt was answered; OkHttp may make another one. */
    void answered(Response response) {
        attempt.answered(response.code(), response::header);
    }

    /** The call failed. */
    void failed(Throwable failure) {
        if (exact && exchanges == 0) {
            attempt.unsent();
        }
        unread(failure);
    }

    /** The answer failed while it was read. */
    void unread(Throwable failure) {
        if (isGivenUp(failure)) {
            attempt.cancelled();
        } else {
            attempt.failed(failure);
        }
    }

    /** The call's answer with its body seen as it comes, for the request as it was. */
    Response seen(Response response, Request asked) {
        try {
            if (response.networkResponse() == null && response.cacheResponse() != null) {
                attempt.answered(FROM_CACHE, name -> null); // which is no try
                attempt.ended();
                return response.newBuilder().request(request(response, asked)).build();
            }
            if (!exact) {
                before(response.priorResponse());
            }
            attempt.answered(response.code(), response::header);
            Response.Builder seen = response.newBuilder().request(request(response, asked));
            ResponseBody body = response.body();
            if (body == null) {
                attempt.ended();
                return seen.build();
            }
            return seen.body(new OkHttpResponseBody(body, this, attempt)).build();
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
            attempt.ended();
            return response;
        }
    }

    private void before(@Nullable Response prior) {
        if (prior != null) {
            before(prior.priorResponse());
            if (prior.networkResponse() != null) {
                attempt.followedBefore(prior.code(), prior::header);
            }
        }
    }

    private Request request(Response response, Request asked) {
        Request answered = response.request();
        if (answered == outgoing) {
            return plain(asked);
        }
        return answered.body() instanceof OkHttpRequestBody seen
                ? answered.newBuilder().method(answered.method(), seen.body()).build()
                : answered;
    }

    /** A call that ran out of time is cancelled, too, by OkHttp itself. */
    private boolean isGivenUp(Throwable failure) {
        if (failure instanceof InterruptedException) {
            return true; // OkHttp 5, undeclared
        }
        if (failure instanceof InterruptedIOException) {
            return !(failure instanceof SocketTimeoutException)
                    && Thread.currentThread().isInterrupted();
        }
        long limit = call.timeout().timeoutNanos();
        return call.isCanceled() && (limit == 0 || System.nanoTime() - begun < limit - limit / 10);
    }

    /** The same body, or one that asks for usage. */
    private RequestBody asking(RequestBody body) {
        try {
            long length = body.contentLength();
            if (body.isOneShot() || body.isDuplex() || length <= 0 || length > LARGEST) {
                return body;
            }
            Buffer written = new Buffer();
            body.writeTo(written);
            byte[] bytes = written.readByteArray();
            RequestReader reader = RequestReader.create();
            reader.read(bytes, 0, bytes.length);
            return attempt.lacksUsageInStream(reader.report())
                    ? RequestBody.create(StreamUsage.askedIn(bytes), body.contentType())
                    : body;
        } catch (IOException e) {
            return body; // it will say so again when it is sent
        }
    }
}
