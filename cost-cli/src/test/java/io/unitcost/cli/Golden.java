package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a command is to print, byte by byte: {@code src/test/resources}. What it printed instead is left in {@code target/golden}. */
public final class Golden {

    private Golden() {}

    public static void assertMatches(String name, String actual) throws IOException {
        Path kept = Path.of("target", "golden", name);
        Files.createDirectories(kept.getParent());
        Files.writeString(kept, actual);
        try (InputStream in = Golden.class.getClassLoader().getResourceAsStream(name)) {
            assertThat(in).as("%s; what was printed is in %s", name, kept).isNotNull();
            assertThat(actual)
                    .as("%s; what was printed is in %s", name, kept)
                    .isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
