package io.unitcost.http;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What counts of the head of an answer.
 *
 * @param status of HTTP
 * @param coding of the body, in lower case; empty when it is plain
 * @param shouldRetry what the server wants the client to do, {@code null} when it does not say
 * @param retryAfter how long the client is to wait, {@code null} when it does not say
 * @param cost what a gateway says the answer costs, in USD
 */
record AnswerHead(
        int status,
        String coding,
        @Nullable Boolean shouldRetry,
        @Nullable Duration retryAfter,
        @Nullable BigDecimal cost) {

    static AnswerHead of(int status, Function<String, @Nullable String> header) {
        String retry = header.apply(HttpHeaders.SHOULD_RETRY);
        return new AnswerHead(
                status,
                HttpHeaders.coding(header.apply(HttpHeaders.CONTENT_ENCODING)),
                retry == null ? null : Boolean.valueOf(retry),
                HttpHeaders.wait(header.apply(HttpHeaders.RETRY_AFTER), header.apply(HttpHeaders.RETRY_AFTER_MILLIS)),
                HttpHeaders.amount(header.apply(HttpHeaders.LITELLM_COST)));
    }

    /** Whether the body is not compressed. */
    boolean isPlain() {
        return coding.isEmpty();
    }

    boolean isRedirect() {
        return status >= 300 && status < 400;
    }

    boolean isError() {
        return status >= 400;
    }

    /** Whether a gateway gave up waiting for a model that may have worked on. */
    boolean isTimeout() {
        return status == 504 || status == 524;
    }

    /** Whether SDKs try again, by their own rule. */
    boolean isRetried() {
        return shouldRetry != null ? shouldRetry : status == 408 || status == 409 || status == 429 || status >= 500;
    }
}
