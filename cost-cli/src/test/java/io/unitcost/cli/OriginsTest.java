package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.SharedData;
import io.unitcost.cli.shell.Json;
import io.unitcost.price.Unit;
import io.unitcost.usage.UsageReport;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginsTest {

    @Test
    void explainsEveryCountOfEveryRecordedAnswer() throws IOException {
        Path file = SharedData.file("vectors/usage.jsonl");
        assumeTrue(file != null, "no shared data beside the project: usage vectors skipped");
        List<String> unexplained = new ArrayList<>();
        int explained = 0;
        for (String vector : Files.readAllLines(file)) {
            WireLine line = WireLine.of(Json.object(vector, WireLine.AS_IT_STANDS));
            UsageReport report = UsageLines.read(line.reader(), line.bytes(), Integer.MAX_VALUE);
            ProviderCounts counts =
                    ProviderCounts.in(SavedAnswer.of(line.bytes()).documents());
            assertThat(counts.shape()).as(vector).isNotEqualTo("none that is known");
            for (Unit unit : report.usage().units()) {
                if (Origins.of(unit, report.usage().quantity(unit), counts).isEmpty()) {
                    unexplained.add(unit + " of " + vector);
                } else {
                    explained++;
                }
            }
        }
        assertThat(unexplained).isEmpty();
        assertThat(explained).isGreaterThan(300);
    }

    @Test
    void saysNothingThatDoesNotAddUp() {
        ProviderCounts counts = ProviderCounts.in(Json.documents("{\"usage\":{\"prompt_tokens\":10}}"));
        assertThat(Origins.of(Unit.INPUT_TOKENS, BigDecimal.TEN, counts)).isEqualTo("prompt_tokens");
        assertThat(Origins.of(Unit.INPUT_TOKENS, BigDecimal.ONE, counts)).isEmpty();
        assertThat(Origins.of(Unit.of("web_searches"), BigDecimal.ZERO, counts)).isEmpty();
    }
}
