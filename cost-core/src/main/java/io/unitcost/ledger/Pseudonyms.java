package io.unitcost.ledger;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Names by which records of one session or tenant are told to belong together without telling which: 64 bits of an HMAC-SHA-256
 * with the ledger's salt. Thread-safe.
 */
final class Pseudonyms {

    private static final String PREFIX = "h:";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST_SALT = 16;
    private static final int SALT_BYTES = 32;
    private static final int SHOWN_BYTES = 8;

    /** Never used itself: a copy of it is. Looking an algorithm up for each name would take longer than the name. */
    private final Mac keyed;

    private Pseudonyms(byte[] salt) {
        try {
            keyed = Mac.getInstance(ALGORITHM);
            keyed.init(new SecretKeySpec(salt, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ledger: this Java has no " + ALGORITHM + "; use one that has", e);
        }
    }

    /** Others in every process. */
    static Pseudonyms random() {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new Pseudonyms(salt);
    }

    static Pseudonyms of(String salt) {
        if (salt.length() < SHORTEST_SALT) {
            throw new IllegalArgumentException(
                    "salt: " + salt.length() + " characters are too few to keep names secret; give " + SHORTEST_SALT
                            + " or more random ones, from where passwords are kept");
        }
        return new Pseudonyms(salt.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The pseudonym of a name.
     *
     * @param what a session and a tenant of one name have different ones
     */
    @Nullable
    String of(String what, @Nullable String name) {
        if (name == null) {
            return null;
        }
        try {
            Mac mac = (Mac) keyed.clone();
            mac.update(what.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return PREFIX
                    + HexFormat.of().formatHex(mac.doFinal(name.getBytes(StandardCharsets.UTF_8)), 0, SHOWN_BYTES);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("ledger: " + keyed.getProvider() + " cannot copy a " + ALGORITHM, e);
        }
    }
}
