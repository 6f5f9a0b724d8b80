package io.unitcost.samples.tour;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Unit;
import io.unitcost.samples.model.Bill;
import io.unitcost.samples.tour.Browser.Reply;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.ObjectMapper;

/**
 * What both applications pass, over real HTTP on random ports: what Prometheus sees of it is what the model server's own ledger
 * says, to the token and to 10⁻¹² US dollars.
 */
@Timeout(600)
@TestInstance(Lifecycle.PER_CLASS)
public abstract class ApplicationContract {

    private static final Offset<Double> EXACTLY = Offset.offset(1e-12);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int LONG_RUNS = 200;
    private static final int USUAL_RUNS = 20;
    private static final int AT_ONCE = 6;

    private Provider provider;
    private Stage stage;
    private Scrape before;
    private int billsBefore;

    /** Starts the application; {@link #provider()} is there. */
    protected abstract Stage start();

    /** How often some streams at once are asked for. */
    protected int runs() {
        return Boolean.getBoolean("unitcost.long") ? LONG_RUNS : USUAL_RUNS;
    }

    protected final Provider provider() {
        return provider;
    }

    protected final Stage stage() {
        return stage;
    }

    @BeforeAll
    void startBoth() throws Exception {
        provider = Provider.start();
        stage = start();
        RequestCost indexing = stage.receipts().next();
        assertThat(indexing.feature()).isEqualTo("indexing");
        assertThat(indexing.support().amount()).isEqualByComparingTo(cost(provider.ledger()));
        assertThat(exactly(new Audit(stage.browser().scrape(), provider.ledger())))
                .isTrue();
    }

    @AfterAll
    void stopBoth() {
        stage.close();
        provider.close();
    }

    @BeforeEach
    void remember() throws Exception {
        before = stage.browser().scrape();
        billsBefore = provider.ledger().size();
    }

    @AfterEach
    void nothingWentWrong() throws Exception {
        Scrape after = stage.browser().scrape();
        assertThat(after.values("ai_meter_errors_total", "site")).isNotEmpty();
        assertThat(after.sum("ai_meter_errors_total")).isZero();
        assertThat(after.sum("ai_unpriced_total")).isZero();
        assertThat(after.sum("ai_late_total")).isZero();
        assertThat(after.sum("ai_requests_total", "feature", "unattributed")).isZero();
        assertThat(after.sum("ai_cost_usd_total", "feature", "unattributed")).isZero();
        assertThat(stage.receipts().left()).isEmpty();
    }

    @Test
    void aCall() throws Exception {
        RequestCost cost = ask("/chat", "What does it cost to rent a bike?");
        assertThat(results(cost)).containsExactly(Result.DELIVERED);
        assertExact("chat", cost);
    }

    @Test
    void aStream() throws Exception {
        RequestCost cost = stream("/stream", "What does a cargo bike cost?");
        assertThat(results(cost)).containsExactly(Result.DELIVERED);
        assertThat(cost.attempts().get(0).attempt().firstTokenNanos()).isPositive();
        assertExact("stream", cost);
    }

    @Test
    void cachedTokensHaveTheirOwnPrice_inAStreamToo() throws Exception {
        ask("/chat", "And once more?");
        RequestCost whole = ask("/chat", "And once more?");
        RequestCost streamed = stream("/stream", "And once more?");
        List<Bill> bills = bills();
        assertThat(bills).hasSize(3);
        assertThat(bills.subList(1, 3))
                .allSatisfy(bill -> assertThat(bill.cached()).isPositive());
        assertThat(cached(whole)).isEqualTo(bills.get(1).cached());
        assertThat(cached(streamed)).isEqualTo(bills.get(2).cached());
        assertExact();
    }

    @Test
    void aToolLoopIsTwoCalls() throws Exception {
        RequestCost cost = ask("/tools", "What does a city bike cost for a day?");
        assertThat(bills()).hasSize(2);
        assertThat(results(cost)).containsExactly(Result.DELIVERED, Result.DELIVERED);
        assertThat(cost.attempts()).extracting(AttemptCost::call).containsExactly(0, 1);
        assertExact("tools", cost);
    }

