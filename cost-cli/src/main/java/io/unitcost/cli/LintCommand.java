package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.TableOption;
import io.unitcost.cli.shell.Texts;
import io.unitcost.price.LoadReport;
import io.unitcost.price.PriceLint;
import io.unitcost.price.PriceLint.Finding;
import io.unitcost.price.PriceLint.Severity;
import io.unitcost.price.PriceTable;
import io.unitcost.price.PriceTableException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What is wrong, or probably wrong, with a price file. */
@Command(
        name = "lint",
        sortOptions = false,
        usageHelpWidth = Main.WIDTH,
        description = "Checks a price file: what cannot be read, prices of another magnitude, prices far away from the"
                + " bundled ones, entries that can never be found.",
        footer = {
            "",
            "  unitcost lint prices-acme.json",
            "  unitcost lint prices-new.json --against prices-old.json --errors"
        })
final class LintCommand implements Callable<Integer> {

    private static final String NONE = "none";

    @Parameters(
            paramLabel = "FILE",
            description = "A price file: unitcost-prices/1, LiteLLM, genai-prices or models.dev.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(
            names = "--against",
            paramLabel = "FILE",
            defaultValue = "bundled",
            description = "Prices known to be good: a file, 'bundled' (unless given) or 'none'.")
    private String against = "bundled";

    @Option(names = "--errors", description = "Errors only, no warnings.")
    private boolean errorsOnly;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new DataException("'" + file + "' is not a file that can be read; name a price file");
        }
        PriceTable known = against.equals(NONE) ? null : TableOption.named(against);
        PriceTable table = null;
        List<Finding> findings = new ArrayList<>();
        try {
            table = PriceTable.read(file);
            findings.addAll(PriceLint.check(table, known));
            for (LoadReport.Note note : table.report().notes()) {
                findings.add(ofReading(note));
            }
        } catch (PriceTableException e) {
            findings.add(new Finding(Severity.ERROR, file.toString(), String.valueOf(e.getMessage()), ""));
        }
        if (errorsOnly) {
            findings.removeIf(finding -> finding.severity() != Severity.ERROR);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(answer(table, findings)));
        } else {
            findings.forEach(finding -> print(out, finding));
            out.println(summary(table, findings));
        }
        return findings.isEmpty() ? ExitCode.OK : ExitCode.FOUND;
    }

    /** What the reader could not take over as it stands. */
    private Finding ofReading(LoadReport.Note note) {
        String what = note.kind()
                + (note.count() == 1 ? "" : ", " + note.count() + " times")
                + (note.examples().isEmpty() ? "" : ": " + String.join("; ", note.examples()))
                + (note.examples().size() < note.count() ? "; ..." : "");
        boolean missing = note.kind().startsWith("left out") || note.kind().startsWith("price ");
        return new Finding(
                Severity.WARNING, file.toString(), Texts.ascii(what), missing ? "see that it is nothing you need" : "");
    }

    private void print(PrintWriter out, Finding finding) {
        String severity = label(finding);
        if (finding.remedy().isEmpty()) {
            out.println(severity + "  " + finding.what());
        } else {
            out.println(severity + "  " + finding.entry());
            out.println("  " + finding.what() + ";");
            out.println("  " + finding.remedy());
        }
        out.println();
    }

    private static String label(Finding finding) {
        return finding.severity().name().toLowerCase(Locale.ROOT);
    }

    private String summary(@Nullable PriceTable table, List<Finding> findings) {
        long errors = findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .count();
        long warnings = findings.size() - errors;
        String what = findings.isEmpty()
                ? "nothing found"
                : count(errors, "error") + (errorsOnly ? "" : ", " + count(warnings, "warning"));
        return file + ": " + what + (table == null ? "" : " in " + table);
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private Map<String, @Nullable Object> answer(@Nullable PriceTable table, List<Finding> findings) {
        List<Map<String, @Nullable Object>> written = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("severity", label(finding));
            one.put("entry", finding.entry());
            one.put("what", finding.what());
            one.put("remedy", finding.remedy().isEmpty() ? null : finding.remedy());
            written.add(one);
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("file", file.toString());
        answer.put("price_table", table == null ? null : table.id());
        answer.put("findings", written);
        return answer;
    }
}
