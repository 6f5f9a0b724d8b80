package io.unitcost.samples.sdk;

import com.openai.client.OpenAIClient;
import io.unitcost.CostMeter;
import io.unitcost.samples.model.ModelServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command: {@code java -jar sdk.jar}. */
@Command(
        name = "java -jar sdk.jar",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "Asks models with OpenAI's SDK and says what each request cost. The models are a stand-in in this"
                + " process, unless OPENAI_API_KEY is set: then they are those of OpenAI, or of OPENAI_BASE_URL.",
        footer = "Exit codes: 0, 1 when a model could not be asked, 2 when something given is wrong.")
public final class Sdk implements Callable<Integer> {

    static final int OK = 0;
    static final int NO_ANSWER = 1;
    static final int WRONG_INPUT = 2;

    private static final String USUAL_MODEL = "gpt-4o-mini";
    private static final String USUAL_EMBEDDING_MODEL = "text-embedding-3-small";

    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model that answers; OPENAI_MODEL or else " + USUAL_MODEL + " unless given.")
    private @Nullable String model;

    @Option(
            names = "--embedding-model",
            paramLabel = "NAME",
            description = "The model that looks things up; " + USUAL_EMBEDDING_MODEL + " unless given.")
    private String embeddingModel = USUAL_EMBEDDING_MODEL;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description =
                    "Whose prices apply where the host does not tell: to OPENAI_BASE_URL, or to the stand-in, which"
                            + " is priced as " + Provider.STAND_IN_PRICED_AS + " unless given.")
    private @Nullable String pricedAs;

    @Option(names = "--local", description = "The stand-in, even if there is a key. Costs nothing.")
    private boolean local;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    private Sdk(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] args) {
        Charset charset = Charset.defaultCharset();
        PrintWriter out = new PrintWriter(System.out, true, charset);
        PrintWriter err = new PrintWriter(System.err, true, charset);
        System.exit(run(System.getenv(), out, err, args));
    }

    static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Sdk(environment))
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, err))
                .execute(args);
    }

    private static int failed(Exception failure, PrintWriter err) {
        if (failure instanceof IllegalArgumentException) {
            err.println(failure.getMessage());
            return WRONG_INPUT;
        }
        Throwable cause = failure.getCause();
        err.println("No answer: " + failure.getMessage() + (cause == null ? "" : ": " + cause.getMessage()));
        return NO_ANSWER;
    }

    @Override
    public Integer call() throws IOException {
        String key = environment.getOrDefault("OPENAI_API_KEY", "");
        if (!key.isBlank() && !local) {
            talk(Provider.real(key, environment.get("OPENAI_BASE_URL"), pricedAs));
        } else {
            try (ModelServer server = ModelServer.start()) {
                talk(Provider.standIn(server.uri(), pricedAs));
            }
        }
        return OK;
    }

    private void talk(Provider provider) {
        PrintWriter out = spec.commandLine().getOut();
        String chosen = model == null ? environment.getOrDefault("OPENAI_MODEL", USUAL_MODEL) : model;
        try (CostMeter meter = Metering.meter(new Receipt(out))) {
            OpenAIClient client = Metering.client(provider, meter);
            try {
                new Conversation(out, meter, provider, new HelpDesk(client, chosen, embeddingModel)).hold();
            } finally {
                client.close();
            }
        }
    }
}
