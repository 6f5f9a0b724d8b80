package io.unitcost.price;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The members of a JSON object that is written, in order; what says nothing is left out. */
final class JsonFields {

    private final Map<String, Object> fields = new LinkedHashMap<>();

    JsonFields put(String key, Object value) {
        fields.put(key, value);
        return this;
    }

    JsonFields put(String key, boolean flag) {
        if (flag) {
            fields.put(key, true);
        }
        return this;
    }

    JsonFields put(String key, List<?> list) {
        if (!list.isEmpty()) {
            fields.put(key, list);
        }
        return this;
    }

    JsonFields put(String key, Map<String, ?> members) {
        if (!members.isEmpty()) {
            fields.put(key, members);
        }
        return this;
    }

    JsonFields put(String key, BigDecimal number) {
        if (number.signum() != 0) {
            fields.put(key, plain(number));
        }
        return this;
    }

    Map<String, Object> toMap() {
        return fields;
    }

    /** As our formats write numbers: text without an exponent and without zeros at the end. */
    static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
