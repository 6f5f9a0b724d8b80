package io.unitcost.samples.gateway;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.CostMeter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command: {@code java -jar servlet-gateway.jar}. */
@Command(
        name = "java -jar servlet-gateway.jar",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "A gateway in front of models that knows what each request costs. Starts, asks itself a few"
                + " questions, shows what they cost, and ends. The models are a stand-in in this process, unless"
                + " OPENAI_API_KEY is set: then they are those of OpenAI, or of OPENAI_BASE_URL.",
        footer = "Exit codes: 0, 1 when a model did not answer or the sums differ, 2 when something given is wrong.")
public final class Gateway implements Callable<Integer> {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_INPUT = 2;

    private static final String USUAL_MODEL = "gpt-4o-mini";
    private static final String USUAL_EMBEDDING_MODEL = "text-embedding-3-small";
    private static final String USUAL_KEYS = "sk-red : red; sk-blue : blue";
    private static final String USUAL_PORT = "8080";
    private static final int HIGHEST_PORT = 65_535;

    private final Map<String, String> environment;

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
            names = "--keys",
            paramLabel = "KEY:TEAM;...",
            description = "The keys that the gateway takes, and whose they are; '" + USUAL_KEYS + "' unless given.")
    private String keys = USUAL_KEYS;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model to ask; OPENAI_MODEL or else " + USUAL_MODEL + " unless given.")
    private @Nullable String model;

    @Option(
            names = "--embedding-model",
            paramLabel = "NAME",
            description = "The model for embeddings; " + USUAL_EMBEDDING_MODEL + " unless given.")
    private String embeddingModel = USUAL_EMBEDDING_MODEL;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description =
                    "Whose prices apply where the host does not tell: to OPENAI_BASE_URL, or to the stand-in, which"
                            + " is priced as openai unless given.")
    private @Nullable String pricedAs;

    @Option(names = "--local", description = "The stand-in, even if there is a key. Costs nothing.")
    private boolean local;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    private Gateway(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] args) {
        Charset charset = Charset.defaultCharset();
        PrintWriter out = new PrintWriter(System.out, true, charset);
        PrintWriter err = new PrintWriter(System.err, true, charset);
        System.exit(run(System.getenv(), out, err, args));
    }

    static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Gateway(environment))
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
        err.println("The gateway failed: " + failure);
        return FAILED;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String key = environment.getOrDefault("OPENAI_API_KEY", "");
        Keys known = Keys.parse(keys);
        if (!key.isBlank() && !local) {
            return serve(Upstream.real(key, environment.get("OPENAI_BASE_URL"), pricedAs), known, null);
        }
        try (StandIn standIn = StandIn.start()) {
            return serve(Upstream.standIn(standIn.uri(), pricedAs), known, standIn);
        }
    }

    private int serve(Upstream upstream, Keys known, @Nullable StandIn standIn)
            throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Receipts receipts = new Receipts();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (CostMeter meter = Metering.meter(registry, receipts);
                GatewayServer gateway = GatewayServer.start(checkedPort(), upstream, known, meter, registry)) {
            welcome(out, gateway, upstream, meter);
            if (!tour(out, gateway, receipts, known, standIn)) {
                return FAILED;
            }
            next(out, gateway, known);
            if (port != null) {
                receipts.to(cost -> out.println(Receipt.line(cost)));
                new CountDownLatch(1).await();
            }
            return OK;
        }
    }

    private boolean tour(
            PrintWriter out, GatewayServer gateway, Receipts receipts, Keys known, @Nullable StandIn standIn)
            throws IOException, InterruptedException {
        List<String> given = List.copyOf(known.teams().keySet());
        String red = given.get(0);
        String blue = given.get(given.size() - 1);
        String chosen = model == null ? environment.getOrDefault("OPENAI_MODEL", USUAL_MODEL) : model;
        Client client = new Client(gateway.uri());
        Tour tour = new Tour(out, client, receipts, chosen, embeddingModel);
        int status = tour.ask(red, blue, standIn != null);
        if (status != Tour.OK) {
            spec.commandLine().getErr().println("No answer: " + status + ".");
            return false;
        }
        if (standIn != null) {
            tour.askAtABadMoment(red);
        }
        tour.teams();
        boolean same = standIn == null || tour.audit(standIn);
        Excerpt.print(out, client.get("/metrics"));
        return same;
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

    private static void welcome(PrintWriter out, GatewayServer gateway, Upstream upstream, CostMeter meter) {
        out.println(
                "The gateway is at " + gateway.uri() + Upstream.VERSION + ", in front of " + upstream.baseUrl() + ".");
        if (upstream.isStandIn()) {
            out.println(
                    "That one is a stand-in in this process: no model runs, nothing is paid, answers are made up, and");
            out.println(
                    "tokens are counted from the text, four characters each. With OPENAI_API_KEY set, it is OpenAI, or");
            out.println("whoever is at OPENAI_BASE_URL.");
        } else {
            out.println("What is used there is billed to OPENAI_API_KEY.");
        }
        out.println("Prices are list prices of " + upstream.provider() + " (table "
                + meter.prices().id() + ").");
        out.println();
    }

    private void next(PrintWriter out, GatewayServer gateway, Keys known) {
        String uri =
                port == null ? "http://127.0.0.1:" + USUAL_PORT : gateway.uri().toString();
        String key = known.teams().keySet().iterator().next();
        out.println(port == null ? "Try it, with --serve" : "Try it, until Ctrl-C ends it");
        out.println("   curl -i " + uri + Metering.CHAT + " -H 'Authorization: Bearer " + key + "' \\");
        out.println("     -d '{\"model\":\"" + USUAL_MODEL
                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'");
        out.println("   the same with \"stream\":true in it, and with a key that nobody has");
        out.println("   OPENAI_BASE_URL=" + uri + Upstream.VERSION + " OPENAI_API_KEY=" + key
                + " and any program that uses OpenAI");
        out.println("   curl " + uri + "/metrics");
        out.println();
        out.println("Where to look next");
        out.println("   Metering.java      all that metering took: a meter, a filter in front, a client behind");
        out.println("   Forward.java       the gateway, which knows nothing of costs");
        out.println("   samples/README.md  how to read this");
    }
}
