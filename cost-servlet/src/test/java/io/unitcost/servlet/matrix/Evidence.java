package io.unitcost.servlet.matrix;

import static io.unitcost.servlet.matrix.UnitcostSubject.NEVER_REPORTED;

import io.unitcost.servlet.matrix.Ledger.Entry;
import io.unitcost.servlet.matrix.Scenario.Cell;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the ledger. That each account is opened and closed once is never excused. How a request ends is, where a container
 * misleads everybody: {@linkplain Scenario#seldom where that is known} in few requests of a scenario, and where a client leaves, and for
 * Tomcat, in few of a run.
 */
final class Evidence {

    private static final int MOST_FINDINGS = 5;
    /** Of this many requests one may be an exception; two always may. */
    private static final int SELDOM = 10;

    private static final int STRAY = 100;
    private static final int FEW = 2;
    private static final List<String> STRAY_HTTP1 = List.of("CANCELLED", NEVER_REPORTED);
    private static final List<String> STRAY_HTTP2 = List.of("CANCELLED", "FAILED", NEVER_REPORTED);
    private static final List<String> LEFT = List.of("CANCELLED", "FAILED", "DELIVERED", NEVER_REPORTED);
    private static final String SECOND = ".second-meter";
    private final Ledger ledger;
    private final boolean ours;
    private int all;
    /** Requests that ended otherwise, and not for what they did. */
    private final Set<String> strays = new HashSet<>();

    Evidence(Ledger ledger, boolean ours) {
        this.ledger = ledger;
        this.ours = ours;
    }

    Row row(Scenario scenario, Cell cell) {
        String start = scenario.name() + (cell.http2() ? ".h2." : ".h1.");
        int requests = 0;
        int opened = 0;
        int unfinished = 0;
        int twice = 0;
        int exceptions = 0;
        Map<String, Integer> outcomes = new TreeMap<>();
        List<String> findings = new ArrayList<>();
        for (Map.Entry<String, Entry> each : new TreeMap<>(ledger.entries()).entrySet()) {
            String id = each.getKey();
            Entry entry = each.getValue();
            if (!id.startsWith(start)) {
                continue;
            }
            requests += entry.arrived.get();
            opened += entry.opened.get();
            unfinished += Math.max(0, entry.opened.get() - entry.closed.get());
            twice += Math.max(0, entry.closed.get() - entry.opened.get()) + entry.again.get();
            entry.outcomes.forEach(outcome -> outcomes.merge(outcome, 1, Integer::sum));
            if (ours && isException(id, entry, scenario, cell, findings)) {
                exceptions++;
            }
        }
        all += requests;
        if (exceptions > Math.max(FEW, requests / SELDOM)) {
            findings.add(outcomes + ": seldom was to be seldom");
        }
        if (requests == 0 && !scenario.name().equals("halfAHead")) {
            findings.add("no request came");
        }
        return new Row(
                scenario.name(),
                cell.http2(),
                requests,
                opened,
                unfinished,
                twice,
                outcomes.toString(),
                findings.subList(0, Math.min(MOST_FINDINGS, findings.size())));
    }

    /** Finds what is wrong, and says whether it is a request that did not end as most do. */
    private boolean isException(String id, Entry entry, Scenario scenario, Cell cell, List<String> findings) {
        boolean stray = false;
        for (String complaint : entry.complaints) {
            if (cell.tomcat() && complaint.startsWith(MatrixRun.CLIENT)) {
                stray = true;
            } else {
                findings.add(id + ": " + complaint);
            }
        }
        if (stray && cell.http2() && entry.arrived.get() == 0 && entry.opened.get() == 0) {
            // answered with 500 before any filter
            return stray(id, scenario);
        }
        if (entry.opened.get() != 1 || entry.opened.get() != entry.closed.get()) {
            findings.add(id + ": opened " + entry.opened + ", closed " + entry.closed);
        }
        booked(id, entry, scenario, findings);
        Set<String> expected = scenario.outcomes().apply(cell, number(id));
        if (!expected.containsAll(entry.outcomes)) {
            if (scenario.seldom().apply(cell).containsAll(entry.outcomes)) {
                return true;
            }
            if (isStray(scenario, entry, cell)) {
                stray = true;
            } else {
                findings.add(id + ": " + entry.outcomes + ", expected " + expected + ", thrown " + entry.thrown);
            }
        }
        return stray && stray(id, scenario);
    }

    /**
     * Tomcat tells a request now and then of the failure of the one that had its objects before, or still has them, and then
     * may not tell it of its own end. A client that leaves may meet a container in the middle of anything, such as Undertow, which throws a
     * {@code NullPointerException} of its own at who reads.
     */
    private static boolean isStray(Scenario scenario, Entry entry, Cell cell) {
        List<String> known = cell.http2() ? STRAY_HTTP2 : STRAY_HTTP1;
        return entry.outcomes.size() == 1
                && (scenario.clientLeaves()
                        ? LEFT.containsAll(entry.outcomes)
                        : cell.tomcat() && known.containsAll(entry.outcomes));
    }

    /** After scenarios that leave Tomcat with such objects, which come last, it is no wonder. */
    private boolean stray(String id, Scenario scenario) {
        if (!scenario.isLast()) {
            strays.add(own(id));
        }
        return !scenario.isLast();
    }

    private void booked(String id, Entry entry, Scenario scenario, List<String> findings) {
        if (id.endsWith(SECOND)) {
            return;
        }
        Entry other = ledger.entries().getOrDefault(id + SECOND, new Entry());
        int booked = entry.booked.get() + other.booked.get();
        int late = entry.late.get() + other.late.get();
        if (booked + late != entry.used.get() || (late > 0 && !scenario.late())) {
            findings.add(id + ": used " + entry.used + ", booked " + booked + ", late " + late);
        }
    }

    private static String own(String id) {
        return id.endsWith(SECOND) ? id.substring(0, id.length() - SECOND.length()) : id;
    }

    private static int number(String id) {
        String own = own(id);
        return Integer.parseInt(own.substring(own.lastIndexOf('.') + 1));
    }

    /** What belongs to no request, or to too many. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (String id : List.of("-", Ids.UNKNOWN, Ids.UNKNOWN + SECOND)) {
            Entry entry = ledger.entries().get(id);
            if (entry != null) {
                remarks.add(id + ": opened " + entry.opened + ", closed " + entry.closed + " " + entry.complaints);
            }
        }
        if (strays.size() > FEW + all / STRAY) {
            remarks.add(strays.size() + " strays in " + all + " requests: " + strays);
        }
        return remarks;
    }
}
