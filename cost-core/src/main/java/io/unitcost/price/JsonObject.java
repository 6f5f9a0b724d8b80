package io.unitcost.price;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of a {@link JsonTree}, its keys in the order of the document.
 *
 * @param fields values: {@code JsonObject}, {@code List}, {@code String}, {@code BigDecimal}, {@code Boolean} or {@code null}
 */
record JsonObject(Map<String, @Nullable Object> fields) {

    @Nullable
    Object get(String key) {
        return fields.get(key);
    }

    boolean has(String key) {
        return fields.get(key) != null;
    }

    /** The text under a key; {@code null} when there is none, or something else. */
    @Nullable
    String text(String key) {
        return fields.get(key) instanceof String text ? text : null;
    }

    /** The object under a key; {@code null} when there is none, or something else. */
    @Nullable
    JsonObject object(String key) {
        return fields.get(key) instanceof JsonObject object ? object : null;
    }

    /** The array under a key; empty when there is none, or something else. */
    List<?> list(String key) {
        return fields.get(key) instanceof List<?> list ? list : List.of();
    }

    /** As it stood, more or less, for reports. */
    @Override
    public String toString() {
        return fields.toString();
    }
}
