package io.unitcost.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.samples.inference.Faults.Fault;
import io.unitcost.samples.inference.Ledger.Line;
import io.unitcost.samples.inference.Ledger.Told;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens at the engines, and what it comes to. At the end every account is closed, and metering had no error. */
@Timeout(60)
class ShopTest {

    private static final int QUESTIONS = 60;
    private static final String TEXT = "What does it cost to rent a bike for a day?";
    private static final Usage PROMPT = Usage.of(Unit.INPUT_TOKENS, 11);
    private static final Usage WHOLE = Usage.tokens(11, 22);

    private final List<RequestCost> costs = new ArrayList<>();
    private final List<RequestCost> searchCosts = new ArrayList<>();
    private Shop shop;

    @BeforeEach
    void open() throws IOException {
        shop = Shop.open();
    }

    @AfterEach
    void close() {
        shop.close();
        assertThat(shop.assistant().receipts().left())
                .as("metered a second time")
                .isEmpty();
        assertThat(shop.search().receipts().left()).as("metered a second time").isEmpty();
        assertThat(costs).isNotEmpty().allMatch(cost -> cost.reaped() == null, "was closed by the meter");
        assertThat(searchCosts).allMatch(cost -> cost.reaped() == null, "was closed by the meter");
        for (CostMeter meter : shop.meters()) {
            for (Site site : Site.values()) {
                assertThat(meter.errors(site)).as(site.label()).isZero();
            }
        }
    }

    private RequestCost ask(String way, int pieces) throws InterruptedException {
        shop.client().ask(way, TEXT, pieces);
        RequestCost cost = shop.assistant().receipts().next();
        costs.add(cost);
        for (AttemptCost tried : cost.attempts()) {
            if (tried.attempt().isMeteredElsewhere()) {
                searchCosts.add(shop.search().receipts().next());
            }
        }
        return cost;
    }

    private RequestCost ask(String way) throws InterruptedException {
        return ask(way, Client.EVERYTHING);
    }

    /** vLLM also says how many tokens of the prompt it had cached. */
    private static Usage vllm(long output) {
        return Usage.builder()
                .set(Unit.INPUT_TOKENS, 11)
                .set(Unit.CACHE_READ_TOKENS, 0)
                .set(Unit.OUTPUT_TOKENS, output)
                .build();
    }

