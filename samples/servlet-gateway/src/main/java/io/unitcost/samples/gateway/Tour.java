package io.unitcost.samples.gateway;

import io.unitcost.Outcome;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.samples.gateway.Client.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A few requests to the gateway, as its users would make them, and what each cost. */
final class Tour {

    private static final String QUESTION = "What does it cost to rent a bike for a day?";
    private static final String STREAM = ", as known so far; the trailer " + Metering.TRAILER + " says all";
    private static final int SHOWN = 94;
    private static final int WORDS_HEARD = 5;
    static final int OK = 200;

    private final PrintWriter out;
    private final Client client;
    private final Receipts receipts;
    private final String model;
    private final String embeddingModel;
    private final List<RequestCost> costs = new ArrayList<>();

    Tour(PrintWriter out, Client client, Receipts receipts, String model, String embeddingModel) {
        this.out = out;
        this.client = client;
        this.receipts = receipts;
        this.model = model;
        this.embeddingModel = embeddingModel;
    }

    /**
     * Asks what any provider answers.
     *
     * @return the status of its first answer; no more is asked if it is none of success
     */
    int ask(String red, String blue, boolean isStandIn) throws IOException, InterruptedException {
        title("A question, answered in one piece");
        Reply whole = client.post(Metering.CHAT, red, chat(QUESTION, false));
        show(whole, false);
        if (whole.status() != OK) {
            return whole.status();
        }
        title("The same question, answered as a stream");
        show(client.stream(Metering.CHAT, red, chat(QUESTION, true), Integer.MAX_VALUE), true);
        title("An embedding, which is support and no generation");
        show(client.post(Metering.EMBEDDINGS, blue, Map.of("model", embeddingModel, "input", QUESTION)), false);
        title("A client that hangs up after " + WORDS_HEARD + " words");
        String[] pause = isStandIn ? new String[] {StandIn.PAUSE, Integer.toString(WORDS_HEARD)} : new String[0];
        show(client.stream(Metering.CHAT, blue, chat("Count from 1 to 500 in words.", true), WORDS_HEARD, pause), true);
        boolean cancelled = costs.get(costs.size() - 1).outcome() == Outcome.CANCELLED;
        out.println(
                cancelled
                        ? "   The gateway hung up on the provider. What was used is estimated from the text until then."
                        : "   It left too late: the provider had sent everything.");
        out.println();
        return OK;
    }

    /** Asks at a bad moment, which only a stand-in has when it is told to. */
    void askAtABadMoment(String red) throws IOException, InterruptedException {
        title("At a bad moment: 503, passed through");
        show(client.post(Metering.CHAT, red, chat("And for two days?", false), StandIn.FAIL, "503"), false);
        title("The same, asked again by the client");
        show(client.post(Metering.CHAT, red, chat("And for two days?", false), StandIn.FAIL, "503"), false);
    }

    private void title(String title) {
        out.println((costs.size() + 1) + ". " + title);
    }

    private void show(Reply reply, boolean isStream) throws InterruptedException {
        String text = (reply.status() == OK ? "Answer: " : reply.status() + ": ")
                + reply.text().strip().replaceAll("\\s+", " ");
        out.println("   " + (text.length() <= SHOWN ? text : text.substring(0, SHOWN - 3) + "..."));
        if (!reply.cost().isEmpty()) {
            out.println("   " + Metering.HEADER + ": " + reply.cost() + (isStream ? STREAM : ""));
        }
        RequestCost cost = receipts.next();
        costs.add(cost);
        Receipt.print(out, cost);
        out.println();
    }

    /** What each team spent: the amount that nobody has who meters by model only. */
    void teams() {
        Map<String, Money> spent = new TreeMap<>();
        costs.forEach(cost -> spent.merge(Receipt.team(cost), cost.total(), Money::plus));
        out.println("By team, whose keys these were");
        spent.forEach((team, amount) -> out.printf(Locale.ROOT, "   %-6s  %s USD%n", team, Receipt.usd(amount)));
        out.println();
    }

    /** Whether each answer was metered once: what the gateway counted beside what the stand-in would bill. */
    boolean audit(StandIn standIn) {
        String billed = counted(
                standIn.books().size(),
                standIn.books().stream().mapToLong(StandIn.Bill::input).sum(),
                standIn.books().stream().mapToLong(StandIn.Bill::output).sum());
        String metered = counted(
                costs.stream()
                        .flatMap(cost -> cost.attempts().stream())
                        .filter(tried -> tried.attempt().isBilled())
                        .count(),
                metered(Unit.INPUT_TOKENS),
                metered(Unit.OUTPUT_TOKENS));
        out.println("Counted once");
        out.println("   The gateway metered  " + metered);
        out.println("   The stand-in billed  " + billed);
        out.println(
                "   Each answer is seen twice, by the client hook as it arrives and by the filter as it is served.");
        out.println();
        return metered.equals(billed);
    }

    private long metered(Unit unit) {
        return costs.stream()
                .flatMap(cost -> cost.attempts().stream())
                .filter(tried -> tried.attempt().isBilled())
                .mapToLong(tried -> tried.attempt().usage().count(unit))
                .sum();
    }

    private static String counted(long answers, long input, long output) {
        return String.format(Locale.ROOT, "%d answers, %,d tokens in, %,d tokens out", answers, input, output);
    }

    private Map<String, ?> chat(String text, boolean stream) {
        return Map.of("model", model, "stream", stream, "messages", List.of(Map.of("role", "user", "content", text)));
    }
}
