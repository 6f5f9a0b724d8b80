package io.unitcost.slo;

import io.unitcost.CostObjective;
import io.unitcost.price.Money;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Currency;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Reads {@code cost-slo.json}, and knows where it is when something is wrong. */
final class ObjectivesReader {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .build();
    private static final long VERSION = 1;
    private static final int SHOWN = 80;

    private final JsonParser json;
    private final String source;
    private final Deque<String> path = new ArrayDeque<>();
    private @Nullable Currency currency;

    private ObjectivesReader(JsonParser json, String source) {
        this.json = json;
        this.source = source;
    }

    static CostObjectives read(InputStream in, String source) {
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), in)) {
            return new ObjectivesReader(json, source).objectives();
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    source + ":" + e.getLocation().getLineNr() + ": not valid JSON: " + e.getOriginalMessage()
                            + "; correct it there",
                    e);
        }
    }

    private CostObjectives objectives() {
        List<CostObjective> objectives = new ArrayList<>();
        boolean[] versioned = new boolean[1];
        json.nextToken();
        object(key -> {
            switch (key) {
                case "v" -> versioned[0] = version();
                case "currency" -> currency = currency();
                case "features" -> object(feature -> objectives.add(objective(feature)));
                case "$schema", "note" -> text();
                default -> throw error("unknown key", "use one of v, currency, features, note");
            }
        });
        if (json.nextToken() != null) {
            throw error("there is more after the object", "keep one JSON object in the file");
        }
        if (!versioned[0]) {
            throw error("\"v\" is missing", "write \"v\":" + VERSION);
        }
        if (objectives.isEmpty()) {
            throw error("no objective in it", "name one feature at least under \"features\"");
        }
        return new CostObjectives(requireCurrency(), objectives);
    }

    private boolean version() {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getLongValue() != VERSION) {
            throw error("version " + shown() + " is not one this release reads", "write " + VERSION);
        }
        return true;
    }

    private Currency currency() {
        String code = text();
        try {
            return Currency.getInstance(code);
        } catch (IllegalArgumentException e) {
            throw error("'" + code + "' is not a currency", "give an ISO 4217 code such as USD");
        }
    }

    /** Amounts need to know their currency. */
    private Currency requireCurrency() {
        if (currency == null) {
            throw error(
                    "\"currency\" is missing or stands too late",
                    "write it before \"features\", such as \"currency\":\"USD\"");
        }
        return currency;
    }

    private CostObjective objective(String feature) {
        CostObjective.Builder builder = located(() -> CostObjective.of(feature));
        object(key -> {
            switch (key) {
                case "revenuePerRequest" -> {
                    Money amount = money();
                    located(() -> builder.revenue(amount));
                }
                case "revenueByAttribute" -> revenueByAttribute(builder);
                case "targetMargin" -> {
                    String share = number();
                    located(() -> builder.targetMargin(share));
                }
                case "ceilingPerRequest" -> {
                    Money amount = money();
                    located(() -> builder.ceiling(amount));
                }
                case "p95Ms" -> {
                    long millis = whole();
                    located(() -> builder.latencyBudget(Duration.ofMillis(millis)));
                }
                case "tolerance" -> {
                    String share = number();
                    located(() -> builder.tolerance(share));
                }
                case "minRequests" -> {
                    long count = whole();
                    located(() -> builder.minimumRequests((int) Math.min(count, Integer.MAX_VALUE)));
                }
                case "windowDays" -> {
                    long days = whole();
                    located(() -> builder.window(Duration.ofDays(days)));
                }
                case "note" -> text();
                default ->
                    throw error(
                            "unknown key",
                            "use one of revenuePerRequest, revenueByAttribute, targetMargin, ceilingPerRequest, p95Ms,"
                                    + " tolerance, minRequests, windowDays, note");
            }
        });
        return located(builder::build);
    }

    private void revenueByAttribute(CostObjective.Builder builder) {
        List<String> attributes = new ArrayList<>();
        object(attribute -> {
            attributes.add(attribute);
            if (attributes.size() > 1) {
                throw error("revenue by " + attributes, "name one attribute");
            }
            Map<String, Money> amounts = new HashMap<>();
            object(value -> amounts.put(value, money()));
            located(() -> builder.revenueBy(attribute, amounts));
        });
        if (attributes.isEmpty()) {
            throw error("no attribute in it", "give {\"plan\":{\"free\":\"0\",\"pro\":\"0.004\"}}");
        }
    }

    /** The parser stands on the value; afterwards it stands on its end. */
    private void object(Consumer<String> reader) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw error("found " + shown(), "give an object in braces");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            path.addLast(key);
            reader.accept(key);
            path.removeLast();
        }
    }

    private String text() {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw error("found " + shown(), "give a text in quotes");
        }
        return json.getString();
    }

    private String number() {
        JsonToken token = json.currentToken();
        if (token != JsonToken.VALUE_STRING
                && token != JsonToken.VALUE_NUMBER_INT
                && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw error("found " + shown(), "give a decimal number such as \"0.002\"");
        }
        return json.getString();
    }

    private Money money() {
        String text = number();
        return located(() -> Money.of(text, requireCurrency()));
    }

    private long whole() {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || !json.isExpectedNumberIntToken()) {
            throw error("found " + shown(), "give a whole number");
        }
        try {
            return Long.parseLong(json.getString());
        } catch (NumberFormatException e) {
            throw error(shown() + " is too large", "give a smaller number");
        }
    }

    private <T> T located(Supplier<T> code) {
        try {
            return code.get();
        } catch (Located e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new Located(where() + e.getMessage());
        }
    }

    private Located error(String what, String remedy) {
        return new Located(where() + what + "; " + remedy);
    }

    /** A refusal that says where. */
    private static final class Located extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        Located(String message) {
            super(message);
        }
    }

    private String where() {
        String place = String.join(".", path);
        return source + ":" + json.currentTokenLocation().getLineNr() + ": " + (place.isEmpty() ? "" : place + ": ");
    }

    private String shown() {
        JsonToken token = json.currentToken();
        String text = token == null ? "the end of the file" : "'" + json.getString() + "'";
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...'";
    }
}
