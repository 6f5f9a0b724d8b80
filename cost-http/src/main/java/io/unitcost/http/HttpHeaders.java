package io.unitcost.http;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Headers that say something about tries and costs, and how they are written. Whatever cannot be read is absent. */
final class HttpHeaders {

    /** How often the SDKs of OpenAI and Anthropic have tried before. */
    static final String RETRY_COUNT = "X-Stainless-Retry-Count";

    static final String RETRY_AFTER = "Retry-After";
    static final String RETRY_AFTER_MILLIS = "Retry-After-Ms";
    /** What the server of an SDK of OpenAI or Anthropic wants. */
    static final String SHOULD_RETRY = "X-Should-Retry";

    static final String CONTENT_ENCODING = "Content-Encoding";
    /** What LiteLLM's proxy says an answer costs, in USD. */
    static final String LITELLM_COST = "x-litellm-response-cost";

    private static final int LONGEST = 40;

    private HttpHeaders() {}

    /** A whole number of 0 or more; -1 when there is none. */
    static int count(@Nullable String value) {
        if (value == null || value.isEmpty() || value.length() > 6) {
            return -1;
        }
        int count = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            count = count * 10 + c - '0';
        }
        return count;
    }

    /** A content coding in lower case; empty when there is none, or none that changes anything. */
    static String coding(@Nullable String value) {
        String coding = value == null ? "" : value.trim().toLowerCase(Locale.ROOT);
        return coding.equals("identity") ? "" : coding;
    }

    /** An amount above or at 0. */
    static @Nullable BigDecimal amount(@Nullable String value) {
        if (value == null || value.length() > LONGEST) {
            return null;
        }
        try {
            BigDecimal amount = new BigDecimal(value.trim());
            return amount.signum() < 0 || Math.abs((long) amount.scale()) > LONGEST ? null : amount;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Seconds or milliseconds; a date is as good as nothing. */
    static @Nullable Duration wait(@Nullable String seconds, @Nullable String millis) {
        BigDecimal amount = amount(millis);
        if (amount == null) {
            BigDecimal whole = amount(seconds);
            amount = whole == null ? null : whole.movePointRight(3);
        }
        return amount == null
                ? null
                : Duration.ofMillis(
                        amount.min(BigDecimal.valueOf(Integer.MAX_VALUE)).longValue());
    }
}
