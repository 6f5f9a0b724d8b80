package io.unitcost.http;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.ForwardingSink;
import okio.Okio;
import okio.Sink;
import org.jspecify.annotations.Nullable;

/** The body of a request, seen as it is written. */
final class OkHttpRequestBody extends RequestBody {

    private final RequestBody body;
    private final SdkTry attempt;

    OkHttpRequestBody(RequestBody body, SdkTry attempt) {
        this.body = body;
        this.attempt = attempt;
    }

    RequestBody body() {
        return body;
    }

    /** Into a buffer it is looked at, as by a log, and not sent. The sink of a duplex body belongs to who writes it. */
    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        if (sink instanceof Buffer) {
            body.writeTo(sink);
            return;
        }
        if (body.isDuplex()) {
            attempt.sent();
            body.writeTo(sink);
            return;
        }
        attempt.sending();
        BufferedSink seen = Okio.buffer(new Seen(sink, attempt));
        body.writeTo(seen);
        if (seen.isOpen()) {
            seen.emit();
        }
        attempt.sent();
    }

    @Override
    public @Nullable MediaType contentType() {
        return body.contentType();
    }

    @Override
    public long contentLength() throws IOException {
        return body.contentLength();
    }

    @Override
    public boolean isDuplex() {
        return body.isDuplex();
    }

    @Override
    public boolean isOneShot() {
        return body.isOneShot();
    }

    @Override
    public String toString() {
        return body.toString();
    }

    private static final class Seen extends ForwardingSink {
        private final OkHttpBytes bytes;

        Seen(Sink sink, SdkTry attempt) {
            super(sink);
            this.bytes = new OkHttpBytes(attempt::sent, attempt);
        }

        @Override
        public void write(Buffer source, long count) throws IOException {
            bytes.give(source, 0, count);
            super.write(source, count);
        }
    }
}
