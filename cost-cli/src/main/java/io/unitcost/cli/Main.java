package io.unitcost.cli;

import io.unitcost.cli.gate.ExplainCommand;
import io.unitcost.cli.gate.GateCommand;
import io.unitcost.cli.ledger.ExportCommand;
import io.unitcost.cli.ledger.RepriceCommand;
import io.unitcost.cli.report.ReportCommand;
import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Invocation;
import io.unitcost.cli.slo.SloCommand;
import io.unitcost.ledger.LedgerException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command: {@code java -jar unitcost.jar}. Each subcommand is a class of its own. */
@Command(
        name = Main.NAME,
        sortOptions = false,
        usageHelpWidth = Main.WIDTH,
        versionProvider = Version.class,
        description =
                "What AI requests used and what they cost, exactly, from price tables that say where they are from.",
        footer = {
            "",
            "Exit codes: 0 fine, 1 something found or without a price, 2 something given is wrong, 3 undecided.",
            "",
            "  java -jar unitcost.jar price gpt-4o --input 1200 --output 300",
            "  java -jar unitcost.jar usage answer.json",
            "  java -jar unitcost.jar COMMAND --help"
        },
        subcommands = {
            PriceCommand.class,
            CompareCommand.class,
            PricesCommand.class,
            UsageCommand.class,
            LintCommand.class,
            DiffCommand.class,
            ConvertCommand.class,
            GateCommand.class,
            ExplainCommand.class,
            SloCommand.class,
            RepriceCommand.class,
            ReportCommand.class,
            ExportCommand.class
        })
public final class Main implements Runnable, Invocation {

    static final String NAME = "unitcost";
    static final int WIDTH = 110;

    private final InputStream in;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            scope = CommandLine.ScopeType.INHERIT,
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version, and of the prices that come with it.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean version;

    private Main(InputStream in, Clock clock) {
        this.in = in;
        this.clock = clock;
    }

    /**
     * Runs the command, and ends the process with its exit code.
     *
     * @param args a subcommand and its options
     */
    public static void main(String[] args) {
        Charset charset = Charset.defaultCharset();
        PrintWriter out = new PrintWriter(System.out, false, charset);
        PrintWriter err = new PrintWriter(System.err, true, charset);
        int code = run(System.in, out, err, Clock.systemUTC(), args);
        out.flush();
        System.exit(code);
    }

    static int run(InputStream in, PrintWriter out, PrintWriter err, Clock clock, String... args) {
        return new CommandLine(new Main(in, clock))
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, given) -> wrong(wrong, err))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, err))
                .execute(args);
    }

    private static int wrong(ParameterException wrong, PrintWriter err) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        err.println(wrong.getMessage());
        if (wrong instanceof UnmatchedArgumentException unknown
                && !unknown.getSuggestions().isEmpty()) {
            err.println("Did you mean " + String.join(" or ", unknown.getSuggestions()) + "?");
        }
        err.println(command + " --help lists what there is.");
        return ExitCode.WRONG;
    }

    private static int failed(Exception failure, PrintWriter err) {
        boolean said = failure instanceof DataException
                || failure instanceof LedgerException
                || failure instanceof IllegalArgumentException;
        if (failure instanceof UncheckedIOException io) {
            err.println("Cannot read or write: " + io.getCause());
        } else {
            err.println(said ? failure.getMessage() : ownFault(failure));
        }
        return ExitCode.WRONG;
    }

    static String ownFault(Exception failure) {
        return "unitcost failed, which is its own fault: " + failure;
    }

    /** Without a subcommand: what there is. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public Clock clock() {
        return clock;
    }
}
