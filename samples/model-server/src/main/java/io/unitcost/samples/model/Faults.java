package io.unitcost.samples.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What goes wrong on request: a list such as {@code 503,503,cut}, one for each try. */
final class Faults {

    static final String CUT = "cut";
    static final String SLOW = "slow";
    static final String TEXT = "text";
    private static final Set<String> OTHERS = Set.of(CUT, SLOW, TEXT);
    private static final int MOST = 10_000;

    private final Map<String, Integer> tries = new ConcurrentHashMap<>();
    private final Map<String, String> listsByText = new ConcurrentHashMap<>();

    /** From now on this is the list of requests whose body contains each line of the text. */
    void when(String text, String list) {
        check(list);
        listsByText.put(text, list);
    }

    static boolean isStatus(@Nullable String fault) {
        return fault != null && !OTHERS.contains(fault);
    }

    /**
     * The fault of this try: a status, {@link #CUT}, {@link #SLOW}, {@link #TEXT}, or {@code null} for none.
     *
     * @throws IllegalArgumentException if the list has something else in it
     */
    @Nullable
    String next(@Nullable String header, String path, byte[] body) {
        String text = header == null ? textIn(path, body) : null;
        String list = header != null ? header : text != null ? listsByText.get(text) : null;
        if (list == null) {
            return null;
        }
        String[] faults = check(list);
        if (tries.size() > MOST) {
            tries.clear();
        }
        String request = text != null ? text : path + ' ' + list + ' ' + body.length + ' ' + Arrays.hashCode(body);
        int before = tries.merge(request, 1, Integer::sum) - 1;
        if (before < faults.length) {
            return faults[before];
        }
        tries.remove(request);
        return null;
    }

    private @Nullable String textIn(String path, byte[] body) {
        if (listsByText.isEmpty() || !path.startsWith("/v1/")) {
            return null;
        }
        String request = new String(body, StandardCharsets.UTF_8);
        return listsByText.keySet().stream()
                .filter(text -> text.lines().allMatch(request::contains))
                .findFirst()
                .orElse(null);
    }

    private static String[] check(String list) {
        String[] faults = list.strip().split("\\s*,\\s*", -1);
        for (String fault : faults) {
            if (isStatus(fault) && !fault.matches("[45][0-9]{2}")) {
                throw new IllegalArgumentException(ModelServer.FAIL + ": '" + fault
                        + "' is no fault; give statuses of 400 to 599, " + CUT + " or " + SLOW + ", such as 503,503");
            }
        }
        return faults;
    }
}
