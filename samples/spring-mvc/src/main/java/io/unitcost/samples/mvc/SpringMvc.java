package io.unitcost.samples.mvc;

import io.unitcost.samples.mvc.bikes.BikeShop;
import io.unitcost.samples.tour.Tour;
import io.unitcost.samples.tour.TourCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** The command: {@code java -jar spring-mvc.jar}. */
public final class SpringMvc {

    private static final String BAD_MOMENT = "at a bad moment";
    private static final String DOWN = "while the first model is down";
    private static final String FIRST_MODEL = "gpt-4o-mini";
    private static final String MISREAD = "I hope that you can read this.";
    private static final String LONG_STORY = "a long story";
    private static final int WORDS_HEARD = 5;
    private static final String LETTER =
            "Dear shop, the bike was fine and the tyre was not. I walked home, eight kilometres, in the rain.";

    public static void main(String[] args) {
        Charset charset = Charset.defaultCharset();
        PrintWriter out = new PrintWriter(System.out, true, charset);
        PrintWriter err = new PrintWriter(System.err, true, charset);
        System.exit(run(out, err, args));
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        return TourCommand.run("spring-mvc", BikeShop.class, SpringMvc::take, out, err, args);
    }

    private static void take(Tour tour) throws IOException, InterruptedException {
        tour.failWhen(BAD_MOMENT, "503,503");
        tour.failWhen(DOWN + "\n" + FIRST_MODEL, "503,503,503,503");
        tour.failWhen(MISREAD, "text");
        tour.failWhen(LONG_STORY, "slow");

        tour.show("At start: the handbook's pages are embedded, which @AiFeature(\"indexing\") names");
        tour.ask("A question", "/chat", "What does it cost to rent a bike for a day?");
        tour.stream("The same as a stream", "/stream", "What does it cost to rent a bike for a day?");
        tour.ask("Looked up in the handbook first", "/ask", "I have a flat tyre. What now?");
        tour.ask("With a tool: two rounds", "/tools", "What does a city bike cost for a day?");
        tour.ask("As JSON that fits a Java record", "/summarize", LETTER);
        tour.ask("Without Spring AI: a RestClient", "/translate", "Where is my bike?");
        tour.ask("An answer that is no JSON is asked for again", "/summarize", LETTER + " " + MISREAD);
        tour.ask("503, 503, and then an answer", "/chat", "Do you have a bike for me, " + BAD_MOMENT + "?");
        tour.ask("The first model is down: another one answers", "/chat", "And for two days, " + DOWN + "?");
        tour.features();
        tour.audit();

        tour.leave(
                "A client that hangs up after " + WORDS_HEARD + " words",
                "/stream",
                "Tell me " + LONG_STORY + " of all the bikes that were ever rented in this shop, one after the other.",
                WORDS_HEARD);
        tour.say("   Nobody said what was used until then: it is estimated from the text, and flagged.");
        tour.lastBill();
    }

    private SpringMvc() {}
}
