package io.unitcost.cli;

import io.unitcost.Quality;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.Numbers;
import io.unitcost.price.Usage;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what the answer in a line of the machine interface used. */
final class UsageLines {

    private final int chunk;
    private final @Nullable TokenEstimator estimator;

    /**
     * @param chunk how many bytes the reader gets at a time, 1 or more
     * @param estimator guesses what was not reported; {@code null} when nothing is to be guessed
     */
    UsageLines(int chunk, @Nullable TokenEstimator estimator) {
        this.chunk = chunk;
        this.estimator = estimator;
    }

    JsonLines.Answer answer(String text) {
        return JsonLines.answer(text, this::read);
    }

    private int read(String text, Map<String, @Nullable Object> answer) {
        Map<String, @Nullable Object> fields = Json.object(text, WireLine.AS_IT_STANDS);
        answer.put(JsonLines.ID, fields.get(JsonLines.ID));
        WireLine line = WireLine.of(fields);
        UsageReport report = read(line.reader(), line.bytes(), chunk);
        KnownUsage known = KnownUsage.of(report, estimator);
        answer.put("model", report.model());
        answer.put("response_id", report.responseId());
        answer.put("usage", counts(known.usage()));
        answer.put("quality", known.quality().label());
        answer.put("complete", report.isComplete());
        putIfKnown(answer, "tier", report.serviceTier());
        putIfKnown(answer, "region", report.region());
        putIfKnown(answer, "choices", report.choices() == 0 ? null : (long) report.choices());
        putIfKnown(answer, "reported_usd", report.cost() == null ? null : Numbers.plain(report.cost()));
        putIfKnown(answer, "upstream_usd", upstream(report));
        putIfKnown(answer, "contradictory", report.usage().isContradictory() ? true : null);
        if (report.lines().size() > 1) {
            answer.put("lines", lines(report, known.usage()));
        }
        return known.quality() == Quality.UNKNOWN ? ExitCode.FOUND : ExitCode.OK;
    }

    /** What the answer said, after the reader got it in pieces of this size. */
    static UsageReport read(UsageReader reader, byte[] bytes, int chunk) {
        int length;
        for (int i = 0; i < bytes.length; i += length) {
            length = Math.min(chunk, bytes.length - i);
            reader.read(bytes, i, length);
        }
        return reader.report();
    }

    /** Counts by the names of their units, in the order people read them. */
    static Map<String, @Nullable Object> counts(Usage usage) {
        Map<String, @Nullable Object> counts = new LinkedHashMap<>();
        usage.units().stream()
                .sorted(Quote.READING_ORDER)
                .forEach(unit -> counts.put(unit.unitName(), usage.quantity(unit)));
        return counts;
    }

    /** What is spent when a key of the caller's own was used, and the cost is no more than the gateway's fee. */
    private static @Nullable String upstream(UsageReport report) {
        BigDecimal upstream = report.upstreamCost();
        return report.isOwnKey() && upstream != null ? Numbers.plain(upstream) : null;
    }

    private static List<Map<String, @Nullable Object>> lines(UsageReport report, Usage main) {
        List<Map<String, @Nullable Object>> lines = new ArrayList<>();
        for (UsageReport.Line part : report.lines()) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("model", part.model());
            line.put("usage", counts(lines.isEmpty() ? main : part.usage()));
            lines.add(line);
        }
        return lines;
    }

    private static void putIfKnown(Map<String, @Nullable Object> answer, String name, @Nullable Object value) {
        if (value != null) {
            answer.put(name, value);
        }
    }
}
