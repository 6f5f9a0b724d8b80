package io.unitcost.http;

import java.util.Locale;
import java.util.regex.Pattern;

/** A configured host, with a port and the beginning of a path where given, and who is paid for what it answers. */
record HostRule(Pattern host, int port, String path, String provider) {

    private static final Pattern FORM = Pattern.compile("([*A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?(/.*)?");

    /**
     * @param pattern such as {@code llm.example.com}, {@code *.example.com:8000} or {@code gateway.example.com/openai}
     * @param provider the id in the price table or the name of a capacity pool
     */
    static HostRule of(String pattern, String provider) {
        var matcher = FORM.matcher(pattern);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "host pattern: '" + pattern
                            + "' is not HOST[:PORT][/PATH] without scheme; give it like llm.example.com:8000 or *.example.com/v1");
        }
        if (provider.isBlank()) {
            throw new IllegalArgumentException("provider of host " + pattern
                    + ": it is empty; give an id of the price table or the name of a capacity pool");
        }
        String host = matcher.group(1).toLowerCase(Locale.ROOT);
        String glob = Pattern.quote(host).replace("*", "\\E[^.]*(?:\\.[^.]+)*?\\Q");
        int port = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
        String path = matcher.group(3) == null ? "" : matcher.group(3).replaceAll("/+$", "");
        return new HostRule(Pattern.compile(glob), port, path, provider);
    }

    boolean matches(String askedHost, int askedPort, String askedPath) {
        return (port < 0 || port == askedPort)
                && host.matcher(askedHost).matches()
                && askedPath.startsWith(path)
                && (askedPath.length() == path.length() || path.isEmpty() || askedPath.charAt(path.length()) == '/');
    }
}
