package io.unitcost.spring.actuate;

import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * All of a model's price, as a price file says it: context steps, tiers, regions and times, too.
 *
 * @param content what stands under the model's id in a price file; {@code null} if it is not there
 */
record PriceDefinition(@Nullable Object content) {

    private static final int DATE_LENGTH = 10;

    static PriceDefinition of(ModelPrice price, PriceTable table) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            table.only(one -> one == price).writeTo(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), file.toByteArray())) {
            json.nextToken();
            return new PriceDefinition(model(value(json), price));
        }
    }

    private static @Nullable Object model(@Nullable Object file, ModelPrice price) {
        Object found = member(member(file, "providers"), null);
        return member(member(found, "models"), price.id());
    }

    /** The member of this name, or the first that has models. */
    private static @Nullable Object member(@Nullable Object object, @Nullable String name) {
        if (!(object instanceof Map<?, ?> map)) {
            return null;
        }
        if (name != null) {
            return map.get(name);
        }
        return map.values().stream()
                .filter(value -> value instanceof Map<?, ?> terms && terms.containsKey("models"))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> array(json);
            case VALUE_NULL -> null;
            case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
            case VALUE_NUMBER_INT -> json.getLongValue();
            default -> Shown.text(json.getString());
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser json) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            object.put(name, value(json));
        }
        return object;
    }

    private static List<@Nullable Object> array(JsonParser json) {
        List<@Nullable Object> array = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(json));
        }
        return array;
    }

    /** Between the two dates around now at which any sheet begins or ends; {@code null} if the price never changes. */
    PriceAnswer.@Nullable Effective effective(Instant now) {
        if (!(content instanceof Map<?, ?> model) || !(model.get("periods") instanceof List<?> periods)) {
            return null;
        }
        TreeSet<Instant> borders = new TreeSet<>();
        boolean weekly = false;
        for (Object one : periods) {
            if (one instanceof Map<?, ?> period) {
                add(borders, period.get("from"));
                add(borders, period.get("to"));
                weekly |= period.get("weekly") != null;
            }
        }
        return new PriceAnswer.Effective(borders.floor(now), borders.higher(now), weekly);
    }

    private static void add(TreeSet<Instant> borders, @Nullable Object text) {
        if (text instanceof String date) {
            borders.add(
                    date.length() == DATE_LENGTH
                            ? LocalDate.parse(date).atStartOfDay().toInstant(ZoneOffset.UTC)
                            : Instant.parse(date));
        }
    }
}
