package io.unitcost.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The body of a request, seen as it is written. */
final class SdkOutput extends FilterOutputStream {

    private final SdkTry attempt;

    SdkOutput(OutputStream transport, SdkTry attempt) {
        super(transport);
        this.attempt = attempt;
    }

    /** Writes as the SDKs' bodies do, which are in Kotlin and say nothing of the exception that they let through. */
    static void write(byte[] bytes, OutputStream transport) {
        try {
            transport.write(bytes);
        } catch (IOException failure) {
            throw SdkOutput.<RuntimeException>same(failure);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E same(Throwable failure) throws E {
        throw (E) failure;
    }

    @Override
    public void write(int one) throws IOException {
        attempt.sent(new byte[] {(byte) one}, 0, 1);
        out.write(one);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        attempt.sent(bytes, offset, length);
        out.write(bytes, offset, length);
    }
}
