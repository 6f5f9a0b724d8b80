package io.unitcost.samples.demo;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of {@code --trace}: a file, and the feature that gets its requests. */
record TraceOption(Path file, String feature) {

    /** @throws DataException if it is not {@code FILE:FEATURE} */
    static TraceOption parse(String text) {
        // the last colon: a path may have one itself
        int colon = text.lastIndexOf(':');
        String feature = text.substring(colon + 1);
        if (colon < 1 || !Features.ALL.contains(feature)) {
            throw new DataException("--trace: '" + text + "' is not FILE:FEATURE; write the file, a colon and one of "
                    + String.join(", ", Features.ALL));
        }
        try {
            return new TraceOption(Path.of(text.substring(0, colon)), feature);
        } catch (InvalidPathException e) {
            throw new DataException("--trace: '" + text.substring(0, colon) + "' is not a path: " + e.getReason());
        }
    }

    /** The requests of all these traces, merged by timestamp. */
    static Traffic traffic(List<TraceOption> traces) {
        Map<TraceOption, List<TraceFile.Row>> rows = new LinkedHashMap<>();
        traces.forEach(trace -> rows.put(trace, TraceFile.read(trace.file)));
        long first = rows.values().stream()
                .flatMap(List::stream)
                .mapToLong(TraceFile.Row::epochNanos)
                .min()
                .orElseThrow();
        List<Arrival> arrivals = new ArrayList<>();
        rows.forEach((trace, ofTrace) -> ofTrace.forEach(row -> arrivals.add(
                new Arrival(row.epochNanos() - first, trace.feature, row.inputTokens(), row.outputTokens()))));
        long span = arrivals.stream().mapToLong(Arrival::nanos).max().orElseThrow();
        String names = String.join(
                ", ",
                rows.keySet().stream()
                        .map(trace -> String.valueOf(trace.file.getFileName()))
                        .toList());
        return Traffic.of(arrivals, span, names);
    }
}
