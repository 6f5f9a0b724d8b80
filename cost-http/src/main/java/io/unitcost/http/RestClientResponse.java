package io.unitcost.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/** An answer whose body is seen as it is read. One thread at a time reads; any may close. */
final class RestClientResponse implements ClientHttpResponse {

    private final ClientHttpResponse response;
    private final SdkTry attempt;
    private final long length;
    /** How far any reader has come: a client that keeps the body gives it to each who asks, from its beginning. */
    private volatile long seen;

    private volatile boolean closing;
    private @Nullable InputStream bare;
    private @Nullable RestClientBody body;

    private RestClientResponse(ClientHttpResponse response, SdkTry attempt) {
        this.response = response;
        this.attempt = attempt;
        this.length = response.getHeaders().getContentLength();
        attempt.watch(this);
    }

    /** The same answer, told to the attempt as it is read. */
    static ClientHttpResponse seen(ClientHttpResponse response, SdkTry attempt) {
        try {
            HttpHeaders headers = response.getHeaders();
            attempt.answered(response.getStatusCode().value(), headers::getFirst);
            return new RestClientResponse(response, attempt);
        } catch (IOException e) {
            attempt.failed(e); // as it will say again to whoever asks
        } catch (Throwable failure) {
            attempt.report(failure);
            attempt.ended();
        }
        return response;
    }

    @Override
    public HttpStatusCode getStatusCode() throws IOException {
        return response.getStatusCode();
    }

    @Override
    public String getStatusText() throws IOException {
        return response.getStatusText();
    }

    @Override
    public HttpHeaders getHeaders() {
        return response.getHeaders();
    }

    @Override
    @SuppressWarnings({"ReferenceEquality", "ConstantValue"}) // the same stream; and clients of others' that have none
    public InputStream getBody() throws IOException {
        InputStream now = response.getBody();
        RestClientBody known = body;
        if (known == null || now != bare) {
            known = now == null ? null : new RestClientBody(now, this);
            bare = now;
            body = known;
        }
        return known == null ? now : known;
    }

    @Override
    public void close() {
        closing = true;
        try {
            response.close();
        } finally {
            closed();
        }
    }

    /** A reader got these, of which those from this position on nobody has seen yet. */
    void read(long position, byte[] bytes, int offset, int count) {
        long fresh = position + count - seen;
        if (fresh > 0) {
            int length = (int) Math.min(fresh, count);
            attempt.read(bytes, offset + count - length, length);
            seen = position + count;
        }
    }

    /** Some clients do not mind that a connection ends before its time. */
    void ended() {
        if (length > seen) {
            attempt.failed(new EOFException("the body ended after " + seen + " of " + length + " bytes"));
        } else {
            attempt.ended();
        }
    }

    void failed(Throwable failure) {
        if (closing || Failures.isGivenUp(failure)) {
            attempt.cancelled();
        } else {
            attempt.failed(failure);
        }
    }

    void closing() {
        closing = true;
    }

    /** Many readers know the length and do not ask whether it was the end. */
    void closed() {
        if (length >= 0 && seen >= length) {
            attempt.ended();
        } else {
            attempt.closed();
        }
    }
}
