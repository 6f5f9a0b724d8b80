package io.unitcost.samples.gateway;

import java.io.PrintWriter;
import java.util.List;

/** The lines of {@code /metrics} to look at first. */
final class Excerpt {

    /** A meter, and what it says. */
    private record Entry(String name, String meaning) {}

    private static final List<Entry> ENTRIES = List.of(
            new Entry("ai_requests_total", "requests by feature, and how they ended"),
            new Entry("ai_cost_usd_total", "what all of them cost, the failed and the cancelled ones included"),
            new Entry("ai_estimated_total", "tries whose usage nobody reported"));

    static void print(PrintWriter out, String metrics) {
        out.println("What Prometheus sees of it at /metrics, without what is 0");
        for (Entry entry : ENTRIES) {
            out.println("   # " + entry.meaning());
            metrics.lines()
                    .filter(line -> line.startsWith(entry.name() + "{") && !line.endsWith(" 0.0"))
                    .forEach(line -> out.println("   " + line));
        }
        out.println("   The cost of a delivered request is the second over the first with outcome=\"delivered\":");
        out.println("   sum by (feature) (rate(ai_cost_usd_total[5m]))");
        out.println("     / sum by (feature) (rate(ai_requests_total{outcome=\"delivered\"}[5m]))");
        out.println(
                "   ai_cost_part_usd_total has the same cost by part, model and kind of usage. Teams are in no meter,");
        out.println("   since there may be many: their amounts are in what a RequestCostListener gets.");
        out.println();
    }

    private Excerpt() {}
}
