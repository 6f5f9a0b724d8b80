package io.unitcost.samples.ledgersql;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.RequestCost.Kind;
import io.unitcost.cli.ledger.ExportCommand;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What every engine has to agree with: the ledger read in Java, and {@code unitcost export}. */
public final class Tables {

    private Tables() {}

    /** Runs a statement, or gives the rows of a query: cells as they are, {@code null} for nothing. */
    @FunctionalInterface
    public interface Engine {
        List<List<@Nullable Object>> run(String sql);
    }

    /** Statements of a file of this sample, one after the other. */
    public static void run(Engine engine, String file, String ledger) {
        try (InputStream in = KafkaLedgerSink.class.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("(?m)^--.*\n", "")
                    .replace("${ledger}", ledger);
            for (String statement : text.split(";")) {
                if (!statement.isBlank()) {
                    engine.run(statement.strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that is to be the same. */
    public static void assertAgree(Engine engine, Path ledger) {
        assertFeatures(engine, ledger);
        for (String table : List.of("buckets", "cells", "cases")) {
            List<List<String>> exported = exported(table, ledger);
            String columns = String.join(", ", exported.get(0)).replace("case", "caseId");
            List<List<String>> rows = new ArrayList<>();
            engine.run("SELECT " + columns + " FROM " + table).forEach(row -> rows.add(texts(row)));
            assertThat(rows)
                    .as(table)
                    .hasSizeGreaterThan(10)
                    .containsExactlyInAnyOrderElementsOf(exported.subList(1, exported.size()));
        }
    }

    private static void assertFeatures(Engine engine, Path ledger) {
        Map<String, Money> costs = new TreeMap<>();
        Map<String, Long> delivered = new TreeMap<>();
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            for (LedgerRecord record = reader.next(); record != null; record = reader.next()) {
                if (record.kind() != Kind.SUBREQUEST) {
                    costs.merge(record.feature(), record.total(), Money::plus);
                    delivered.merge(record.feature(), record.isDelivered() ? 1L : 0L, Long::sum);
                }
            }
        }
        List<List<String>> expected = new ArrayList<>();
        costs.forEach((feature, cost) ->
                expected.add(List.of(feature, delivered.get(feature).toString(), cost.toPlainString())));
        List<List<String>> rows = new ArrayList<>();
        engine.run("SELECT feature, delivered, cost FROM features").forEach(row -> rows.add(texts(row)));
        assertThat(rows).hasSizeGreaterThan(2).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<String> texts(List<@Nullable Object> row) {
        return row.stream().map(Tables::text).toList();
    }

    /** Numbers without zeros at their end, and nothing for NULL: as the export writes them. */
    private static String text(@Nullable Object cell) {
        if (cell == null) {
            return "";
        }
        if (cell instanceof Number number) {
            BigDecimal exact = new BigDecimal(number.toString());
            return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
        }
        return cell.toString();
    }

    /** No cell of this traffic has a comma but those of a feature's name. */
    private static List<List<String>> exported(String format, Path ledger) {
        StringWriter out = new StringWriter();
        int code = new CommandLine(new ExportCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .execute("--ledger", ledger.toString(), "--format", format.toLowerCase(Locale.ROOT));
        assertThat(code).isZero();
        return out.toString()
                .lines()
                .map(line -> line.replace("\"naïve, \"\"quoted\"\"\"", "@"))
                .map(line -> Arrays.stream(line.split(",", -1))
                        .map(cell -> cell.equals("@") ? "naïve, \"quoted\"" : cell)
                        .toList())
                .toList();
    }
}
