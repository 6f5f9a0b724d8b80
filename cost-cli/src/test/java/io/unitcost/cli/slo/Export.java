package io.unitcost.cli.slo;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** What {@code unitcost slo export} prints. */
final class Export {

    private Export() {}

    /**
     * What a run left behind.
     *
     * @param code the exit code
     * @param out standard output
     * @param err the message of a refusal
     */
    record Result(int code, String out, String err) {}

    static Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("export"));
        all.addAll(List.of(args));
        int code = new CommandLine(new SloCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    err.write(String.valueOf(failure.getMessage()));
                    return CommandLine.ExitCode.USAGE;
                })
                .execute(all.toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    /** The text, of a run that has to go well. */
    static String text(String... args) {
        Result result = run(args);
        if (result.code() != 0 || result.out().isBlank()) {
            throw new AssertionError("exit code " + result.code() + ": " + result.err());
        }
        return result.out();
    }

    static String help() {
        return new CommandLine(new SloCommand()).getSubcommands().get("export").getUsageMessage();
    }

    /** Every document of a YAML text. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> yaml(String text) {
        List<Map<String, Object>> documents = new ArrayList<>();
        new Load(LoadSettings.builder().build())
                .loadAllFromString(text)
                .forEach(document -> documents.add((Map<String, Object>) document));
        return documents;
    }

    /** Every rule of exported Prometheus rules. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> rules(String text) {
        return ((List<Map<String, Object>>) yaml(text).get(0).get("groups"))
                .stream()
                        .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream())
                        .toList();
    }
}
