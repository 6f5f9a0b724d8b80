package io.unitcost.servlet.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page about the matrix knows what is in it. */
class MatrixDocsTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

    @Test
    void everyScenarioHasALine() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "servlet-matrix.md"));
        assertThat(ROW.matcher(page).results().map(found -> found.group(1)))
                .containsExactlyElementsOf(
                        Scenario.all().stream().map(Scenario::name).toList());
    }
}
