package io.unitcost.samples.webflux;

import io.unitcost.samples.tour.Tour;
import io.unitcost.samples.tour.TourCommand;
import io.unitcost.samples.webflux.bikes.BikeShop;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.IntStream;

/** The command: {@code java -jar spring-webflux.jar}. */
public final class SpringWebflux {

    private static final String BAD_MOMENT = "at a bad moment";
    private static final String LONG_STORY = "a long story";
    private static final int AT_ONCE = 6;
    private static final int WORDS_HEARD = 5;

    public static void main(String[] args) {
        Charset charset = Charset.defaultCharset();
        PrintWriter out = new PrintWriter(System.out, true, charset);
        PrintWriter err = new PrintWriter(System.err, true, charset);
        System.exit(run(out, err, args));
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        return TourCommand.run("spring-webflux", BikeShop.class, SpringWebflux::take, out, err, args);
    }

    private static void take(Tour tour) throws IOException, InterruptedException {
        tour.failWhen(BAD_MOMENT, "503,503");
        tour.failWhen(LONG_STORY, "slow");

        tour.show("At start: the handbook's pages are embedded, which @AiFeature(\"indexing\") names");
        tour.stream("A stream", "/stream", "What does it cost to rent a bike for a day?");
        tour.stream("503, 503, and then a stream", "/stream", "Do you have a bike for me, " + BAD_MOMENT + "?");
        tour.ask("A stream with a tool: two rounds", "/tools", "What does a city bike cost for a day?");
        tour.ask("Looked up on a thread that may block, then a stream", "/ask", "I have a flat tyre. What now?");
        tour.ask("Without Spring AI: a WebClient", "/translate", "Where is my bike?");
        tour.streams(AT_ONCE + " streams at once", "/stream", questions("about gears"), List.of(), 0);
        tour.features();
        tour.audit();

        tour.streams(
                AT_ONCE + " more, and one whose client hangs up after " + WORDS_HEARD + " words",
                "/stream",
                questions("about brakes"),
                List.of("Tell me " + LONG_STORY + " of all the bikes that were ever rented in this shop."),
                WORDS_HEARD);
        tour.say("   Nobody said what the one used until then: it is estimated from the text, and flagged.");
        tour.lastBill();
    }

    private static List<String> questions(String about) {
        return IntStream.rangeClosed(1, AT_ONCE)
                .mapToObj(number -> "Here is question " + number + " " + about + ".")
                .toList();
    }

    private SpringWebflux() {}
}
