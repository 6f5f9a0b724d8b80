package io.unitcost.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.docs.MarkdownExamples;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code docs/ledger.md} says what the schema says, and its examples run. */
class LedgerPageTest {

    private static final Path PAGE = Path.of("../docs/ledger.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\| (always)? ?\\|");

    private final String page = MarkdownExamples.read(PAGE);
    private final String secret = "0123456789abcdef";
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> sent = new CopyOnWriteArrayList<>();

    @Test
    void theTablesNameEveryFieldOfTheSchemaAndNoOther() {
        assertTable("Of a request", LedgerSchema.fields(), LedgerSchema.required(""));
        assertTable("Of an attempt", LedgerSchema.attemptFields(), LedgerSchema.required("/$defs/attempt"));
        assertTable("Of a line", LedgerSchema.lineFields(), LedgerSchema.required("/$defs/line"));
    }

    private void assertTable(String title, Set<String> fields, Set<String> required) {
        int start = page.indexOf("### " + title);
        int end = page.indexOf("\n#", start + 1);
        assertThat(start).as(title).isPositive();
        Set<String> named = new TreeSet<>();
        Set<String> always = new TreeSet<>();
        Matcher rows = ROW.matcher(page.substring(start, end));
        while (rows.find()) {
            named.add(rows.group(1));
            if (rows.group(2) != null) {
                always.add(rows.group(1));
            }
        }
        assertThat(named).as(title).isEqualTo(fields);
        assertThat(always).as(title).isEqualTo(required);
    }

    @Test
    void theLineIsARecord() {
        Matcher block = Pattern.compile("```json\n(.*?)\n```", Pattern.DOTALL).matcher(page);
        assertThat(block.find()).isTrue();
        LedgerSchema.assertValid(block.group(1));
        assertThat(LedgerReader.parse(block.group(1)).toJson()).isEqualTo(block.group(1));
    }

    @Test
    void theDefaultsAreThose() {
        FileLedgerSink.Builder defaults = FileLedgerSink.builder(Path.of("costs"));
        assertThat(page)
                .contains("| `prefix` | `" + defaults.prefix + "` |")
                .contains("| `maxFileSize` | " + (defaults.maxBytes >> 20) + " MiB |")
                .contains("| `flushInterval` | " + defaults.flushInterval.toSeconds() + " s |")
                .contains("| `fsync` | `" + defaults.fsync + "` |")
                .contains("| `gzip` | " + (defaults.gzip ? "on" : "off") + " |")
                .contains("| `queueCapacity` | " + String.format("%,d", defaults.queueCapacity) + " |")
                .contains("| `closeTimeout` | " + defaults.closeTimeout.toSeconds() + " s |");
    }

    @Test
    void thePageShowsThisCode_andItWorks() throws Exception {
        MarkdownExamples.assertCompiled(PAGE, Path.of("src/test/java/io/unitcost/ledger/LedgerPageTest.java"));
        write();
        Map<String, Money> costs = new HashMap<>();
        List<String> halfWritten;
        try (LedgerReader reader = LedgerReader.open(Path.of("costs"))) {
            reader.forEach(record -> costs.merge(record.feature(), record.total(), Money::plus));
            halfWritten = reader.halfWritten();
        }
        // 1200 × 0.15 + 300 × 0.6 per million
        assertThat(costs).containsExactly(Map.entry("chat", Money.usd("0.00036")));
        assertThat(halfWritten).isEmpty();
        LedgerSink queued = LedgerSink.queued(record -> send(record.id(), record.toJson()), 10_000);
        queued.accept(LedgerFixture.record(1));
        queued.close();
        assertThat(sent).containsExactly("r-1");
    }

    private void write() {
        FileLedgerSink files = FileLedgerSink.builder(Path.of("costs"))
                .maxFileSize(64L << 20)
                .gzip(true)
                .build();
        CostLedger ledger = CostLedger.builder(files)
                .release("1.42.0")
                .salt(secret)
                .attributes("plan")
                .build();
        CostMeter meter = CostMeter.builder()
                .listener(CostMetrics.builder(registry).ledger(ledger).build())
                .listener(ledger)
                .build();
        RequestMeter request = meter.open("chat");
        request.record(Attempt.of("openai", "gpt-4o-mini")
                .usage(Usage.tokens(1_200, 300))
                .build());
        request.end(Outcome.DELIVERED);
        meter.close();
        ledger.close();
    }

    private void send(String key, String value) {
        assertThat(LedgerReader.parse(value).id()).isEqualTo(key);
        sent.add(key);
    }

    /** The example writes to the directory in which it is run. */
    @AfterEach
    void cleanUp() throws Exception {
        Path costs = Path.of("costs");
        if (Files.exists(costs)) {
            for (Path file : LedgerFixture.filesIn(costs)) {
                Files.delete(file);
            }
            Files.delete(costs);
        }
    }
}
