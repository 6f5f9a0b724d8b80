package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.docs.MarkdownExamples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples print what it says, but for the hash of the bundled prices and how many there are. */
class ReadmeTest {

    private static final String README = MarkdownExamples.read(Path.of("README.md"));
    private static final Pattern BLOCK = Pattern.compile("```\\n(\\$ .*?)```", Pattern.DOTALL);
    private static final Pattern EXAMPLE = Pattern.compile("\\$ ([^\\n]*)\\n([^$]*)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern ECHO = Pattern.compile("echo '(.*)' \\| (.*)");
    private static final Pattern FILE = Pattern.compile("`([a-z-]+\\.json)`:\\n\\n```json\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void theExamplesPrintWhatTheReadmeSays() {
        List<MatchResult> examples = BLOCK.matcher(README)
                .results()
                .flatMap(block -> EXAMPLE.matcher(block.group(1)).results())
                .toList();
        assertThat(examples).hasSizeGreaterThan(5);
        for (MatchResult example : examples) {
            assertThat(shown(run(example.group(1)))).as(example.group(1)).isEqualTo(example.group(2));
        }
    }

    private String run(String line) {
        Matcher echo = ECHO.matcher(line);
        boolean piped = echo.matches();
        String command = piped ? echo.group(2) : line;
        assertThat(command).startsWith("unitcost ");
        List<String> args = new ArrayList<>();
        WORD.matcher(command.substring("unitcost ".length()))
                .results()
                .forEach(word -> args.add(file(word.group(1) == null ? word.group(2) : word.group(1))));
        Shell.Result result = Shell.piped(piped ? echo.group(1) + "\n" : "", args.toArray(new String[0]));
        return result.out() + result.err();
    }

    /** A file that the README shows stands in the test's folder. */
    private String file(String word) {
        return FILE.matcher(README)
                .results()
                .filter(file -> file.group(1).equals(word))
                .findFirst()
                .map(file -> PriceFiles.write(folder, word, file.group(2)).toString())
                .orElse(word);
    }

    private String shown(String output) {
        return output.replaceAll("@[0-9a-f]{12}", "@…")
                .replace(folder + "/", "")
                .replace(folder + "\\", "");
    }
}
