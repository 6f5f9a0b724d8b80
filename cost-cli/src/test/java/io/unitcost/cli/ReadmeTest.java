package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.docs.MarkdownExamples;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

/** The README's examples print what it says, but for the hash of the bundled prices and how many there are. */
class ReadmeTest {

    private static final String README = MarkdownExamples.read(Path.of("README.md"));

    @Test
    void theExamplesPrintWhatTheReadmeSays(@TempDir Path folder) {
        assertThat(Examples.assertRun(README, folder)).isGreaterThan(10);
    }

    @Test
    void everyCommandIsInIt() {
        List<String> commands = Arrays.stream(
                        Main.class.getAnnotation(Command.class).subcommands())
                .map(type -> type.getAnnotation(Command.class).name())
                .toList();
        assertThat(commands).hasSizeGreaterThan(10);
        assertThat(commands)
                .filteredOn(name -> !README.matches("(?s).*unitcost " + name + "\\s.*"))
                .isEmpty();
    }
}
