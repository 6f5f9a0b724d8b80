package io.unitcost.samples.tour;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command of a sample: starts an application, asks it a few questions, shows what they cost, and ends. */
@Command(
        sortOptions = false,
        usageHelpWidth = 100,
        footer = "Exit codes: 0, 1 when an answer failed or the sums differ, 2 when something given is wrong.")
public final class TourCommand implements Callable<Integer> {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_INPUT = 2;
    private static final String USUAL_PORT = "8080";
    private static final int HIGHEST_PORT = 65_535;

    /** What is asked. */
    @FunctionalInterface
    public interface Steps {
        void take(Tour tour) throws IOException, InterruptedException;
    }

    private final Class<?> application;
    private final Steps steps;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--serve",
            arity = "0..1",
            paramLabel = "PORT",
            fallbackValue = USUAL_PORT,
            description = "Stay up afterwards, for this machine only; port " + USUAL_PORT + " unless given.")
    private @Nullable Integer port;

    @Option(
            names = "--model-server",
            paramLabel = "URL",
            description = "Ask the model server that runs there; unless given, one is started in this process.")
    private @Nullable String modelServer;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    private TourCommand(Class<?> application, Steps steps) {
        this.application = application;
        this.steps = steps;
    }

    /**
     * Runs it.
     *
     * @return the exit code
     */
    public static int run(
            String name, Class<?> application, Steps steps, PrintWriter out, PrintWriter err, String... args) {
        CommandLine command = new CommandLine(new TourCommand(application, steps));
        command.setCommandName("java -jar " + name + ".jar");
        command.getCommandSpec()
                .usageMessage()
                .description(
                        "A Spring Boot application with Spring AI that knows what each of its requests costs. Starts,"
                                + " asks itself a few questions, shows what they cost, and ends. The models are a stand-in:"
                                + " no key, no network, no cost.");
        return command.setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((failure, spec, parsed) -> failed(failure, err))
                .execute(args);
    }

    private static int failed(Exception failure, PrintWriter err) {
        if (failure instanceof IllegalArgumentException) {
            err.println(failure.getMessage());
            return WRONG_INPUT;
        }
        err.println("The sample failed: " + failure);
        return FAILED;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int wanted = checkedPort();
        try (Provider provider = modelServer == null ? Provider.start() : Provider.at(modelServer);
                Stage stage = Stage.start(new Class<?>[] {application}, provider, wanted)) {
            return tour(stage);
        }
    }

    private int tour(Stage stage) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Provider provider = stage.provider();
        out.println(
                "The application is at " + stage.uri() + ", on Spring Boot " + SpringBootVersion.getVersion() + ".");
        out.println(
                "It asks a stand-in for OpenAI at " + provider.uri() + (provider.isOwn() ? ", in this process." : "."));
        out.println("No model runs, nothing is paid, answers are made up, and tokens are counted from the text, four");
        out.println("characters each. Prices are OpenAI's list prices.");
        out.println();
        Tour tour = new Tour(out, stage);
        steps.take(tour);
        next(out, stage.uri());
        if (port != null) {
            stage.receipts().to(cost -> out.println(Receipt.line(cost)));
            new CountDownLatch(1).await();
        }
        return tour.isGood() ? OK : FAILED;
    }

    private int checkedPort() {
        if (port == null) {
            return 0;
        }
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("--serve: " + port + " is not a port; give 1 to " + HIGHEST_PORT);
        }
        return port;
    }

    private void next(PrintWriter out, URI uri) {
        String address = port == null ? "http://127.0.0.1:" + USUAL_PORT : uri.toString();
        out.println(port == null ? "Look yourself, with --serve" : "Look yourself, until Ctrl-C ends it");
        out.println("   " + address + "/actuator/cost");
        out.println("   " + address + "/actuator/prometheus");
        out.println("   curl " + address + "/chat -H 'Content-Type: text/plain' -d 'How much is a bike?'");
        out.println();
        out.println("Where to look next");
        out.println("   application.yml    all that metering took, beside the dependency: which paths are a feature,");
        out.println("                      what it earns, and what share of that is to remain");
        out.println("   samples/README.md  how to read this");
    }
}
