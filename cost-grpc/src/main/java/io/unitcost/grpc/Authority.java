package io.unitcost.grpc;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A pattern for the authority of a channel: {@code HOST[:PORT]}, with {@code *} for any labels. Immutable. */
record Authority(Pattern host, int port) {

    private static final Pattern FORM = Pattern.compile("([*A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");
    private static final Pattern ASKED = Pattern.compile("(.*?)(?::(\\d{1,5}))?", Pattern.DOTALL);

    static Authority of(String pattern) {
        Matcher matcher = FORM.matcher(pattern);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("authority: '" + pattern
                    + "' is not HOST[:PORT] without scheme; give it like triton.example.com:8001 or *.example.com");
        }
        String host = Pattern.quote(matcher.group(1).toLowerCase(Locale.ROOT)).replace("*", "\\E.*\\Q");
        int port = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
        return new Authority(Pattern.compile(host), port);
    }

    /**
     * @param asked in lower case
     */
    boolean matches(String asked) {
        Matcher matcher = ASKED.matcher(asked);
        if (!matcher.matches()) {
            return false;
        }
        int askedPort = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
        return (port < 0 || port == askedPort) && host.matcher(matcher.group(1)).matches();
    }
}
