package io.unitcost.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.Shell;
import io.unitcost.cli.shell.Json;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A page that the command has written, and what it says. */
record ReportPage(Path file, String html) {

    private static final String DATA = "<script type=\"application/json\" id=\"data\">";

    /** Runs the command, which has to succeed. */
    static ReportPage of(Path directory, Path ledger, String... more) throws IOException {
        Path file = directory.resolve("page.html");
        Shell.Result result = Shell.run(Stream.concat(
                        Stream.of("report", "--html", file.toString(), "--ledger", ledger.toString()), Stream.of(more))
                .toArray(String[]::new));
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        return new ReportPage(file, Files.readString(file));
    }

    static Path ledger(Path directory, String name, List<LedgerRecord> records) {
        Path file = directory.resolve(name);
        try (LedgerWriter writer = LedgerWriter.create(file)) {
            records.forEach(writer::write);
        }
        return file;
    }

    /** What the charts are drawn from. */
    Map<String, @Nullable Object> data() {
        int from = html.indexOf(DATA) + DATA.length();
        return Json.object(html.substring(from, html.indexOf("</script>", from)));
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> features() {
        return (List<Map<String, Object>>) data().get("features");
    }

    /** What a reader reads, without markup, scripts and styles. */
    String text() {
        return html.replaceAll("(?s)<(script|style)[^>]*>.*?</\\1>", "")
                .replaceAll("(?s)<[^>]*>", " ")
                .replace("&#160;", " ")
                .replace("&#8211;", "-")
                .replace("&#8722;", "-")
                .replaceAll("\\s+", " ");
    }
}
