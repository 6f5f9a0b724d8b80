package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of {@code docs/servlet.md} that says what the caller is told, and whether a container agrees with it. */
final class TellingTable {

    private static final Path DOCUMENT = Path.of("..", "docs", "servlet.md");
    private static final String START = "<!-- told -->";
    private static final String END = "<!-- /told -->";

    private TellingTable() {}

    /**
     * Writes what was seen to {@code target/told-CONTAINER.md}, a table of its own.
     *
     * @param container a column of the table
     * @param told by way of committing a response: {@code HEADER | TRAILER}
     */
    static void assertSays(String container, Map<String, String> told) throws IOException {
        StringBuilder table = new StringBuilder("| the response is | header | trailer |\n|---|---|---|\n");
        told.forEach((way, what) ->
                table.append("| ").append(way).append(" | ").append(what).append(" |\n"));
        Files.writeString(Path.of("target", "told-" + container.replace(' ', '-') + ".md"), table);
        assertThat(documented(container)).isEqualTo(told);
    }

    private static Map<String, String> documented(String container) throws IOException {
        String text = Files.readString(DOCUMENT);
        List<List<String>> rows = new ArrayList<>();
        for (String line :
                text.substring(text.indexOf(START), text.indexOf(END)).split("\n")) {
            if (line.startsWith("|") && !line.startsWith("|---")) {
                rows.add(List.of(line.substring(1).strip().split("\\s*\\|\\s*")));
            }
        }
        int header = rows.get(0).indexOf(container + ": header");
        assertThat(header).as("a column for " + container).isPositive();
        Map<String, String> documented = new LinkedHashMap<>();
        rows.subList(1, rows.size())
                .forEach(row -> documented.put(row.get(0), row.get(header) + " | " + row.get(header + 1)));
        return documented;
    }
}