    @Test
    void twoRefusalsAreTwoMoreTries() throws Exception {
        provider.failWhen("refused twice", "503,503");
        RequestCost cost = ask("/chat", "Is this refused twice?");
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.RETRIED, Result.DELIVERED);
        assertExact("chat", cost);
        assertThat(counted("ai_attempts_seconds_count", "result", "retried")).isEqualTo(2);
    }

    @Test
    void twoRefusalsBeforeAStreamAreTwoMoreTries() throws Exception {
        provider.failWhen("refused before it streams", "503,503");
        RequestCost cost = stream("/stream", "Is this refused before it streams?");
        assertThat(results(cost)).containsExactly(Result.RETRIED, Result.RETRIED, Result.DELIVERED);
        assertExact("stream", cost);
        assertThat(counted("ai_attempts_seconds_count", "result", "retried")).isEqualTo(2);
    }

    @Test
    void anotherModelAnswersAtItsOwnPrice() throws Exception {
        provider.failWhen("nobody home\n\"gpt-4o-mini\"", "503,503,503,503");
        RequestCost cost = ask("/chat", "Is nobody home?");
        List<AttemptCost> tries = cost.attempts();
        assertThat(tries).hasSize(5);
        assertThat(tries.subList(0, 4))
                .allSatisfy(tried -> assertThat(tried.part()).isEqualTo(Part.RETRY));
        assertThat(tries.get(4).attempt().model()).isEqualTo("gpt-4.1-mini");
        assertThat(bills()).extracting(Bill::model).containsExactly("gpt-4.1-mini");
        assertExact("chat", cost);
    }

    @Test
    void anEmbeddingAndASearchAreSupport() throws Exception {
        RequestCost cost = ask("/ask", "I have a flat tyre. What now?");
        List<Bill> bills = bills();
        assertThat(bills).extracting(Bill::model).containsExactly("text-embedding-3-small", "gpt-4o-mini");
        assertThat(cost.support().amount()).isEqualByComparingTo(Provider.cost(bills.get(0)));
        assertThat(cost.inference().amount()).isEqualByComparingTo(Provider.cost(bills.get(1)));
        assertExact("ask", cost);
    }

    @Test
    void aCallWithoutSpringAi() throws Exception {
        RequestCost cost = ask("/translate", "Where is my bike?");
        assertThat(results(cost)).containsExactly(Result.DELIVERED);
        assertExact("translate", cost);
    }

    @Test
    void anAnswerThatDoesNotValidateIsRetryCost() throws Exception {
        provider.failWhen("a letter that is misread", "text");
        RequestCost cost = ask("/summarize", "This is a letter that is misread.");
        List<Bill> bills = bills();
        assertThat(bills).hasSize(2);
        assertThat(results(cost)).containsExactly(Result.SUPERSEDED, Result.DELIVERED);
        assertThat(cost.retry().amount()).isEqualByComparingTo(Provider.cost(bills.get(0)));
        assertExact("summarize", cost);
    }

    @Test
    void aStreamThatIsGivenUpIsEstimatedAndFlagged() throws Exception {
        provider.failWhen("given up", "slow");
        Reply reply = stage.browser().stream(
                "/stream", "This one is given up, although it would have gone on for many more words.", 3);
        assertThat(reply.status()).isEqualTo(200);
        RequestCost cost = stage.receipts().next();
        assertThat(cost.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(cost.attempts()).hasSize(1);
        Attempt attempt = cost.attempts().get(0).attempt();
        assertThat(attempt.status()).isEqualTo(Attempt.Status.CANCELLED);
        assertThat(attempt.quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
        until(() -> counted("ai_estimated_total", "feature", "stream") == 1);
        assertThat(counted("ai_requests_total", "feature", "stream", "outcome", "cancelled"))
                .isEqualTo(1);
        until(() -> bills().size() == 1);
        Bill bill = bills().get(0);
        assertThat(bill.isWhole()).isFalse();
        // an estimate: of the right size, and never nothing
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isBetween(1L, 2 * bill.output());
        assertThat((double) attempt.usage().count(Unit.INPUT_TOKENS)).isBetween(0.7 * bill.input(), 1.3 * bill.input());
        assertThat(counted("ai_cost_usd_total", "feature", "stream"))
                .isCloseTo(cost.total().toDouble(), EXACTLY);
    }

    @Test
    void theActuatorSaysTheSame() throws Exception {
        BigDecimal until = costInActuator("chat");
        RequestCost cost = ask("/chat", "What does the actuator say?");
        assertExact("chat", cost);
        assertThat(costInActuator("chat").subtract(until)).isEqualByComparingTo(cost(bills()));
        assertThat(stage.browser()
                        .get("/actuator/cost/prices/openai/gpt-4o-mini")
                        .status())
                .isEqualTo(200);
    }

    private BigDecimal costInActuator(String feature) throws Exception {
        Reply reply = stage.browser().get("/actuator/cost");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return new BigDecimal(new ObjectMapper()
                .readTree(reply.text())
                .at("/features/" + feature + "/sinceStart/cost/total")
                .asString());
    }

    /** Each run is some streams at once, with other requests between them. */
    @Test
    void streamsAreExactUnderLoad() throws Exception {
        ExecutorService users = Executors.newFixedThreadPool(AT_ONCE + 2);
        try {
            int exact = 0;
            for (int run = 0; run < runs(); run++) {
                remember();
                List<Future<Reply>> replies = new ArrayList<>();
                for (int user = 0; user < AT_ONCE; user++) {
                    String text = "Question " + run + " of user " + user + ": " + "how much ".repeat(user) + "is it?";
                    replies.add(users.submit(() -> stage.browser().stream("/stream", text, Integer.MAX_VALUE)));
                }
                String text = "Question " + run;
                replies.add(users.submit(() -> stage.browser().post("/chat", text)));
                replies.add(users.submit(() -> stage.browser().post("/tools", text)));
                for (Future<Reply> reply : replies) {
                    assertThat(reply.get().status()).isEqualTo(200);
                }
                List<RequestCost> costs = new ArrayList<>();
                for (int i = 0; i < replies.size(); i++) {
                    costs.add(stage.receipts().next());
                }
                assertThat(costs).allSatisfy(ApplicationContract::assertReported);
                assertThat(costs)
                        .filteredOn(cost -> cost.feature().equals("stream"))
                        .hasSize(AT_ONCE)
                        .allSatisfy(cost -> assertThat(cost.attempts()).hasSize(1));
                assertThat(bills()).hasSize(replies.size() + 1);
                assertExact();
                exact++;
            }
            assertThat(exact).isEqualTo(runs());
        } finally {
            users.shutdownNow();
        }
    }

    /** Asks, and gives what it cost. */
    protected final RequestCost ask(String path, String text) throws Exception {
        Reply reply = stage.browser().post(path, text);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return stage.receipts().next();
    }

    protected final RequestCost stream(String path, String text) throws Exception {
        Reply reply = stage.browser().stream(path, text, Integer.MAX_VALUE);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).contains("made-up");
        return stage.receipts().next();
    }

    /** All that was asked in this test was counted, once, and this request's cost is all of it. */
    protected final void assertExact(String feature, RequestCost cost) throws Exception {
        assertThat(cost.feature()).isEqualTo(feature);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertReported(cost);
        assertThat(bills()).isNotEmpty();
        assertThat(cost.total().amount()).isEqualByComparingTo(cost(bills()));
        assertExact();
        assertThat(counted("ai_requests_total", "feature", feature, "outcome", "delivered"))
                .isEqualTo(1);
        assertThat(counted("ai_cost_usd_total", "feature", feature))
                .isCloseTo(cost(bills()).doubleValue(), EXACTLY);
    }

    /** All that was asked in this test was counted, once. */
    protected final void assertExact() throws Exception {
        until(() -> exactly(audit()));
        Audit audit = audit();
        assertThat(audit.differences()).isEmpty();
        assertThat(bills()).allSatisfy(bill -> assertThat(bill.isWhole()).isTrue());
        assertThat(counted("ai_estimated_total")).isZero();
        assertThat(counted("ai_cost_usd_total")).isCloseTo(cost(bills()).doubleValue(), EXACTLY);
    }

    /** What the provider billed in this test. */
    protected final List<Bill> bills() throws Exception {
        List<Bill> all = provider.ledger();
        return all.subList(billsBefore, all.size());
    }

    /** What a counter has counted in this test. */
    protected final double counted(String name, String... labels) throws Exception {
        return stage.browser().scrape().since(before).sum(name, labels);
    }

    private Audit audit() throws Exception {
        return new Audit(stage.browser().scrape().since(before), bills());
    }

    private static boolean exactly(Audit audit) {
        return audit.differences().isEmpty();
    }

    private static void assertReported(RequestCost cost) {
        assertThat(cost.attempts()).isNotEmpty();
        assertThat(cost.unpricedAttempts()).isZero();
        assertThat(cost.attempts()).allSatisfy(tried -> assertThat(
                        !tried.attempt().isBilled() || tried.attempt().quality() == Quality.REPORTED)
                .isTrue());
    }

    protected static List<Result> results(RequestCost cost) {
        return cost.attempts().stream().map(AttemptCost::result).toList();
    }

    private static long cached(RequestCost cost) {
        return cost.attempts().get(0).attempt().usage().count(Unit.CACHE_READ_TOKENS);
    }

    private static BigDecimal cost(List<Bill> bills) {
        return bills.stream().map(Provider::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** What happens on another thread, a moment later. */
    @FunctionalInterface
    protected interface Happened {
        boolean now() throws Exception;
    }

    /** Waits, and not for ever. */
    protected static void until(Happened happened) throws Exception {
        long begun = System.nanoTime();
        while (!happened.now() && System.nanoTime() - begun < PATIENCE_NANOS) {
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
    }
}
