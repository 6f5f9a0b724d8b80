package io.unitcost.samples.inference;

import java.io.PrintWriter;
import java.util.List;

/** The lines of {@code /metrics} to look at first. */
final class Excerpt {

    private static final int WIDTH = 97;
    private static final String DELIVERED = "result=\"delivered\"";

    /** A meter, and what it says. */
    private record Entry(String name, String meaning) {}

    private static final List<Entry> FRONT = List.of(
            new Entry("ai_requests_total", "requests, and how they ended"),
            new Entry("ai_cost_usd_total", "what they cost, without what Search publishes"),
            new Entry("ai_request_cost_nano_usd_sum", "the same with it, request by request, in billionths"),
            new Entry("ai_attempts_seconds_count", "tries that did not deliver, and what became of them"),
            new Entry("ai_estimated_total", "tries whose usage nobody reported in full"),
            new Entry("ai_capacity_work_seconds_total", "seconds of a replica that the work was worth, planned"));
    private static final List<Entry> BEHIND =
            List.of(new Entry("ai_cost_usd_total", "what Search spent for the assistant's feature"));

    static void print(PrintWriter out, String front, String behind) {
        out.println("What Prometheus sees of the assistant at /metrics, without what is 0");
        lines(out, FRONT, front);
        out.println("... and of Search at /metrics/search");
        lines(out, BEHIND, behind);
        out.println("   sum by (feature) (ai_cost_usd_total) over both is what the feature costs. In time:");
        out.println("   sum by (feature) (rate(ai_cost_usd_total[5m]))");
        out.println("     / sum by (feature) (rate(ai_requests_total{outcome=\"delivered\"}[5m]))");
        out.println("   ai_cost_part_usd_total has it by part: what is idle, what is retry, by model.");
        out.println();
    }

    private static void lines(PrintWriter out, List<Entry> entries, String metrics) {
        for (Entry entry : entries) {
            out.println("   # " + entry.meaning());
            metrics.lines()
                    .filter(line -> line.startsWith(entry.name() + "{") && !line.endsWith(" 0.0"))
                    .filter(line -> !line.contains(DELIVERED))
                    .forEach(line -> out.println("   " + folded(line)));
        }
    }

    /** A line of the page is one, however long. */
    private static String folded(String line) {
        if (line.length() <= WIDTH) {
            return line;
        }
        int comma = line.indexOf(',') + 1;
        return line.substring(0, comma) + "\n       " + line.substring(comma);
    }

    private Excerpt() {}
}
