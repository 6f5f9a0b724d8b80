package io.unitcost.samples.inference;

import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command: {@code java -jar grpc-inference.jar}. */
@Command(
        name = "java -jar grpc-inference.jar",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "A service on gRPC that asks models on gRPC and knows what each of its requests costs, whatever"
                + " became of its tries. Starts, asks itself a few questions, shows what they cost, and ends. The engines"
                + " are played in this process: no model runs.",
        footer = "Exit codes: 0, 1 when something did not answer or the sums differ, 2 when something given is wrong.")
public final class Inference implements Callable<Integer> {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_INPUT = 2;

    private static final String USUAL_PORT = "8080";
    private static final int HIGHEST_PORT = 65_535;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--serve",
            arity = "0..1",
            paramLabel = "PORT",
            fallbackValue = USUAL_PORT,
            description =
                    "Stay up afterwards, for this machine only, with /metrics on port " + USUAL_PORT + " unless given.")
    private @Nullable Integer port;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    private Inference() {}

    public static void main(String[] args) {
        Charset charset = Charset.defaultCharset();
        PrintWriter out = new PrintWriter(System.out, true, charset);
        PrintWriter err = new PrintWriter(System.err, true, charset);
        System.exit(run(out, err, args));
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Inference())
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
        err.println("The sample failed: " + failure);
        return FAILED;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (port != null && (port < 1 || port > HIGHEST_PORT)) {
            throw new IllegalArgumentException("--serve: " + port + " is not a port; give 1 to " + HIGHEST_PORT);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (MetricsPage page = MetricsPage.start(port == null ? 0 : port);
                Shop shop = Shop.open()) {
            page.add("/metrics", shop.assistant().registry());
            page.add("/metrics/search", shop.search().registry());
            welcome(out);
            boolean same = tour(out, shop);
            next(out, shop);
            if (!same) {
                return FAILED;
            }
            if (port != null) {
                out.println("Up until Ctrl-C: " + page.uri() + "/metrics");
                shop.assistant().receipts().to(cost -> out.println(Receipt.line(cost)));
                shop.search().receipts().to(cost -> {});
                new CountDownLatch(1).await();
            }
            return OK;
        }
    }

    private boolean tour(PrintWriter out, Shop shop) throws InterruptedException {
        Tour tour = new Tour(out, shop);
        tour.go();
        boolean same = new Audit(tour.costs(), tour.searchCosts(), shop.ledger().lines()).print(out);
        Excerpt.print(
                out,
                shop.assistant().registry().scrape(),
                shop.search().registry().scrape());
        for (CostMeter meter : shop.meters()) {
            for (Site site : Site.values()) {
                same &= meter.errors(site) == 0;
            }
        }
        if (!same) {
            spec.commandLine().getErr().println("What was metered is not what the engines did.");
        }
        return same;
    }

    private static void welcome(PrintWriter out) {
        out.println(
                "shop.Assistant asks an engine of vLLM's protocol, a server of Triton's, and shop.Search behind it:");
        out.println(
                "all on gRPC, in this process. No model runs, and nothing is paid. The engines are priced as GPUs of");
        out.println(
                "one's own: 14.40 USD an hour for vLLM's, and 0.72 for each of Triton's two. They are planned to do");
        out.println("40 and 50 percent of what they could, so that each answer carries a share of what stands idle.");
        out.println();
    }

    private void next(PrintWriter out, Shop shop) {
        out.println("Where to look next");
        out.println("   Metering.java      all that metering took: two meters, and the hooks of two services");
        out.println("   Shop.java          where the hooks are put: in channels, and around servers");
        out.println("   samples/README.md  how to read this, and the steps for a service of one's own");
        if (port != null) {
            out.println();
            out.println("Ask, with any gRPC client that reads .proto files");
            out.println(
                    "   grpcurl -plaintext -import-path samples/grpc-inference/src/main/resources -proto shop.proto \\");
            out.println("     -d '{\"text\":\"Hello\",\"way\":\"looked-up\"}' 127.0.0.1:" + shop.port()
                    + " shop.Assistant/Ask");
        }
    }
}
