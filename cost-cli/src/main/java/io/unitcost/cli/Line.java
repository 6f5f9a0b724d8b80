package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.Times;
import io.unitcost.usage.UsageReport;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to the machine interface. Fields it does not know are passed over.
 *
 * @param fields the JSON object
 * @param answer what the provider's own usage object says, if there is one
 */
record Line(Map<String, @Nullable Object> fields, @Nullable UsageReport answer) {

    /** Options of the providers' own that say which tier serves, the surest first. */
    private static final List<String> TIERS = List.of("service_tier", "speed");

    private static final List<String> REGIONS = List.of("data_residency", "inference_geo", "vertex_location");

    /** @throws DataException if the provider's usage is not an object */
    static Line of(Map<String, @Nullable Object> fields) {
        Map<String, @Nullable Object> raw = object("raw_usage", fields.get("raw_usage"));
        return new Line(
                fields, raw == null ? null : BareUsage.read(text(fields, "provider"), text(fields, "model"), raw));
    }

    @Nullable
    Object get(String name) {
        return fields.get(name);
    }

    boolean has(String name) {
        return fields.get(name) != null;
    }

    @Nullable
    String text(String name) {
        return text(fields, name);
    }

    @Nullable
    Map<String, @Nullable Object> object(String name) {
        return object(name, fields.get(name));
    }

    /** @throws DataException if it is neither a time nor absent */
    Instant at(Clock clock) {
        String at = text("at");
        try {
            return at == null ? clock.instant() : Times.parse(at);
        } catch (DataException e) {
            throw new DataException("at: " + e.getMessage());
        }
    }

    /** The tier that the line names; the one asked for; the one that served, by the answer's word. */
    @Nullable
    String tier() {
        String tier = text("tier") == null ? option(TIERS) : text("tier");
        Map<String, @Nullable Object> options = object("options");
        if (tier == null && answer != null) {
            tier = answer.serviceTier();
        }
        boolean batch = options != null && Boolean.TRUE.equals(options.get("batch"));
        return tier == null && batch ? "batch" : tier;
    }

    @Nullable
    String region() {
        String region = text("region") == null ? option(REGIONS) : text("region");
        return region == null && answer != null ? answer.region() : region;
    }

    private @Nullable String option(List<String> names) {
        Map<String, @Nullable Object> options = object("options");
        if (options != null) {
            for (String name : names) {
                if (options.get(name) instanceof String value) {
                    return value;
                }
            }
        }
        return null;
    }

    static @Nullable String text(Map<String, @Nullable Object> fields, String name) {
        Object value = fields.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new DataException(name + ": " + shown(value) + " is not a text; put it in quotes");
    }

    @SuppressWarnings("unchecked") // Json makes no other maps
    static @Nullable Map<String, @Nullable Object> object(String name, @Nullable Object value) {
        if (value == null || value instanceof Map) {
            return (Map<String, @Nullable Object>) value;
        }
        throw new DataException(name + ": " + shown(value) + " is not an object; give {...}");
    }

    /**
     * An amount, written as a number or as text.
     *
     * @throws DataException if it is neither
     */
    static BigDecimal amount(String name, @Nullable Object value) {
        if (value instanceof BigDecimal number) {
            return number;
        }
        if (value instanceof String text && Json.number(text) instanceof BigDecimal number) {
            return number;
        }
        throw new DataException(
                name + ": " + shown(value) + " is not an amount; give a decimal number like \"0.0000025\"");
    }

    static String shown(@Nullable Object value) {
        String text = Json.write(value);
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
