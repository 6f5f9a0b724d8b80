package io.unitcost.cli;

import io.unitcost.Quality;
import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Invocation;
import io.unitcost.cli.shell.TableOption;
import io.unitcost.cli.shell.Texts;
import io.unitcost.cli.shell.Times;
import io.unitcost.price.PriceTable;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What an answer used: the machine interface, and one saved answer explained to a person. */
@Command(
        name = "usage",
        sortOptions = false,
        usageHelpWidth = Main.WIDTH,
        description = {
            "What an answer used, from its bytes as they came over the wire.",
            "",
            "With FILE: explains one saved answer to a person, and what it costs. Without: for programs, reads JSON lines"
                    + " from standard input and answers each at once, in order.",
            "",
            "in   {id?, provider?, api_flavor?, body | sse | events}",
            "out  {id, model, response_id, usage: {unit: count}, quality, complete, tier?, region?, choices?,"
                    + " reported_usd?, lines?}, or {id, error}",
            "",
            "Counts are inclusive: input_tokens contains cache_read_tokens, output_tokens contains"
                    + " output_reasoning_tokens. A unit that is absent was not reported. The quality is reported, partial"
                    + " (the stream broke), estimated or unknown."
        },
        footer = {
            "",
            "Exit codes: 0 usage is known, 1 some is not or has no price, 2 some could not be understood.",
            "",
            "  unitcost usage answer.json",
            "  curl -sN ... | unitcost usage - --provider azure",
            "  echo '{\"body\":{\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}}' | unitcost usage --chunk 7"
        })
final class UsageCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "The body of an answer, streamed or not; - reads it from standard input.")
    private @Nullable String file;

    @Option(
            names = "--chunk",
            paramLabel = "N",
            description = "Read each answer in pieces of so many bytes; the whole at once unless given.")
    private int chunk = Integer.MAX_VALUE;

    @Option(
            names = "--estimate",
            description = "Guess the output from the text that was seen, where usage was not reported.")
    private boolean estimate;

    @Option(names = "--provider", paramLabel = "PROVIDER", description = "With FILE: who is paid, such as azure.")
    private @Nullable String provider;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "With FILE: the model, where the answer does not say it, as on Amazon Bedrock.")
    private @Nullable String model;

    @Option(
            names = "--tier",
            paramLabel = "TIER",
            description = "With FILE: the service tier, where the answer does not say it.")
    private @Nullable String tier;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "With FILE: the region, where the answer does not say it.")
    private @Nullable String region;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = Times.class,
            description = "With FILE: when; a day (UTC) or an instant; now unless given.")
    private @Nullable Instant at;

    @Mixin
    private TableOption tables = new TableOption();

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Invocation invocation;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (chunk < 1) {
            throw new DataException("--chunk: " + chunk + " is no size of a piece; give 1 or more");
        }
        PrintWriter out = spec.commandLine().getOut();
        TokenEstimator estimator = estimate ? TokenEstimator.byScript() : null;
        if (file == null) {
            return JsonLines.answer(invocation.in(), out, new UsageLines(chunk, estimator)::answer);
        }
        byte[] bytes = bytes(file);
        UsageReport report = UsageLines.read(UsageReader.of(provider), bytes, chunk);
        KnownUsage known = KnownUsage.of(report, estimator);
        PriceTable table = tables.table();
        AnswerCost cost = AnswerCost.of(table, report, known, asked());
        out.println(Texts.harmless(new UsageText(SavedAnswer.of(bytes), bytes.length, report, known).explained()));
        out.println();
        out.println(Texts.harmless(CostText.of(table, report, known, cost, provider == null)));
        boolean found = known.quality() == Quality.UNKNOWN || !cost.isWhole();
        return found ? ExitCode.FOUND : ExitCode.OK;
    }

    private AnswerCost.Asked asked() {
        return new AnswerCost.Asked(
                provider, model, tier, region, at == null ? invocation.clock().instant() : at);
    }

    private byte[] bytes(String name) {
        try {
            return name.equals(STANDARD_INPUT) ? invocation.in().readAllBytes() : Files.readAllBytes(Path.of(name));
        } catch (IOException e) {
            throw new DataException(
                    name + ": cannot be read; give a file with the body of an answer, or - for standard input");
        }
    }
}
