package io.unitcost.price.source;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which addresses prices are taken from, and how they are shown. */
final class Address {

    private static final Set<String> LOOPBACK = Set.of("localhost", "[::1]");
    private static final Pattern LOOPBACK_NUMBER = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    private Address() {}

    /**
     * The address, if it is one to trust.
     *
     * @param plainHttp whether {@code http} is enough also to other machines
     * @throws IllegalArgumentException if it is not
     */
    static URI trusted(URI address, boolean plainHttp) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        String host = address.getHost();
        if (host == null || address.getRawUserInfo() != null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException("remote list: " + shown(address)
                    + " is not an address to fetch; give https://HOST/PATH, and what authorizes in remoteHeaders");
        }
        boolean local = LOOPBACK.contains(host.toLowerCase(Locale.ROOT))
                || LOOPBACK_NUMBER.matcher(host).matches();
        if (scheme.equals("http") && !local && !plainHttp) {
            throw new IllegalArgumentException("remote list: " + shown(address)
                    + " is not encrypted: whoever is between could set the prices; give https, or allowPlainHttp()");
        }
        return address;
    }

    /** Only to the same server, or to its encrypted side: a list that moves elsewhere is named by whoever trusts it. */
    static URI redirected(URI from, @Nullable String location) throws IOException {
        URI to;
        try {
            to = from.resolve(Objects.requireNonNullElse(location, ""));
        } catch (IllegalArgumentException e) {
            throw new IOException(shown(from) + " redirects to what is no address", e);
        }
        boolean sameServer = isSame(to.getScheme(), from.getScheme()) && isSame(to.getAuthority(), from.getAuthority());
        boolean encryptedSide = isSame(to.getScheme(), "https") && isSame(to.getHost(), from.getHost());
        if (sameServer || encryptedSide) {
            return to;
        }
        throw new IOException(
                shown(from) + " redirects to " + shown(to) + " on another server; if you trust it, give that address");
    }

    /** Without user and query, which may be secrets. */
    static String shown(URI address) {
        String port = address.getPort() < 0 ? "" : ":" + address.getPort();
        return address.getScheme() + "://" + address.getHost() + port
                + Objects.requireNonNullElse(address.getPath(), "");
    }

    private static boolean isSame(@Nullable String one, @Nullable String other) {
        return one != null && one.equalsIgnoreCase(other);
    }
}
