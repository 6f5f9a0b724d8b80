package io.unitcost.servlet.matrix;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Each request has an id, {@code scenario.protocol.repetition.number}, that its client puts into the query. */
final class Ids {

    static final String UNKNOWN = "unknown";
    private static final String ATTRIBUTE = "matrix.id";
    private static final Pattern QUERY = Pattern.compile("(?:^|&)id=([^&]+)");

    private Ids() {}

    /** The id, which dispatches with a query of their own may hide, and containers forget at the end. */
    static String of(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String query = request instanceof HttpServletRequest http ? http.getQueryString() : null;
        Matcher found = QUERY.matcher(query == null ? "" : query);
        if (!found.find()) {
            return UNKNOWN;
        }
        request.setAttribute(ATTRIBUTE, found.group(1));
        return found.group(1);
    }

    /** The scenario of an id. */
    static String scenario(String id) {
        int dot = id.indexOf('.');
        return dot < 0 ? id : id.substring(0, dot);
    }
}
