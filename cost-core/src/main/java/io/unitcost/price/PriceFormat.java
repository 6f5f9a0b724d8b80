package io.unitcost.price;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The formats of price lists, told apart by the first keys of the document. */
enum PriceFormat {
    /** Ours: an object with {@code format}. */
    UNITCOST("unitcost", PriceFileReader.FORMAT),
    /** An array of providers with {@code models}. */
    GENAI_PRICES("genai-prices", "genai-prices v2"),
    /** An object of models with keys such as {@code litellm_provider} and {@code input_cost_per_token}. */
    LITELLM("litellm", "LiteLLM"),
    /** An object of providers with {@code models}, or with models right below. */
    MODELS_DEV("models.dev", "models.dev");

    private static final Set<String> OWN_KEYS = Set.of("format", "providers", "currency", "sources", "$schema");
    private static final Set<String> MODELS_DEV_KEYS = Set.of("cost", "input", "output", "cache_read", "cache_write");

    private final String tableName;
    private final String label;

    PriceFormat(String tableName, String label) {
        this.tableName = tableName;
        this.label = label;
    }

    /**
     * Reads a price list of any of these formats.
     *
     * @param source what to call the stream in messages; a date in it is the day the prices are as of
     * @throws PriceTableException if it cannot be read, is not JSON or of none of the formats, or has no price
     */
    static PriceTable read(InputStream in, String source) {
        return read(in, source, LocalDate.now(ZoneOffset.UTC));
    }

    /**
     * Reads a price list, with a clock of the caller's.
     *
     * @param today the day the prices are as of when nothing says another one
     */
    static PriceTable read(InputStream in, String source, LocalDate today) {
        byte[] json = bytes(in, source);
        PriceFormat format = of(json, source);
        if (format == UNITCOST) {
            return PriceFileReader.read(new ByteArrayInputStream(json), source);
        }
        LoadReport.Builder report = new LoadReport.Builder(format.label);
        Object document = JsonTree.read(
                json, source, key -> report.note("key that stands twice: the last one counts", key, null, null));
        PublicTable rows = new PublicTable(format.tableName, source, today, report);
        if (format == GENAI_PRICES && document instanceof List<?> providers) {
            new GenAiPricesReader(rows).read(providers);
        } else if (document instanceof JsonObject object) {
            if (format == LITELLM) {
                new LiteLlmReader(rows, today).read(object);
            } else {
                new ModelsDevReader(rows).read(object);
            }
        }
        return rows.build();
    }

    private static byte[] bytes(InputStream in, String source) {
        try {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new PriceTableException(source + " cannot be read: " + e.getMessage() + "; name a readable file", e);
        }
    }

    private static PriceFormat of(byte[] json, String source) {
        try (JsonParser parser = JsonTree.parser(json)) {
            PriceFormat format =
                    switch (first(parser)) {
                        case START_ARRAY -> ofArray(parser);
                        case START_OBJECT -> ofObject(parser);
                        default -> null;
                    };
            if (format != null) {
                return format;
            }
        } catch (JacksonException e) {
            throw JsonTree.invalid(e, source);
        }
        throw PriceTableException.located(
                source + ":1: this JSON is no price list that is known; give one in the format " + UNITCOST.label
                        + ", LiteLLM's model_prices_and_context_window.json, genai-prices' data.json (v2)"
                        + " or models.dev's api.json",
                null);
    }

    private static JsonToken first(JsonParser parser) {
        JsonToken token = parser.nextToken();
        return token == null ? JsonToken.VALUE_NULL : token;
    }

    private static @Nullable PriceFormat ofArray(JsonParser parser) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                if (parser.currentName().equals("models")) {
                    return GENAI_PRICES;
                }
                parser.nextToken();
                parser.skipChildren();
            }
        }
        return null;
    }

    private static @Nullable PriceFormat ofObject(JsonParser parser) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            if (OWN_KEYS.contains(parser.currentName())) {
                return UNITCOST;
            }
            PriceFormat format = parser.nextToken() == JsonToken.START_OBJECT ? ofEntry(parser) : null;
            if (format != null) {
                return format;
            }
            parser.skipChildren();
        }
        return null;
    }

    /** Told by an entry of the document, which the parser has entered and then left. */
    private static @Nullable PriceFormat ofEntry(JsonParser parser) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (LiteLlmKey.isTypical(key)) {
                return LITELLM;
            }
            boolean object = parser.nextToken() == JsonToken.START_OBJECT;
            if (object && (key.equals("models") || isModel(parser))) {
                return MODELS_DEV;
            }
            if (!object) {
                parser.skipChildren();
            }
        }
        return null;
    }

    private static boolean isModel(JsonParser parser) {
        boolean model = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            model |= MODELS_DEV_KEYS.contains(parser.currentName());
            parser.nextToken();
            parser.skipChildren();
        }
        return model;
    }
}
