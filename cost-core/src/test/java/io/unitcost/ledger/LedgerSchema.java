package io.unitcost.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The schema as it is shipped, and whether a line is as it says. */
final class LedgerSchema {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode DOCUMENT = read();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(DOCUMENT.toString(), InputFormat.JSON);

    private LedgerSchema() {}

    /** Valid, and without a field that the schema does not name. */
    static void assertValid(String line) {
        assertThat(SCHEMA.validate(line, InputFormat.JSON)).as(line).isEmpty();
        JsonNode record = JSON.readTree(line);
        assertThat(names(record)).isSubsetOf(fields());
        for (JsonNode attempt : record.get("attempts")) {
            assertThat(names(attempt)).isSubsetOf(attemptFields());
            for (JsonNode row : attempt.path("lines")) {
                assertThat(names(row)).isSubsetOf(lineFields());
            }
        }
    }

    static boolean isValid(String line) {
        return SCHEMA.validate(line, InputFormat.JSON).isEmpty();
    }

    static Set<String> fields() {
        return names(DOCUMENT.get("properties"));
    }

    static Set<String> attemptFields() {
        return names(DOCUMENT.at("/$defs/attempt/properties"));
    }

    static Set<String> lineFields() {
        return names(DOCUMENT.at("/$defs/line/properties"));
    }

    static Set<String> required(String pointer) {
        Set<String> names = new TreeSet<>();
        DOCUMENT.at(pointer + "/required").forEach(name -> names.add(name.asString()));
        return names;
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            names.add(field.getKey());
        }
        return names;
    }

    private static JsonNode read() {
        try (InputStream in = Objects.requireNonNull(LedgerRecord.class.getResourceAsStream("ledger-1.schema.json"))) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
