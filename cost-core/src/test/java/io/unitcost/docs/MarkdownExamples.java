package io.unitcost.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds that the Java in a Markdown page stands, line by line, in a source file that compiles and runs as a test. */
public final class MarkdownExamples {

    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private MarkdownExamples() {}

    /** Every {@code java} block of the page must be found in one of the sources, without regard to indentation and breaks. */
    public static void assertCompiled(Path page, Path... sources) {
        List<String> blocks =
                JAVA.matcher(read(page)).results().map(MatchResult::group).toList();
        assertThat(blocks).as("examples in " + page).isNotEmpty();
        String code = Stream.of(sources).map(source -> squeeze(read(source))).collect(Collectors.joining("\n"));
        assertThat(blocks).allSatisfy(block -> assertThat(code)
                .contains(squeeze(block.replace("```java", "").replace("```", ""))));
    }

    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String squeeze(String text) {
        return text.replaceAll("\\s+", "");
    }
}
