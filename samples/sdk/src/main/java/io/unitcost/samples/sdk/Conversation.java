package io.unitcost.samples.sdk;

import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.samples.model.ModelServer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A customer with three questions. Each is a request with an account of its own; whatever is called meanwhile goes there. */
final class Conversation {

    private static final String FIRST = "My rented city bike has a flat tyre. What do I do, and what is another day?";
    private static final String SECOND = "And if I get a second flat tyre on the same day?";
    private static final String THIRD = "What was the deposit again?";
    private static final int SHOWN = 94;

    private final PrintWriter out;
    private final CostMeter meter;
    private final Provider provider;
    private final HelpDesk desk;
    private final List<String> pages = new ArrayList<>();

    Conversation(PrintWriter out, CostMeter meter, Provider provider, HelpDesk desk) {
        this.out = out;
        this.meter = meter;
        this.provider = provider;
        this.desk = desk;
    }

    void hold() {
        welcome();
        request("1. Looked up, asked with a tool, answered as a stream", FIRST, () -> {
            pages.addAll(desk.lookUp(FIRST));
            say("Pages", pages.stream().map(Handbook::title).collect(Collectors.joining("; ")));
            return desk.answerWithTool(FIRST, pages);
        });
        if (provider.isStandIn()) {
            request(
                    "2. At a bad moment: 503, 503, and then an answer",
                    SECOND,
                    () -> desk.answer(SECOND, pages, ModelServer.FAIL, "503,503"));
        }
        request("3. As a stream that is not asked what it used", THIRD, () -> desk.answerWithoutUsage(THIRD, pages));
        next();
    }

    /** What a filter or an interceptor does for every request of a service. */
    private void request(String title, String question, Supplier<String> work) {
        out.println(title);
        say("Question", question);
        RequestMeter request = meter.open(Metering.FEATURE);
        Outcome outcome = Outcome.FAILED;
        try (Scope scope = request.makeCurrent()) {
            say("Answer", work.get());
            outcome = Outcome.DELIVERED;
        } finally {
            request.end(outcome);
        }
    }

    private void say(String what, String text) {
        String line = what + ": " + text.strip().replaceAll("\\s+", " ");
        out.println("   " + (line.length() <= SHOWN ? line : line.substring(0, SHOWN - 3) + "..."));
    }

    private void welcome() {
        if (provider.isStandIn()) {
            out.println(
                    "The models are a stand-in in this process, at " + provider.baseUrl() + ": no model runs, nothing");
            out.println("is paid, answers are made up, and tokens are counted from the text, four characters each.");
            out.println("With OPENAI_API_KEY set, the same program asks OpenAI, or whoever is at OPENAI_BASE_URL.");
        } else {
            out.println(
                    "The models are those at " + provider.baseUrl() + ". What they use is billed to OPENAI_API_KEY.");
        }
        String whose = provider.pricedAs() == null
                ? "the provider at this host"
                : provider.pricedAs() + ", as Metering.java says of this host";
        out.println("Prices are list prices of " + whose + " (table "
                + meter.prices().id() + ").");
        out.println();
    }

    private void next() {
        out.println("Where to look next");
        out.println("   Metering.java      all that metering took: a meter, and one line where the client is built");
        out.println("   samples/README.md  how to read this");
        out.println("   --help             other models, other providers");
    }
}
