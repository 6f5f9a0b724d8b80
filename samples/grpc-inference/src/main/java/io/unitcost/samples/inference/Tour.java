package io.unitcost.samples.inference;

import io.unitcost.AttemptCost;
import io.unitcost.RequestCost;
import io.unitcost.samples.inference.Faults.Fault;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A few questions to the assistant, what happens at the engines meanwhile, and what each cost. */
final class Tour {

    private static final int SHOWN = 94;
    private static final int PIECES_HEARD = 2;
    private static final String RENT = "What does it cost to rent a bike for a day?";

    private final PrintWriter out;
    private final Shop shop;
    private final List<RequestCost> costs = new ArrayList<>();
    private final List<RequestCost> searchCosts = new ArrayList<>();

    Tour(PrintWriter out, Shop shop) {
        this.out = out;
        this.shop = shop;
    }

    void go() throws InterruptedException {
        ask(
                "An answer, as a stream from vLLM",
                "answered",
                RENT,
                "Each piece counts the tokens in it, and the last message the last piece's again: counted once.");
        shop.vllm().faults().script(Fault.REFUSES, Fault.REFUSES);
        ask(
                "vLLM refuses twice, and the channel tries again",
                "answered",
                "And for two days?",
                "One call, three tries. What was refused before any work is not billed.");
        shop.triton().faults().script(Fault.BREAKS);
        ask(
                "Triton breaks off with INTERNAL, and the channel tries again",
                "short",
                "Is a helmet part of the price, and a lock as well?",
                "Nobody says what the first try used. Its prompt is estimated from the text, and is retry.");
        shop.triton().faults().script(Fault.HANGS);
        ask(
                "Triton hangs, and a second try stands beside the first one: a hedge",
                "urgent",
                "Are you open right now, or is it too late for today?",
                "The one that lost is cancelled. It may have worked: its prompt is estimated.");
        shop.triton().streamFaults().script(Fault.REFUSES);
        ask(
                "Two models of Triton's in one stream, and one request fails within it",
                "checked",
                "May my daughter ride alone if she is nine years old?",
                "The stream is fine: a message in it says the error. Each request is a call, told apart by its id.");
        ask(
                "Looked up by another service, then answered by vLLM",
                "looked-up",
                "What do I pay if the bike is brought back late?",
                "Search was told who pays, and told back what it cost: support, as only its own meters say. It has",
                "published that; here it is a part of the request's cost, and not published again.");
        shop.vllm().faults().script(Fault.HANGS);
        ask(
                "vLLM hangs, and after half a second Triton is asked instead",
                "in-time",
                "How long is the ride around the lake?",
                "The deadline is a failure of the first call. Its prompt is in the request as tokens, and counts.");
        shop.vllm().faults().script(Fault.STALLS);
        ask(
                "A client that hangs up after " + PIECES_HEARD + " pieces",
                "answered",
                "Tell me everything about your bikes, one by one, please.",
                PIECES_HEARD,
                "The call to vLLM ends with it. What its pieces had counted until then stays.");
    }

    private void ask(String title, String way, String text, String... explanation) throws InterruptedException {
        ask(title, way, text, Client.EVERYTHING, explanation);
    }

    private void ask(String title, String way, String text, int pieces, String... explanation)
            throws InterruptedException {
        out.println((costs.size() + 1) + ". " + title);
        String answer = "Answer: " + shop.client().ask(way, text, pieces);
        out.println("   " + (answer.length() <= SHOWN ? answer : answer.substring(0, SHOWN - 3) + "..."));
        RequestCost cost = shop.assistant().receipts().next();
        costs.add(cost);
        Receipt.print(out, cost);
        for (AttemptCost tried : cost.attempts()) {
            if (tried.attempt().isMeteredElsewhere()) {
                RequestCost there = shop.search().receipts().next();
                searchCosts.add(there);
                out.println("   Of which Search has on its own account, for our feature " + there.feature() + ":");
                Receipt.print(out, there);
            }
        }
        for (String line : explanation) {
            out.println("   " + line);
        }
        out.println();
        shop.vllm().faults().script();
        shop.triton().faults().script();
        shop.triton().streamFaults().script();
    }

    /** What the requests cost, as the service in front knows them. */
    List<RequestCost> costs() {
        return costs;
    }

    /** What the service behind it did for them. */
    List<RequestCost> searchCosts() {
        return searchCosts;
    }
}
