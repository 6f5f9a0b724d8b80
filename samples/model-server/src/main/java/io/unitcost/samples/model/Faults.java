package io.unitcost.samples.model;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What goes wrong on request: a list such as {@code 503,503,cut}, one for each try. */
final class Faults {

    static final String CUT = "cut";
    private static final int MOST = 10_000;

    private final Map<String, Integer> tries = new ConcurrentHashMap<>();

    /**
     * The fault of this try: a status, {@link #CUT}, or {@code null} for none.
     *
     * @throws IllegalArgumentException if the list has something else in it
     */
    @Nullable
    String next(@Nullable String list, String path, byte[] body) {
        if (list == null) {
            return null;
        }
        String[] faults = list.strip().split("\\s*,\\s*", -1);
        for (String fault : faults) {
            if (!fault.equals(CUT) && !fault.matches("[45][0-9]{2}")) {
                throw new IllegalArgumentException(ModelServer.FAIL + ": '" + fault
                        + "' is no fault; give statuses of 400 to 599 or " + CUT + ", such as 503,503");
            }
        }
        if (tries.size() > MOST) {
            tries.clear();
        }
        String request = path + ' ' + list + ' ' + body.length + ' ' + Arrays.hashCode(body);
        int before = tries.merge(request, 1, Integer::sum) - 1;
        if (before < faults.length) {
            return faults[before];
        }
        tries.remove(request);
        return null;
    }
}
