package io.unitcost.samples.tour;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Each feature with what a delivered request costs, as anybody could compute it from what Prometheus sees. */
final class FeatureTable {

    private static final String ROW = "   %-10s  %8s  %9s  %11s  %11s  %11s  %11s  %6s  %4s%n";
    private static final List<String> PARTS = List.of("inference", "support", "retry");

    static void print(PrintWriter out, Scrape scrape) {
        out.printf(
                Locale.ROOT,
                ROW,
                "feature",
                "requests",
                "delivered",
                "USD each",
                PARTS.get(0),
                PARTS.get(1),
                PARTS.get(2),
                "margin",
                "burn");
        scrape.values("ai_cost_usd_total", "feature").stream()
                .filter(feature -> scrape.sum("ai_cost_usd_total", "feature", feature) > 0)
                .forEach(feature -> print(out, scrape, feature));
    }

    private static void print(PrintWriter out, Scrape scrape, String feature) {
        double requests = scrape.sum("ai_requests_total", "feature", feature);
        double delivered = scrape.sum("ai_requests_total", "feature", feature, "outcome", "delivered");
        double cost = scrape.sum("ai_cost_usd_total", "feature", feature);
        double revenue = scrape.sum("ai_revenue_usd_total", "feature", feature);
        double allowance = scrape.sum("ai_cost_allowance_usd_total", "feature", feature);
        String[] parts = PARTS.stream()
                .map(part ->
                        each(scrape.sum("ai_cost_part_usd_total", "feature", feature, "part", part), delivered, "%.9f"))
                .toArray(String[]::new);
        out.printf(
                Locale.ROOT,
                ROW,
                feature,
                Math.round(requests),
                Math.round(delivered),
                each(cost, delivered, "%.9f"),
                parts[0],
                parts[1],
                parts[2],
                each(100 * (revenue - cost), revenue, "%.1f %%"),
                each(cost, allowance, "%.2f"));
    }

    private static String each(double amount, double number, String format) {
        return number == 0 ? "-" : amount == 0 ? "0" : String.format(Locale.ROOT, format, amount / number);
    }

    private FeatureTable() {}
}
