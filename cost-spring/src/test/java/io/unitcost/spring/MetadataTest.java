package io.unitcost.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Completion in an editor knows every property, with a description. */
class MetadataTest {

    private static final Pattern SWITCH = Pattern.compile("\"(unitcost\\.(?:[a-z0-9-]+\\.)*enabled)\"");

    @Test
    void everyPropertyIsDescribed() throws IOException {
        JsonNode properties = properties();
        assertThat(properties.size()).isGreaterThan(24);
        properties.forEach(property -> assertThat(property.path("description").asString(""))
                .as(property.path("name").asString())
                .isNotBlank()
                .endsWith("."));
    }

    @Test
    void everySwitchOfAConditionIsKnown() throws IOException {
        Set<String> known = new TreeSet<>();
        properties().forEach(property -> known.add(property.path("name").asString()));
        Set<String> asked = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                Matcher matcher = SWITCH.matcher(Files.readString(source));
                while (matcher.find()) {
                    asked.add(matcher.group(1));
                }
            }
        }
        assertThat(asked).contains("unitcost.enabled", "unitcost.web.enabled");
        assertThat(known).containsAll(asked);
    }

    private static JsonNode properties() throws IOException {
        try (InputStream metadata =
                MetadataTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            return JsonMapper.shared()
                    .readTree(new String(metadata.readAllBytes(), StandardCharsets.UTF_8))
                    .path("properties");
        }
    }
}
