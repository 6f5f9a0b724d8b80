package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.TableOption;
import io.unitcost.cli.shell.Texts;
import io.unitcost.price.PriceTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Public price lists, and layers of files, as one file in our format. */
@Command(
        name = "convert",
        sortOptions = false,
        usageHelpWidth = Main.WIDTH,
        description = "Writes price files of any known format as one file in unitcost-prices/1, sorted. What cannot be"
                + " taken over is said on standard error.",
        footer = {
            "",
            "  unitcost convert model_prices.json --name litellm --date 2026-08-01 -o prices-litellm.json",
            "  unitcost convert data.json --provider anthropic --provider openai -o prices-two.json",
            "  unitcost convert prices-acme.json --over bundled --name acme-all -o prices-all.json"
        })
final class ConvertCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "A price file: unitcost-prices/1, LiteLLM, genai-prices or models.dev. Of several, the first one wins.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", description = "The name of the table that is written.")
    private @Nullable String name;

    @Option(
            names = "--date",
            paramLabel = "DAY",
            description = "The day for which the prices are stated: 2026-08-01. A public list does not say its own.")
    private @Nullable String date;

    @Option(
            names = "--provider",
            paramLabel = "PROVIDER",
            description = "Only the prices of these providers; as often as needed.")
    private List<String> providers = new ArrayList<>();

    @Option(
            names = "--over",
            paramLabel = "FILE",
            description = "What the files do not have, from here: a file, or 'bundled'.")
    private @Nullable String over;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Where to write; standard output unless given.")
    private @Nullable Path target;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        PriceTable table = files.stream()
                .map(PriceTable::read)
                .reduce(PriceTable::over)
                .orElseThrow(() -> new DataException("There is no file; name one"));
        PrintWriter err = spec.commandLine().getErr();
        if (over != null) {
            table = table.over(TableOption.named(over));
        }
        if (!providers.isEmpty()) {
            table = table.only(price ->
                    providers.stream().anyMatch(provider -> provider.strip().equalsIgnoreCase(price.provider())));
            if (table.size() == 0) {
                throw new DataException("--provider: there are no prices of " + String.join(", ", providers)
                        + "; see the providers with 'compare --prices FILE --no-bundled --input 1'");
            }
        }
        if (name != null || date != null) {
            table = table.named(name == null ? table.name().replace('+', '-') : name, day(table));
        }
        write(table);
        if (!table.report().notes().isEmpty()) {
            err.println(Texts.ascii(table.report().toString()));
        }
        err.println((target == null ? "" : target + ": ") + table);
        return ExitCode.OK;
    }

    private LocalDate day(PriceTable table) {
        try {
            return date == null ? table.asOf() : LocalDate.parse(date);
        } catch (DateTimeParseException e) {
            throw new DataException("--date: '" + date + "' is not a day; write it like 2026-08-01");
        }
    }

    private void write(PriceTable table) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            table.writeTo(bytes);
            if (target != null) {
                Files.write(target, bytes.toByteArray());
                return;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        spec.commandLine().getOut().print(bytes.toString(StandardCharsets.UTF_8));
        spec.commandLine().getOut().flush();
    }
}
