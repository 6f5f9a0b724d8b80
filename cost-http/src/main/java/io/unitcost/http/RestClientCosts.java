package io.unitcost.http;

import java.util.Objects;
import org.springframework.http.client.ClientHttpRequestInterceptor;

/**
 * Hook for Spring's {@code RestClient} and {@code RestTemplate}, over whatever HTTP client they use.
 *
 * <pre>{@code
 * RestClient client = RestClient.builder()
 *         .requestInterceptor(RestClientCosts.interceptor(HttpCosts.create(meter)))
 *         .build();
 * }</pre>
 *
 * <p>An attempt is one execution: it begins on the calling thread, whose current request pays, and ends when the answer's body
 * has ended, was closed, or failed. Bytes are looked at as the body is read, after they are where the reader wanted them. A
 * response that is dropped without being closed is written off when it is collected as garbage.
 *
 * <p>Add it last: an interceptor that tries again is seen try by try when it is further out. Spring gathers the body of a
 * request in memory before any interceptor sees it, whatever the interceptor does with it.
 */
public final class RestClientCosts {

    private RestClientCosts() {}

    /** Meters what passes. One for all clients is enough. Hooks of this library further in leave the attempt to it. */
    public static ClientHttpRequestInterceptor interceptor(HttpCosts costs) {
        return new RestClientHook(Objects.requireNonNull(costs, "costs"));
    }
}
