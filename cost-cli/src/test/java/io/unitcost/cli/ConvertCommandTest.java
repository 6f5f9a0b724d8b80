package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.ExitCode;
import io.unitcost.price.PriceTable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {

    @TempDir
    private Path folder;

    private String file = "";

    @BeforeEach
    void writePrices() {
        file = PriceFiles.write(folder, "acme.json", PriceFiles.ACME).toString();
    }

    private static PriceTable read(String json) {
        return PriceTable.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "written.json");
    }

    @Test
    void writesOurFormatToStandardOutputAndWhatItReadToStandardError() {
        Shell.Result result = Shell.run("convert", file);
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(read(result.out()).id())
                .isEqualTo(PriceTable.read(Path.of(file)).id());
        assertThat(result.err()).contains("acme@");
    }

    @Test
    void writesAFileUnderAnotherNameAndDay() throws IOException {
        Path target = folder.resolve("out.json");
        Shell.Result result =
                Shell.run("convert", file, "--name", "ours", "--date", "2026-11-02", "-o", target.toString());
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEmpty();
        PriceTable written = PriceTable.read(target);
        assertThat(written.name()).isEqualTo("ours");
        assertThat(written.asOf()).isEqualTo(LocalDate.of(2026, 11, 2));
        assertThat(Files.readString(target)).contains("\"title\": \"acme, 2026-11-01\"");
    }

    @Test
    void layersFilesAndKeepsTheProvidersWanted() {
        Path upper = PriceFiles.write(
                folder,
                "upper.json",
                PriceFiles.ACME
                        .replace("\"acme\", \"date\"", "\"upper\", \"date\"")
                        .replace("0.1 per 1M", "0.3 per 1M"));
        PriceTable both = read(Shell.run("convert", upper.toString(), file, "--provider", "ACME")
                .out());
        assertThat(both.name()).isEqualTo("upper-acme");
        assertThat(both.models())
                .allMatch(price -> price.provider().equals("acme"))
                .hasSize(5);
        assertThat(both.find("acme", "small").price().rates(null, null, Shell.NOW, 0))
                .containsEntry("input_tokens", "0.3 per 1M");
        PriceTable all = read(Shell.run("convert", file, "--over", "bundled").out());
        assertThat(all.has("openai", "gpt-4o")).isTrue();
        assertThat(all.has("acme", "large")).isTrue();
    }

    @Test
    void saysWhatItCannotDo() {
        assertThat(Shell.run("convert", file, "--provider", "nobody").err())
                .contains("--provider: there are no prices of nobody");
        assertThat(Shell.run("convert", file, "--date", "today").err()).contains("--date: 'today' is not a day");
        assertThat(Shell.run("convert", file, "--name", "not a name").err()).contains("'not a name' is not a name");
        assertThat(Shell.run(
                                "convert",
                                file,
                                "-o",
                                folder.resolve("no/such/folder.json").toString())
                        .err())
                .contains("Cannot read or write")
                .doesNotContain("\tat ");
    }
}
