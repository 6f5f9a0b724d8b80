package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.price.Unit;
import io.unitcost.usage.UsageReport;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one model used, as a line says it.
 *
 * @param model which; {@code null} when the line does not say it
 * @param counts by the names of units, not yet looked at
 */
record Used(@Nullable String model, Map<String, @Nullable Object> counts) {

    private static final String IMAGE_TOKENS = "input_image_tokens";

    static final String NOTHING = "nothing is said of what was used";

    /** What is billed; what was used; what the answer says was used. A price for the request as a whole needs none. */
    static List<Used> of(Line line) {
        Map<String, @Nullable Object> billable = line.object("billable_usage");
        if (billable != null) {
            return byModel(line, billable);
        }
        Map<String, @Nullable Object> usage = line.object("usage");
        if (usage != null) {
            return byModel(line, withImages(line, usage));
        }
        if (line.answer() != null) {
            return byModel(line, line.answer());
        }
        if (line.get("prices") instanceof Map<?, ?> prices && prices.containsKey("base_usd")) {
            return byModel(line, Map.of(Unit.REQUESTS.unitName(), BigDecimal.ONE));
        }
        if (!line.fields().containsKey("usage") && !line.fields().containsKey("raw_usage")) {
            throw new DataException("usage is missing; give {\"input_tokens\": ..., \"output_tokens\": ...}");
        }
        return byModel(line, Map.of());
    }

    private static List<Used> byModel(Line line, Map<String, @Nullable Object> counts) {
        if (!(counts.get("iterations") instanceof List<?> iterations)) {
            return List.of(new Used(line.text("model"), counts));
        }
        List<Used> used = new ArrayList<>();
        for (Object iteration : iterations) {
            Map<String, @Nullable Object> own = Line.object("usage.iterations", iteration);
            if (own != null) {
                used.add(new Used(own.get("model") instanceof String name ? name : line.text("model"), own));
            }
        }
        if (used.isEmpty()) {
            throw Unpriceable.noPrice(NOTHING);
        }
        return used;
    }

    /** The line's model, and others that worked on the answer. */
    private static List<Used> byModel(Line line, UsageReport answer) {
        List<Used> used = new ArrayList<>();
        for (UsageReport.Line part : answer.lines()) {
            if (part.usage().isContradictory()) {
                throw Unpriceable.invalidUsage("raw_usage: a count cannot be in " + Line.shown(line.get("raw_usage")));
            }
            boolean first = used.isEmpty();
            String model = first && line.text("model") != null ? line.text("model") : part.model();
            used.add(new Used(model, UsageLines.counts(part.usage())));
        }
        return used;
    }

    /** Where the answer counts images and no text, its input is theirs, whatever the line sums up. */
    private static Map<String, @Nullable Object> withImages(Line line, Map<String, @Nullable Object> counts) {
        UsageReport answer = line.answer();
        if (answer == null || counts.containsKey(IMAGE_TOKENS)) {
            return counts;
        }
        Map<String, @Nullable Object> all = UsageLines.counts(answer.usage());
        Map<String, @Nullable Object> more = new LinkedHashMap<>(counts);
        for (String unit : new String[] {IMAGE_TOKENS, "input_images"}) {
            if (all.containsKey(unit)) {
                more.putIfAbsent(unit, all.get(unit));
            }
        }
        return more;
    }
}
