package io.unitcost.cli;

import io.unitcost.cli.shell.Json;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A provider's usage object, with or without the answer around it, read as the part of an answer that it is. */
final class BareUsage {

    private BareUsage() {}

    /**
     * @param provider whose words they are; {@code null} when it is not known
     * @param model whose usage it is, where it does not say so
     */
    static UsageReport read(@Nullable String provider, @Nullable String model, Map<String, @Nullable Object> raw) {
        UsageReport whole = read(provider, Json.write(raw));
        return whole.hasUsage() ? whole : read(provider, wrapped(model, raw));
    }

    /** An answer with nothing but the usage in it, at both places where answers have it; or the stream of two events. */
    private static String wrapped(@Nullable String model, Map<String, @Nullable Object> raw) {
        Object start = raw.get("message_start");
        if (start != null) {
            return Json.write(event("message_start", start)) + "\n"
                    + Json.write(event("message_delta", raw.get("message_delta")));
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("model", model);
        answer.put("usage", raw);
        answer.put("usageMetadata", raw);
        return Json.write(answer);
    }

    private static Map<String, @Nullable Object> event(String type, @Nullable Object usage) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("type", type);
        event.put("usage", usage);
        return event;
    }

    private static UsageReport read(@Nullable String provider, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return UsageLines.read(UsageReader.of(provider), bytes, bytes.length);
    }
}
