package io.unitcost.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Quality;
import io.unitcost.docs.MarkdownExamples;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Usage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/repricing.md} runs. */
class RepricingPageTest {

    private static final Path PAGE = Path.of("../docs/repricing.md");

    @Test
    void thePageShowsThisCode_andItWorks(@TempDir Path folder) throws Exception {
        MarkdownExamples.assertCompiled(PAGE, Path.of("src/test/java/io/unitcost/ledger/RepricingPageTest.java"));
        Path ledger = folder.resolve("costs.jsonl");
        try (LedgerWriter writer = LedgerWriter.create(ledger)) {
            writer.write(LedgerRecord.builder("r-1", Instant.parse("2026-11-21T10:00:00Z"), "chat", Money.USD)
                    .attempts(List.of(LedgerAttempt.of("openai", "gpt-4o")
                            .usage(Usage.tokens(1_200, 300), Quality.REPORTED)
                            .cost(Money.usd("0.006"))
                            .build()))
                    .build());
        }
        Repricing.Run run = Repricing.builder(PriceTable.bundled())
                .map("openai/gpt-4o", "openai/gpt-4o-mini")
                .at(Instant.parse("2026-12-01T00:00:00Z"))
                .build()
                .start();
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            reader.forEach(run::reprice);
        }
        RepricingSummary summary = run.summary();
        // 1200 × 0.15 + 300 × 0.6 per million
        assertThat(summary.features().get(0).wouldBe()).isEqualTo(Money.usd("0.00036"));
    }
}
