package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {

    @TempDir
    private Path folder;

    private String file = "";

    @BeforeEach
    void writePrices() {
        file = PriceFiles.write(folder, "acme.json", PriceFiles.ACME).toString();
    }

    private Shell.Result compare(String... args) {
        List<String> all = new ArrayList<>(List.of("compare", "--prices", file, "--no-bundled"));
        all.addAll(List.of(args));
        return Shell.run(all.toArray(new String[0]));
    }

    @Test
    void listsWhatEachModelCostsCheapestFirst() {
        Shell.Result result = compare("--input", "1200", "--output", "300");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        // small: 1200 × 0.1 + 300 × 0.4; other/large: 1500 × 1 × 0.95 × 1.1 + 1000 for the fee, per million
        assertThat(result.out().replaceAll("@[0-9a-f]{12}", "@…")).isEqualTo("""
                  USD a request  x cheapest  model                 as of
                              0        free  acme/local            2026-10-15
                      0.0002400        1.00  acme/small            2026-10-15
                      0.0025675        10.7  reseller/other/large  2026-11-01
                      0.0054000        22.5  acme/large            2026-10-15
                      0.0066430        27.7  reseller/large        2026-11-01
                  4 models have no price for all of this workload
                  prices acme@…, 2026-11-01
                """);
    }

    @Test
    void multipliesFiltersAndLimits() {
        Shell.Result result = compare("-i", "1200", "-o", "300", "--model", "*ARGE", "-n", "1M", "--limit", "1");
        // 0.0025675 × 1,000,000
        assertThat(result.out())
                .contains("USD for 1,000,000 requests", "2,567.50        1.00  reseller/other/large")
                .contains("... and 2 more, --limit shows them")
                .doesNotContain("small");
        assertThat(compare("-i", "1", "--provider", "ACME", "--model", "small").out())
                .contains("acme/small")
                .doesNotContain("reseller");
        assertThat(compare("-i", "1", "--model", "other/*").out()).contains("reseller/other/large");
    }

    @Test
    void saysWhichModelsReallyHaveTheTier() {
        assertThat(compare("-i", "1000", "-o", "100", "--tier", "batch", "--model", "*")
                        .out())
                .contains("served as")
                .containsPattern("acme/large +batch")
                .containsPattern("acme/small +standard");
    }

    @Test
    void nothingFoundIsSaid() {
        Shell.Result result = compare("-u", "output_images=1");
        assertThat(result.code()).isEqualTo(ExitCode.FOUND);
        assertThat(result.out()).contains("No model has a price for this workload.");
        assertThat(compare().err()).contains("There is nothing to compare");
        assertThat(compare("-i", "1", "-n", "0").err()).contains("--requests: 0 is not a number of requests");
        assertThat(compare("-i", "1", "-c", "2").err()).contains("contradict each other");
    }

    @Test
    void theJsonHasEveryModelWithAPrice() {
        Map<String, Object> json = Json.object(compare("-i", "1200", "-o", "300", "--limit", "1", "--json")
                .out()
                .strip());
        assertThat((List<?>) json.get("models")).hasSize(5);
        assertThat(json.get("models").toString()).contains("acme/small", "amount=0.00024");
        assertThat(json.get("unpriced_models")).hasToString("4");
    }
}
