package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {

    @TempDir
    private Path folder;

    private String before = "";

    private String after = "";

    @BeforeEach
    void writePrices() {
        before = PriceFiles.write(folder, "old.json", PriceFiles.ACME).toString();
        after = PriceFiles.write(
                        folder,
                        "new.json",
                        PriceFiles.ACME
                                .replace("\"name\": \"acme\"", "\"name\": \"acme-2\"")
                                .replace("0.1 per 1M", "0.08 per 1M")
                                .replace("\"embed\"", "\"embed-2\""))
                .toString();
    }

    @Test
    void listsWhatChangedAndWhatCameAndWent() {
        Shell.Result result = Shell.run("diff", before, after);
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out().replaceAll("@[0-9a-f]{12}", "@…")).isEqualTo("""
                acme/small
                  input_tokens  0.1 per 1M  -> 0.08 per 1M  x 0.80
                + acme/embed-2
                - acme/embed
                1 price changed, 1 model added, 1 model removed
                acme@… -> acme-2@…
                """);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void marksWhatMovedTooFar() {
        PriceFiles.write(folder, "new.json", PriceFiles.ACME.replace("0.4 per 1M", "40 per 1M"));
        Shell.Result result = Shell.run("diff", before, after);
        assertThat(result.code()).isEqualTo(ExitCode.FOUND);
        assertThat(result.out())
                .contains("acme/small\n! output_tokens  0.4 per 1M  -> 40 per 1M  x 100\n")
                .contains("1 price changed, 0 models added, 0 models removed; 1 by more than 10 times (!)");
        assertThat(Shell.run("diff", before, after, "--factor", "100").code()).isEqualTo(ExitCode.OK);
        assertThat(Shell.run("diff", before, after, "--factor", "0").err()).contains("--factor: 0 is below 1");
    }

    @Test
    void theSameIsSaidToBeTheSame() {
        Shell.Result result = Shell.run("diff", before, before);
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).startsWith("0 prices changed, 0 models added, 0 models removed\n");
    }

    @Test
    void knowsTheBundledTableByName() {
        assertThat(Shell.run("diff", "bundled", "bundled").out()).startsWith("0 prices changed");
        assertThat(Shell.run("diff", "bundled", before).out()).contains("+ acme/large", "- openai/gpt-4o\n");
    }

    @Test
    void theJsonHasEachChange() {
        Map<String, Object> json =
                Json.object(Shell.run("diff", before, after, "--json").out().strip());
        assertThat((List<?>) json.get("changed")).singleElement().asString().contains("ratio=0.8", "beyond=false");
        assertThat(json.get("added")).isEqualTo(List.of("acme/embed-2"));
        assertThat(json.get("removed")).isEqualTo(List.of("acme/embed"));
    }

    @Test
    void tablesInTwoCurrenciesAreNotCompared() {
        PriceFiles.write(folder, "new.json", PriceFiles.ACME.replace("\"USD\"", "\"EUR\""));
        Shell.Result result = Shell.run("diff", before, after);
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.err()).contains("is in EUR but", "is in USD");
    }
}
