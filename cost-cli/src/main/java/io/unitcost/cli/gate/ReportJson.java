package io.unitcost.cli.gate;

import io.unitcost.cli.shell.Json;
import io.unitcost.explain.Explanation;
import io.unitcost.explain.Explanation.Contribution;
import io.unitcost.gate.CostCheck;
import io.unitcost.gate.CostCheck.Bounds;
import io.unitcost.gate.GateReport;
import io.unitcost.gate.GateReport.FeatureReport;
import io.unitcost.gate.GateReport.Judged;
import io.unitcost.gate.GateReport.Side;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report for programs: {@code gate-1.schema.json}. What is not known is null. */
final class ReportJson {

    private static final long VERSION = 1;
    private static final double NANOS_PER_MILLI = 1e6;

    private ReportJson() {}

    static String of(GateReport report) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("v", VERSION);
        json.put("verdict", name(report.verdict()));
        json.put("exitCode", (long) report.exitCode());
        json.put("confidence", number(report.confidence()));
        json.put(
                "currency", report.currency() == null ? null : report.currency().getCurrencyCode());
        json.put("candidate", side(report.candidate()));
        json.put("baseline", report.baseline() == null ? null : side(report.baseline()));
        json.put("features", report.features().stream().map(ReportJson::feature).toList());
        json.put("assumptions", report.assumptions());
        json.put("problems", report.problems());
        return Json.write(json) + "\n";
    }

    private static Map<String, @Nullable Object> side(Side side) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("requests", side.requests());
        json.put("subrequests", side.subrequests());
        json.put("releases", side.releases());
        json.put("priceTables", side.priceTables());
        json.put("halfWritten", side.halfWritten());
        return json;
    }

    private static Map<String, @Nullable Object> feature(FeatureReport feature) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("feature", feature.feature());
        json.put("verdict", name(feature.verdict()));
        json.put("requests", feature.requests());
        json.put("calls", feature.calls());
        json.put("unpricedCalls", feature.unpricedCalls());
        json.put("estimatedCalls", feature.estimatedCalls());
        json.put("lateRecords", feature.lateRecords());
        json.put("unpricedModels", feature.unpricedModels());
        json.put("p95Ms", number(feature.p95Nanos() / NANOS_PER_MILLI));
        json.put("checks", feature.checks().stream().map(ReportJson::check).toList());
        json.put("why", feature.why() == null ? null : why(feature.why()));
        json.put("notes", feature.notes());
        return json;
    }

    private static Map<String, @Nullable Object> check(Judged judged) {
        CostCheck check = judged.check();
        Bounds bounds = check.bounds();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("quantity", name(check.quantity()));
        json.put("verdict", name(check.verdict()));
        json.put("level", name(judged.level()));
        json.put("estimate", number(check.estimate()));
        json.put("limit", number(check.limit()));
        json.put("lower", bounds == null ? null : number(bounds.lower()));
        json.put("upper", bounds == null ? null : number(bounds.upper()));
        json.put("requests", check.requests());
        json.put("clusters", (long) check.clusters());
        json.put("requestsToDecide", check.requestsToDecide());
        json.put("evidence", check.evidence());
        json.put("notes", check.notes());
        return json;
    }

    static Map<String, @Nullable Object> why(Explanation why) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("before", number(why.before()));
        json.put("after", number(why.after()));
        json.put("change", number(why.change()));
        json.put("lower", why.bounds() == null ? null : number(why.bounds().lower()));
        json.put("upper", why.bounds() == null ? null : number(why.bounds().upper()));
        json.put("decided", why.bounds() == null ? null : why.isDecided());
        json.put(
                "drivers",
                why.contributions().stream().map(part -> driver(part, why)).toList());
        return json;
    }

    private static Map<String, @Nullable Object> driver(Contribution part, Explanation why) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("driver", name(part.driver()));
        json.put("amount", number(part.amount()));
        json.put("lower", part.bounds() == null ? null : number(part.bounds().lower()));
        json.put("upper", part.bounds() == null ? null : number(part.bounds().upper()));
        json.put("shown", why.shown().contains(part));
        json.put("before", part.level() == null ? null : number(part.level().before()));
        json.put("after", part.level() == null ? null : number(part.level().after()));
        return json;
    }

    /** Infinite bounds, and what there is nothing to measure for, are not known. */
    private static @Nullable BigDecimal number(double value) {
        return Double.isFinite(value) ? BigDecimal.valueOf(value) : null;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static List<Map<String, @Nullable Object>> features(Explanation why) {
        return why.features().stream()
                .map(feature -> {
                    Map<String, @Nullable Object> json = new LinkedHashMap<>();
                    json.put("feature", feature.feature());
                    json.put("before", feature.before() == null ? null : number(feature.before()));
                    json.put("after", feature.after() == null ? null : number(feature.after()));
                    json.put("shareBefore", number(feature.shareBefore()));
                    json.put("shareAfter", number(feature.shareAfter()));
                    json.put("amount", number(feature.amount()));
                    Map<String, @Nullable Object> drivers = new LinkedHashMap<>();
                    feature.amounts().forEach((driver, amount) -> drivers.put(name(driver), number(amount)));
                    json.put("drivers", drivers);
                    return json;
                })
                .toList();
    }
}
