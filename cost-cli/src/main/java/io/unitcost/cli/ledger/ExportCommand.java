package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Currency;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Small tables of a large ledger. */
@Command(
        name = "export",
        sortOptions = false,
        usageHelpWidth = 110,
        description =
                "Adds a ledger up to a small table (CSV): sessions and cases for the gate, models for an explanation, or"
                        + " charges by the hour under the names of FOCUS.",
        footer = {
            "",
            "  unitcost export --ledger costs --format buckets --out buckets.csv",
            "  unitcost export --ledger costs --format cells --out cells.csv",
            "  unitcost export --ledger costs --format focus --focus-version 1.4"
        })
public final class ExportCommand implements Callable<Integer> {

    /** What a row is. */
    enum Format {
        /** A bucket of sessions of a feature. */
        BUCKETS,
        /** A model, service or delivered requests of a feature. */
        CELLS,
        /** A case of a feature. */
        CASES,
        /** What was used of one thing for one feature in an hour. */
        FOCUS
    }

    @Mixin
    private LedgerOption ledger = new LedgerOption();

    @Option(
            names = {"-f", "--format"},
            required = true,
            paramLabel = "buckets|cells|cases|focus",
            description =
                    "buckets: 200 buckets of sessions of each feature. cells: models and services of each feature."
                            + " cases: how often each case was asked for. focus: hours, with the columns of a FOCUS cost and usage table.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Format format;

    @Option(
            names = "--focus-version",
            paramLabel = "1.2|1.3|1.4",
            description = "Whose column names; 1.3 unless given.")
    private String version = "1.3";

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Write to this new file instead of standard output.")
    private @Nullable Path out;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path file = out;
        if (file != null && Files.exists(file)) {
            throw new DataException("--out: there is a file " + file + ", and nothing is overwritten; name a new one");
        }
        Export export =
                switch (format) {
                    case BUCKETS -> new BucketExport(Rows.MOST);
                    case CELLS -> new CellExport(Rows.MOST);
                    case CASES -> new CaseExport(Rows.MOST);
                    case FOCUS -> new FocusExport(FocusVersion.of(version), Rows.MOST);
                };
        read(export);
        if (file == null) {
            print(export, spec.commandLine().getOut());
        } else {
            write(export, file);
        }
        return ExitCode.OK;
    }

    private void read(Export export) {
        try (LedgerReader reader = ledger.open()) {
            Currency currency = null;
            for (LedgerRecord record = reader.next(); record != null; record = reader.next()) {
                if (currency != null && !record.currency().equals(currency)) {
                    throw new DataException(reader.position() + ": " + record.currency() + " after " + currency
                            + "; export ledgers of one currency");
                }
                currency = record.currency();
                export.add(record);
            }
            PrintWriter err = spec.commandLine().getErr();
            reader.halfWritten().forEach(where -> err.println("left out, half written: " + where));
            if (currency == null) {
                throw ledger.empty();
            }
        }
    }

    private static void print(Export export, PrintWriter to) {
        to.print(Cell.line(export.header()) + "\n");
        export.rows().forEach(row -> to.print(Cell.line(row) + "\n"));
        to.flush();
    }

    /** What cannot be written whole is not left behind. */
    private static void write(Export export, Path file) {
        try (PrintWriter to = new PrintWriter(
                Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            print(export, to);
            if (to.checkError()) {
                Files.delete(file);
                throw new DataException("--out: " + file + " cannot be written; make room, and export again");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
