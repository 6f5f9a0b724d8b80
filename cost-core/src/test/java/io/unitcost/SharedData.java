package io.unitcost;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Traces, price files and vectors that may lie beside the project; tests that want them are skipped without. */
public final class SharedData {

    private SharedData() {}

    /** The file below {@code shared/data}, beside this project or one of its parents; {@code null} when not there. */
    public static @Nullable Path file(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("shared/data").resolve(name);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }
}