    @Test
    void piecesThatAreCountedAgainAtTheEndCountOnce() throws Exception {
        RequestCost cost = ask("answered");
        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.attempts().get(0).attempt().usage()).isEqualTo(vllm(22));
        assertThat(cost.attempts().get(0).attempt().firstTokenNanos()).isPositive();
        assertThat(shop.ledger().lines()).containsExactly(new Line(Metering.VLLM, Vllm.MODEL, 11, 22, Told.ALL));
        // 0.6 of it idle beside 0.4 that works: (11 × 0.2 + 22 × 2) / 1M, and that × 1.5
        assertThat(cost.inference()).isEqualTo(Money.usd("0.0000462"));
        assertThat(cost.idle()).isEqualTo(Money.usd("0.0000693"));
    }

    @Test
    void aCallThatFailsThreeTimesHasFailed_andCostsNothing() throws Exception {
        shop.vllm().faults().script(Fault.REFUSES, Fault.REFUSES, Fault.REFUSES, Fault.REFUSES);
        RequestCost cost = ask("answered");
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(cost.attempts())
                .extracting(AttemptCost::result)
                .containsExactly(Result.RETRIED, Result.RETRIED, Result.FAILED);
        assertThat(cost.total()).isEqualTo(Money.zero(Money.USD));
        assertThat(shop.ledger().lines()).hasSize(3);
    }

    @Test
    void aTryThatWorkedAndToldNobodyIsEstimated_andRetry() throws Exception {
        shop.triton().faults().script(Fault.BREAKS);
        RequestCost cost = ask("short");
        assertThat(cost.attempts())
                .extracting(AttemptCost::result, tried -> tried.attempt().quality())
                .containsExactly(tuple(Result.RETRIED, Quality.ESTIMATED), tuple(Result.DELIVERED, Quality.REPORTED));
        // 43 characters are estimated as 11: 11 × 0.02 / 1M, and as much idle
        assertThat(cost.retry()).isEqualTo(Money.usd("0.00000044"));
        assertThat(cost.attempts().get(1).attempt().usage()).isEqualTo(WHOLE);
    }

    @Test
    void oneOfAHedgeThatLosesIsCancelled_andEstimated() throws Exception {
        shop.triton().faults().script(Fault.HANGS);
        RequestCost cost = ask("urgent");
        assertThat(cost.attempts())
                .extracting(AttemptCost::result, tried -> tried.attempt().quality())
                .containsExactly(tuple(Result.CANCELLED, Quality.ESTIMATED), tuple(Result.DELIVERED, Quality.REPORTED));
        assertThat(shop.ledger().lines()).extracting(Line::told).containsExactly(Told.NOTHING, Told.ALL);
    }

    @Test
    void requestsOfOneStreamAreCallsOfTheirOwn_andOneMayFail() throws Exception {
        assertThat(ask("checked").attempts())
                .extracting(tried -> tried.attempt().model(), tried -> tried.attempt()
                        .usage())
                .containsExactlyInAnyOrder(tuple(Triton.GUARD, Usage.tokens(11, 9)), tuple(Triton.LLAMA, WHOLE));
        shop.triton().streamFaults().script(Fault.REFUSES, Fault.REFUSES);
        RequestCost cost = ask("checked");
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.attempts())
                .extracting(tried -> tried.attempt().model(), AttemptCost::result)
                .containsExactlyInAnyOrder(
                        tuple(Triton.GUARD, Result.FAILED),
                        tuple(Triton.LLAMA, Result.FAILED),
                        tuple(Triton.GUARD, Result.DELIVERED),
                        tuple(Triton.LLAMA, Result.DELIVERED));
        assertThat(cost.attempts()).extracting(AttemptCost::call).doesNotHaveDuplicates();
    }

    @Test
    void theServiceBehindWorksForOurFeature_andItsCostComesBack() throws Exception {
        RequestCost cost = ask("looked-up");
        RequestCost there = searchCosts.get(0);
        assertThat(there.kind()).isEqualTo(Kind.SUBREQUEST);
        assertThat(there.feature()).isEqualTo(Metering.FEATURE);
        assertThat(there.attempts()).extracting(AttemptCost::service).containsExactly("embedding", "retrieval");
        assertThat(cost.meteredElsewhere()).isEqualTo(there.total());
        assertThat(cost.attempts().get(0).attempt().isMeteredElsewhere()).isTrue();
        assertThat(shop.assistant().registry().scrape()).doesNotContain(Triton.EMBEDDING);
    }

    @Test
    void aDeadlineIsAFailureWithItsPrompt_andAnotherModelAnswers() throws Exception {
        shop.vllm().faults().script(Fault.HANGS);
        RequestCost cost = ask("in-time");
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(cost.attempts())
                .extracting(tried -> tried.attempt().model(), AttemptCost::result, tried -> tried.attempt()
                        .usage())
                .containsExactly(
                        tuple(Vllm.MODEL, Result.FAILED, PROMPT), tuple(Triton.LLAMA, Result.DELIVERED, WHOLE));
    }

    @Test
    void whatWasCountedStays_whenTheClientLeaves() throws Exception {
        shop.vllm().faults().script(Fault.STALLS);
        RequestCost cost = ask("answered", 2);
        assertThat(cost.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(cost.attempts())
                .extracting(AttemptCost::result, tried -> tried.attempt().quality(), tried -> tried.attempt()
                        .usage())
                .containsExactly(tuple(Result.CANCELLED, Quality.PARTIAL, vllm(8)));
        assertThat(shop.ledger().lines()).containsExactly(new Line(Metering.VLLM, Vllm.MODEL, 11, 8, Told.PART));
    }

    @Test
    void aQuestionThatNobodyUnderstandsAsksNoModel() throws Exception {
        assertThat(shop.client().ask("backwards", TEXT, Client.EVERYTHING)).isEqualTo("INVALID_ARGUMENT");
        costs.add(shop.assistant().receipts().next());
        assertThat(costs.get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(costs.get(0).attempts()).isEmpty();
        assertThat(shop.ledger().lines()).isEmpty();
    }

    @Test
    void whateverGoesWrong_nothingIsMissingAndNothingIsTwice() throws Exception {
        Random random = new Random(6);
        Fault[] quick = {Fault.NONE, Fault.REFUSES, Fault.BREAKS};
        for (int i = 0; i < QUESTIONS; i++) {
            shop.vllm().faults().script(quick[random.nextInt(2)], quick[random.nextInt(2)]);
            shop.triton().faults().script(quick[random.nextInt(3)], quick[random.nextInt(3)]);
            shop.triton().streamFaults().script(quick[random.nextInt(2)], quick[random.nextInt(2)]);
            ask(List.of("answered", "short", "checked", "looked-up").get(random.nextInt(4)));
        }
        shop.vllm().faults().script(Fault.STALLS);
        ask("answered", 2);
        assertThat(costs).hasSize(QUESTIONS + 1);
        assertThat(searchCosts).isNotEmpty();
        assertThat(shop.ledger().lines()).extracting(Line::told).contains(Told.values());
        StringWriter printed = new StringWriter();
        boolean same = new Audit(costs, searchCosts, shop.ledger().lines()).print(new PrintWriter(printed));
        assertThat(same).as(printed.toString()).isTrue();
    }
}
