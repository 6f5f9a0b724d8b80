package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.docs.MarkdownExamples;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/gate.md}: its commands print what it says, its Java is that of tests that run, and it names every option. */
class GatePageTest {

    private static final Path PAGE = Path.of("../docs/gate.md");

    private final String page = MarkdownExamples.read(PAGE);

    @Test
    void theExamplesPrintWhatThePageSays(@TempDir Path folder) {
        assertThat(Examples.assertRun(page, folder)).isGreaterThan(1);
    }

    @Test
    void theFrontPageShowsThatReport() {
        String front = MarkdownExamples.read(Path.of("../README.md"));
        int start = front.indexOf("AI cost gate: ");
        List<String> lines =
                front.substring(start, front.indexOf("```", start)).lines().toList();
        assertThat(lines).hasSizeGreaterThan(5).allSatisfy(line -> assertThat(page)
                .contains(line));
    }

    @Test
    void thePageShowsTestsThatRun() {
        MarkdownExamples.assertCompiled(
                PAGE,
                Path.of("src/test/java/io/unitcost/cli/SummariserCostTest.java"),
                Path.of("../samples/release-gate/src/test/java/io/unitcost/samples/gate/SummariserCostTest.java"));
    }

    @Test
    void itNamesEveryOption() {
        assertThat(Pattern.compile("(?m)^ *(?:-\\w, )?(--[a-z-]+)=")
                        .matcher(Shell.run("gate", "--help").out())
                        .results()
                        .map(MatchResult::group)
                        .map(option -> option.replaceAll(".*(--[a-z-]+)=", "$1").strip()))
                .hasSizeGreaterThan(8)
                .allSatisfy(option -> assertThat(page).contains("`" + option + " "));
    }
}
