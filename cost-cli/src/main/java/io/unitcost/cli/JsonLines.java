package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** JSON lines in, JSON lines out: one answer for each line, in order, as soon as it is there. */
final class JsonLines {

    static final String ID = "id";

    private JsonLines() {}

    /**
     * An answer.
     *
     * @param json on one line
     * @param code the exit code it stands for
     */
    record Answer(String json, int code) {}

    /** What is done with a line. */
    @FunctionalInterface
    interface Work {
        /**
         * Fills in the answer, and gives the exit code it stands for.
         *
         * @param line as it was read
         * @param answer what will be written, the id first
         */
        int fill(String line, Map<String, @Nullable Object> answer);
    }

    /** Answers every line that is not blank, until there are no more or nobody listens; the worst exit code. */
    static int answer(InputStream in, PrintWriter out, Function<String, Answer> work) {
        int code = ExitCode.OK;
        // not closed: it is the process's own
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    Answer answer = work.apply(line);
                    code = Math.max(code, answer.code());
                    out.print(answer.json());
                    out.print('\n');
                    // a driver may wait for this answer before it writes the next line; and nobody may listen any more
                    if (out.checkError()) {
                        break;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return code;
    }

    /** The answer to a line, with {@code error} when it cannot be understood: the other lines are answered all the same. */
    static Answer answer(String line, Work work) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put(ID, null);
        int code = ExitCode.WRONG;
        try {
            code = work.fill(line, answer);
        } catch (DataException | IllegalArgumentException e) {
            answer.put("error", String.valueOf(e.getMessage()).replaceAll("\\s*\n\\s*", "; "));
        } catch (RuntimeException e) {
            answer.put("error", Main.ownFault(e));
        }
        return new Answer(Json.write(answer), code);
    }
}
