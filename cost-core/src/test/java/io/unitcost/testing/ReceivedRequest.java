package io.unitcost.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived.
 *
 * @param target path and query, as sent
 * @param version such as {@code HTTP/1.1}
 * @param headers by name, whose case does not matter
 * @param body without the transfer coding; not inflated
 * @param connection which of the server's connections it came on, from 1
 */
public record ReceivedRequest(
        String method, String target, String version, Map<String, List<String>> headers, byte[] body, int connection) {

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The first value of a header, {@code null} when there is none. */
    public @Nullable String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.get(0);
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return method + " " + target + " on connection " + connection;
    }

    /** Whether the client wants no further answer on this connection. */
    boolean isLast() {
        return version.equals("HTTP/1.0") || "close".equalsIgnoreCase(header("Connection"));
    }
}
