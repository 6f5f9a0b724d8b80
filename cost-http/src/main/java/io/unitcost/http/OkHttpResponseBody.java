package io.unitcost.http;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** The body of an answer, seen as it is read: each piece after it is where the reader wants it, and before he is told. */
final class OkHttpResponseBody extends ResponseBody {

    private final ResponseBody body;
    private final OkHttpTries tries;
    private final SdkTry attempt;
    private @Nullable BufferedSource source;

    OkHttpResponseBody(ResponseBody body, OkHttpTries tries, SdkTry attempt) {
        this.body = body;
        this.tries = tries;
        this.attempt = attempt;
        attempt.watch(this);
    }

    @Override
    public @Nullable MediaType contentType() {
        return body.contentType();
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public BufferedSource source() {
        BufferedSource seen = source;
        if (seen == null) {
            seen = Okio.buffer(new Seen());
            source = seen;
        }
        return seen;
    }

    private final class Seen extends ForwardingSource {
        private final OkHttpBytes bytes = new OkHttpBytes(attempt::read, attempt);

        Seen() {
            super(body.source());
        }

        @Override
        public long read(Buffer sink, long most) throws IOException {
            long count;
            try {
                count = super.read(sink, most);
            } catch (Throwable failure) {
                tries.unread(failure);
                throw failure;
            }
            if (count < 0) {
                attempt.ended();
            } else {
                bytes.give(sink, sink.size() - count, count);
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
                body.close();
            } finally {
                attempt.closed();
            }
        }
    }
}
