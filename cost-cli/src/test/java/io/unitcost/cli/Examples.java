package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The examples of a page, run: blocks whose lines begin with {@code $ unitcost}. Compared byte by byte, but for the hash of the bundled prices. Files
 * that the page shows and ledgers of {@link ExampleLedgers} are there by their names; {@code ; echo $?} prints the exit code.
 */
final class Examples {

    private static final Pattern BLOCK = Pattern.compile("```\\n(\\$ .*?)```", Pattern.DOTALL);
    private static final Pattern EXAMPLE =
            Pattern.compile("\\$ (?<line>[^\\n]*)\\n(?<output>.*?)(?=\\n?\\z|\\$ (?:unitcost|echo) )", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern ECHO = Pattern.compile("echo '(.*)' \\| (.*)");
    private static final Pattern FILE = Pattern.compile("`([a-z-]+\\.json)`:\\n\\n```json\\n(.*?)```", Pattern.DOTALL);
    private static final String AND_ITS_CODE = "; echo $?";

    private final String page;
    private final Path folder;

    private Examples(String page, Path folder) {
        this.page = page;
        this.folder = folder;
    }

    /** Runs them, and says how many there are. */
    static int assertRun(String page, Path folder) {
        return new Examples(page, folder).run();
    }

    private int run() {
        ExampleLedgers.write(folder);
        FILE.matcher(page).results().forEach(file -> PriceFiles.write(folder, file.group(1), file.group(2)));
        List<MatchResult> blocks = BLOCK.matcher(page).results().toList();
        int examples = 0;
        for (MatchResult block : blocks) {
            Matcher example = EXAMPLE.matcher(block.group(1));
            int end = 0;
            while (example.find()) {
                assertThat(shown(run(example.group("line"))).stripTrailing())
                        .as(example.group("line"))
                        .isEqualTo(example.group("output").stripTrailing());
                end = example.end();
                examples++;
            }
            assertThat(block.group(1).substring(end)).isBlank();
        }
        return examples;
    }

    private String run(String line) {
        boolean coded = line.endsWith(AND_ITS_CODE);
        Matcher echo = ECHO.matcher(line);
        boolean piped = echo.matches();
        String command =
                piped ? echo.group(2) : coded ? line.substring(0, line.length() - AND_ITS_CODE.length()) : line;
        assertThat(command).startsWith("unitcost ");
        List<String> args = new ArrayList<>();
        WORD.matcher(command.substring("unitcost ".length()))
                .results()
                .forEach(word -> args.add(file(word.group(1) == null ? word.group(2) : word.group(1))));
        Shell.Result result = Shell.piped(piped ? echo.group(1) + "\n" : "", args.toArray(new String[0]));
        return result.out() + result.err() + (coded ? result.code() + "\n" : "");
    }

    private String file(String word) {
        return Files.exists(folder.resolve(word)) ? folder.resolve(word).toString() : word;
    }

    private String shown(String output) {
        return output.replaceAll("@[0-9a-f]{12}", "@…")
                .replace(folder + "/", "")
                .replace(folder + "\\", "");
    }
}
