package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintCommandTest {

    @TempDir
    private Path folder;

    private String file(String rate) {
        return PriceFiles.write(folder, "prices.json", """
                        {"format": "unitcost-prices/1", "name": "ours", "date": "2026-11-01", "currency": "USD",
                         "providers": {"acme": {"models": {"m": {"rates": {
                           "input_tokens": "%s", "cache_read_tokens": "3 per 1M", "output_tokens": "10 per 1M"}}}}}}
                        """.formatted(rate)).toString();
    }

    @Test
    void saysWhereWhatAndWhatToDo() {
        String file = file("2.5 per 1");
        Shell.Result result = Shell.run("lint", file);
        assertThat(result.code()).isEqualTo(ExitCode.FOUND);
        assertThat(result.out().replaceAll("@[0-9a-f]{12}", "@…").replace(file, "prices.json"))
                .isEqualTo("""
                        error  acme/m rates.input_tokens
                          2500000 per 1M looks like a price per million entered as per token;
                          write '2.5 per 1M' if that is what it costs

                        warning  acme/m rates.output_tokens
                          10 per 1M is less than a tenth of input at 2500000 per 1M;
                          check that the two are not swapped, and in the same unit

                        prices.json: 1 error, 1 warning in ours@… (1 prices in USD as of 2026-11-01)
                        """);
        assertThat(Shell.run("lint", file, "--errors").out())
                .contains("1 error in")
                .doesNotContain("warning");
    }

    @Test
    void whatCannotBeReadIsAFindingToo() {
        String file = file("-2.5 per 1M");
        Shell.Result result = Shell.run("lint", file);
        assertThat(result.code()).isEqualTo(ExitCode.FOUND);
        assertThat(result.out())
                .contains("error  " + file
                        + ":3: $.providers.acme.models.m.rates.input_tokens: rate: a price of -2.5 is negative")
                .contains(file + ": 1 error, 0 warnings\n");
    }

    @Test
    void aGoodFileIsSaidToBeGood() {
        Shell.Result result = Shell.run("lint", file("4 per 1M"));
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).contains("nothing found in ours@");
    }

    @Test
    void warningsAloneAreFoundUnlessOnlyErrorsAreWanted() {
        String file = file("2 per 1M");
        assertThat(Shell.run("lint", file).out())
                .contains("3 per 1M from the cache is dearer than input_tokens at 2 per 1M");
        assertThat(Shell.run("lint", file).code()).isEqualTo(ExitCode.FOUND);
        assertThat(Shell.run("lint", file, "--errors").code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void theJsonHasEachFinding() {
        Map<String, Object> json =
                Json.object(Shell.run("lint", file("2.5 per 1"), "--json").out().strip());
        assertThat((List<?>) json.get("findings"))
                .hasSize(2)
                .first()
                .asString()
                .contains("severity=error", "remedy=write '2.5 per 1M'");
        assertThat(json.get("price_table")).asString().startsWith("ours@");
        assertThat(Shell.run("lint", file("-1 per 1M"), "--json").out())
                .contains("\"price_table\":null", "\"remedy\":null");
    }

    @Test
    void pricesFarFromThoseKnownToBeGoodAreSaid() {
        String known = file("4 per 1M");
        Path now = PriceFiles.write(
                folder,
                "now.json",
                PriceFiles.ACME.replace("\"large\"", "\"m\"").replace("\"2 per 1M\"", "\"0.2 per 1M\""));
        assertThat(Shell.run("lint", now.toString(), "--against", known).out())
                .contains("warning  acme/m input_tokens\n  0.2 per 1M is far from 4 per 1M in ours;\n");
        assertThat(Shell.run("lint", now.toString(), "--against", "none").out()).doesNotContain("far from");
    }
}
