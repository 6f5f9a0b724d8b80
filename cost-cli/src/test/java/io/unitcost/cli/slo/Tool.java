package io.unitcost.cli.slo;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of somebody else's, from the PATH.
 *
 * @param file where it is
 */
record Tool(Path file) {

    private static final long MINUTES = 5;

    /** Skips the test, and says what was not checked, where it is not installed. */
    static Tool find(String name, String unchecked) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path file = Path.of(folder, name);
            if (!folder.isEmpty() && Files.isExecutable(file)) {
                return new Tool(file);
            }
        }
        String message = "SKIPPED: " + name + " is not on the PATH; " + unchecked
                + " NOT checked. Debian has it in the package prometheus.";
        System.err.println(message);
        return abort(message);
    }

    /**
     * What a run left behind.
     *
     * @param code the exit code
     * @param output standard output and error
     */
    record Result(int code, String output) {}

    /** Runs it to its end, in a folder. */
    Result run(Path folder, String... args) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = start(folder, output, args);
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError(file + " did not end within " + MINUTES + " minutes");
            }
            return new Result(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }

    Process start(Path folder, Path output, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(file.toString()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
