package io.unitcost.spring.actuate;

import io.unitcost.CostMeter;
import io.unitcost.price.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Texts to paste. Names in them come from clients and answers, and are not to become anything else where they are pasted. */
final class Snippets {

    /** No number, so that nothing is priced by an example. */
    static final String AMOUNT = "AMOUNT";

    private static final int DATE_LENGTH = 10;
    private static final String STEP = "  ";

    private Snippets() {}

    /** A rate to fill in. */
    static String amount(String unit) {
        return AMOUNT + (Unit.of(unit).isTokens() ? " per 1M" : " per 1k");
    }

    /** An entry of {@code unitcost.prices.overrides}. */
    static String override(String provider, String model, Map<String, Object> rates) {
        List<String> lines = new ArrayList<>(List.of(
                "unitcost:",
                "  prices:",
                "    overrides:",
                "      - provider: " + quoted(provider),
                "        model: " + quoted(model),
                "        rates:"));
        rates.forEach((unit, rate) -> lines.add("          " + key(unit) + ": " + quoted(String.valueOf(rate))));
        return String.join("\n", lines) + "\n";
    }

    /** A unit as a property: {@code input-tokens}, and in brackets where it has characters that properties drop. */
    private static String key(String unit) {
        return unit.matches("[a-z0-9_]+") ? unit.replace('_', '-') : quoted("[" + unit + "]");
    }

    /** A pool's calibration; the list goes on with the models that are there. */
    static String calibration(String pool, String model) {
        return String.join(
                "\n",
                "unitcost:",
                "  pools:",
                "    " + quoted("[" + pool + "]") + ":",
                "      models:",
                "        - model: " + quoted(model),
                "          requests-per-second: " + AMOUNT,
                "          reference-input-tokens: " + AMOUNT,
                "          reference-output-tokens: " + AMOUNT,
                "");
    }

    /** A price file of one model. */
    static String priceFile(CostMeter meter, String provider, String model, Map<String, Object> definition) {
        String today = meter.clock().instant().toString().substring(0, DATE_LENGTH);
        return String.join(
                        "\n",
                        "{",
                        "  \"format\": \"unitcost-prices/1\",",
                        "  \"name\": \"own-prices\",",
                        "  \"date\": " + quoted(today) + ",",
                        "  \"currency\": " + quoted(meter.currency().getCurrencyCode()) + ",",
                        "  \"providers\": {",
                        "    " + quoted(provider) + ": {",
                        "      \"models\": {",
                        "        " + quoted(model) + ": " + json(definition, "        "),
                        "      }",
                        "    }",
                        "  }",
                        "}")
                + "\n";
    }

    private static String json(Object value, String indent) {
        String inner = indent + STEP;
        if (value instanceof Map<?, ?> map) {
            List<String> members = new ArrayList<>();
            map.forEach((key, member) -> members.add(inner + quoted(String.valueOf(key)) + ": " + json(member, inner)));
            return "{\n" + String.join(",\n", members) + "\n" + indent + "}";
        }
        if (value instanceof List<?> list) {
            List<String> elements = new ArrayList<>();
            list.forEach(element -> elements.add(inner + json(element, inner)));
            return "[\n" + String.join(",\n", elements) + "\n" + indent + "]";
        }
        return value instanceof Number || value instanceof Boolean ? value.toString() : quoted(String.valueOf(value));
    }

    /** As JSON and YAML both read it. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        return quoted.append('"').toString();
    }
}
