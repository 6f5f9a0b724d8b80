package io.unitcost.samples.gateway;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets those in who have a key of the gateway, and knows their teams by it. It stands before the metering: who has no key
 * costs nothing, and a team is what the server knows, not what a client says.
 */
final class Keys extends HttpFilter {

    private static final long serialVersionUID = 1;
    private static final String ATTRIBUTE = Keys.class.getName();
    private static final String BEARER = "Bearer ";
    private static final String FORM = "; give pairs such as sk-red : red; sk-blue : blue";

    private final transient Map<String, String> teams;

    private Keys(Map<String, String> teams) {
        this.teams = teams;
    }

    /**
     * Reads pairs of key and team.
     *
     * @throws IllegalArgumentException if there is none, or one is not understood
     */
    static Keys parse(String text) {
        Map<String, String> teams = new LinkedHashMap<>();
        for (String pair : text.split("[;\\n]", -1)) {
            if (pair.isBlank()) {
                continue;
            }
            int colon = pair.lastIndexOf(':');
            String key = colon < 0 ? "" : pair.substring(0, colon).strip();
            String team = pair.substring(colon + 1).strip();
            // a key is a secret, and not repeated in a message
            if (key.isEmpty() || team.isEmpty()) {
                throw new IllegalArgumentException(
                        "--keys: pair " + (teams.size() + 1) + " has no colon, or nothing on a side" + " of it" + FORM);
            }
            if (teams.put(key, team) != null) {
                throw new IllegalArgumentException("--keys: the key of team " + team + " is there twice; remove one");
            }
        }
        if (teams.isEmpty()) {
            throw new IllegalArgumentException("--keys: there is none" + FORM);
        }
        return new Keys(teams);
    }

    /** The keys with their teams, in the order given. */
    Map<String, String> teams() {
        return teams;
    }

    /** Whose request this is; {@code null} if it did not come through here. */
    static @Nullable String team(HttpServletRequest request) {
        return (String) request.getAttribute(ATTRIBUTE);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String given = request.getHeader("Authorization");
        String team = given == null || !given.startsWith(BEARER)
                ? null
                : teams.get(given.substring(BEARER.length()).strip());
        if (team == null) {
            Refusal.send(response, HttpServletResponse.SC_UNAUTHORIZED, "the gateway does not know this API key");
            return;
        }
        request.setAttribute(ATTRIBUTE, team);
        chain.doFilter(request, response);
    }
}
