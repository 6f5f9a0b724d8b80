package io.unitcost.servlet.matrix;

import io.unitcost.servlet.matrix.Ledger.Entry;
import io.unitcost.servlet.matrix.Scenario.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the ledger. */
final class Evidence {

    private static final int MOST_FINDINGS = 5;
    private static final String SECOND = ".second-meter";
    private final Ledger ledger;
    private final boolean ours;

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
            if (ours && findings.size() < MOST_FINDINGS) {
                judge(id, entry, scenario, cell, findings);
            }
        }
        boolean allStray = !scenario.outcomes().apply(cell, 0).contains("CANCELLED") && outcomes.size() == 1;
        if (ours && requests > 2 && allStray && outcomes.containsKey("CANCELLED")) {
            findings.add("all " + requests + " were cancelled");
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

    private void judge(String id, Entry entry, Scenario scenario, Cell cell, List<String> findings) {
        boolean second = id.endsWith(SECOND);
        String own = second ? id.substring(0, id.length() - SECOND.length()) : id;
        int number = Integer.parseInt(own.substring(own.lastIndexOf('.') + 1));
        // Tomcat answers some streams with 500 before any filter while others are reset
        boolean ownAnswers = cell.tomcat() && cell.http2();
        entry.complaints.stream()
                .filter(complaint -> !(ownAnswers && complaint.startsWith(MatrixRun.CLIENT)))
                .forEach(complaint -> findings.add(id + ": " + complaint));
        if (ownAnswers && entry.arrived.get() == 0 && entry.opened.get() == 0) {
            return;
        }
        // another context may call a dispatch a request again
        if (entry.opened.get() != 1 || entry.opened.get() != entry.closed.get()) {
            findings.add(id + ": opened " + entry.opened + ", closed " + entry.closed);
        }
        Set<String> expected = scenario.outcomes().apply(cell, number);
        if (!expected.containsAll(entry.outcomes) && !(cell.tomcat() && isStray(entry))) {
            findings.add(id + ": " + entry.outcomes + ", expected " + expected);
        }
        if (!second) {
            Entry other = ledger.entries().getOrDefault(id + SECOND, new Entry());
            int booked = entry.booked.get() + other.booked.get();
            int late = entry.late.get() + other.late.get();
            if (booked + late != entry.used.get() || (late > 0 && !scenario.late())) {
                findings.add(id + ": used " + entry.used + ", booked " + booked + ", late " + late);
            }
        }
    }

    /**
     * Tomcat tells a request now and then of the failure of the one that had its objects before: its first write fails
     * although its client is there.
     */
    private static boolean isStray(Entry entry) {
        return entry.outcomes.equals(List.of("CANCELLED"));
    }

    /** What belongs to no request. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (String id : List.of("-", Ids.UNKNOWN, Ids.UNKNOWN + SECOND)) {
            Entry entry = ledger.entries().get(id);
            if (entry != null) {
                remarks.add(id + ": opened " + entry.opened + ", closed " + entry.closed + " " + entry.complaints);
            }
        }
        return remarks;
    }
}
