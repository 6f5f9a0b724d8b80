package io.unitcost.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Unit;
import io.unitcost.samples.gateway.Client.Reply;
import io.unitcost.samples.gateway.StandIn.Bill;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the gateway counts, beside the stand-in's books. */
class MeteredOnceTest {

    private static final int EVERYTHING = Integer.MAX_VALUE;
    private static final int CONCURRENT = 8;
    private static final int EACH = 6;

    private StandIn standIn;
    private Stage stage;

    @BeforeEach
    void start() throws IOException {
        standIn = StandIn.start();
        stage = Stage.before(standIn.uri());
    }

    @AfterEach
    void stop() {
        stage.close();
        standIn.close();
    }

    @Test
    void anAnswerInOnePieceIsBookedOnce() throws Exception {
        Reply reply = stage.client.post(Metering.CHAT, Stage.RED, Stage.chat("What is this?", false));
        RequestCost cost = stage.receipts.next();

        Bill bill = onlyBill();
        assertThat(bill.isWhole()).isTrue();
        assertThat(Stage.bill(Stage.onlyTry(cost), true)).isEqualTo(bill);
        assertThat(cost.total().amount()).isPositive().isEqualByComparingTo(Stage.usd(bill));
        assertThat(cost.inference()).isEqualTo(cost.total());
        assertThat(Stage.onlyTry(cost).attempt().quality()).isEqualTo(Quality.REPORTED);
        assertThat(cost.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(reply.cost()).isEqualTo(Stage.usd(bill).stripTrailingZeros().toPlainString() + " USD");
    }

    @Test
    void aStreamIsBookedOnce_andItsUsageIsReported_althoughItsClientDidNotAskForIt() throws Exception {
        Reply reply = stage.client.stream(Metering.CHAT, Stage.RED, Stage.chat("What is this?", true), EVERYTHING);
        RequestCost cost = stage.receipts.next();

        Bill bill = onlyBill();
        assertThat(bill.isWhole()).isTrue();
        assertThat(Stage.bill(Stage.onlyTry(cost), true)).isEqualTo(bill);
        assertThat(cost.total().amount()).isPositive().isEqualByComparingTo(Stage.usd(bill));
        assertThat(Stage.onlyTry(cost).attempt().quality()).isEqualTo(Quality.REPORTED);
        assertThat(reply.text()).endsWith("What is this?");
    }

    @Test
    void anEmbeddingIsBookedOnce_asSupport() throws Exception {
        stage.client.post(
                Metering.EMBEDDINGS, Stage.RED, Map.of("model", "text-embedding-3-small", "input", "Two words"));
        RequestCost cost = stage.receipts.next();

        Bill bill = onlyBill();
        // 9 characters; 3 × 0.02 / 1M
        assertThat(bill.input()).isEqualTo(3);
        assertThat(cost.total().amount()).isEqualByComparingTo(new BigDecimal("0.00000006"));
        assertThat(cost.support()).isEqualTo(cost.total());
        AttemptCost tried = Stage.onlyTry(cost);
        assertThat(tried.part()).isEqualTo(Part.SUPPORT);
        assertThat(tried.attempt().usage().count(Unit.INPUT_TOKENS)).isEqualTo(3);
        assertThat(cost.feature()).isEqualTo("search");
    }

    @Test
    void anAnswerWhoseClientLeavesIsEstimated_fromWhatWasSentUntilThen() throws Exception {
        stage.client.stream(Metering.CHAT, Stage.BLUE, Stage.chat("What is this?", true), 3, StandIn.PAUSE, "3");
        RequestCost cost = stage.receipts.next();

        AttemptCost tried = Stage.onlyTry(cost);
        assertThat(tried.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(tried.attempt().status()).isEqualTo(Attempt.Status.CANCELLED);
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
        assertThat(cost.outcome()).isEqualTo(Outcome.CANCELLED);
        // "What is this?" has 13 characters, "No model has " too: 4 tokens each
        // (4 × 0.15 + 4 × 0.60) / 1M
        assertThat(Stage.bill(tried, false)).isEqualTo(new Bill("gpt-4o-mini", 4, 0, 4, false));
        assertThat(cost.total().amount()).isEqualByComparingTo("0.000003");
        assertThat(cost.retry()).isEqualTo(cost.total());
        stage.gateway.close();
        assertThat(Awaited.until(() -> !standIn.books().isEmpty())).isTrue();
        assertThat(standIn.books()).containsExactly(new Bill("gpt-4o-mini", 4, 0, 4, false));
    }

    @Test
    void anAnswerThatTheProviderBreaksOffIsNotWholeForTheClientEither_andIsEstimated() throws Exception {
        String answer = raw(Stage.chat("What is this, and what is it for?", true), StandIn.FAIL, "cut");
        RequestCost cost = stage.receipts.next();

        // 502, if it broke before anything was passed on
        assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("[DONE]");
        assertThat(answer.contains(" 502 ")).isEqualTo(answer.contains("\r\n0\r\n"));
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(Stage.onlyTry(cost).attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.retry()).isEqualTo(cost.total());
        assertThat(cost.total().amount()).isPositive();
    }

    @Test
    void aRefusalPassesThrough_andIsNotBilled() throws Exception {
        Reply refused = stage.client.post(Metering.CHAT, Stage.RED, Stage.chat("Now?", false), StandIn.FAIL, "503");
        RequestCost failed = stage.receipts.next();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed.total().isZero()).isTrue();
        assertThat(Stage.onlyTry(failed).attempt().isBilled()).isFalse();
        assertThat(standIn.books()).isEmpty();

        Reply answered = stage.client.post(Metering.CHAT, Stage.RED, Stage.chat("Now?", false), StandIn.FAIL, "503");
        assertThat(answered.status()).isEqualTo(200);
        assertThat(stage.receipts.next().total().amount()).isEqualByComparingTo(Stage.usd(onlyBill()));
    }

    @Test
    void requestsAtTheSameTimeAddUpToTheBooks() throws Exception {
        ExecutorService users = Executors.newFixedThreadPool(CONCURRENT);
        List<Future<Reply>> replies = new ArrayList<>();
        for (int user = 0; user < CONCURRENT; user++) {
            for (int i = 0; i < EACH; i++) {
                Map<String, ?> body = Stage.chat("Question " + "?".repeat(user * EACH + i), i % 2 == 0);
                String key = user % 2 == 0 ? Stage.RED : Stage.BLUE;
                boolean stream = i % 2 == 0;
                replies.add(users.submit(() -> stream
                        ? stage.client.stream(Metering.CHAT, key, body, EVERYTHING)
                        : stage.client.post(Metering.CHAT, key, body)));
            }
        }
        for (Future<Reply> reply : replies) {
            assertThat(reply.get().status()).isEqualTo(200);
        }
        users.shutdown();
        List<RequestCost> costs = new ArrayList<>();
        for (int i = 0; i < CONCURRENT * EACH; i++) {
            costs.add(stage.receipts.next());
        }
        assertThat(costs.stream().map(cost -> Stage.bill(Stage.onlyTry(cost), true)))
                .hasSize(CONCURRENT * EACH)
                .containsExactlyInAnyOrderElementsOf(standIn.books());
        BigDecimal billed = standIn.books().stream().map(Stage::usd).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal metered = costs.stream().map(cost -> cost.total().amount()).reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(metered).isPositive().isEqualByComparingTo(billed);
        assertThat(costs.stream().filter(cost -> Receipt.team(cost).equals("red")))
                .hasSize(CONCURRENT * EACH / 2);
        // 48 requests in the meters as well
        assertThat(stage.registry
                        .get("ai.requests")
                        .tag("outcome", "delivered")
                        .tag("feature", "chat")
                        .counter()
                        .count())
                .isEqualTo(CONCURRENT * EACH);
    }

    @Test
    void aStreamSaysItsWholeCostInATrailer() throws Exception {
        String answer = raw(Stage.chat("What is this?", true));
        RequestCost cost = stage.receipts.next();
        assertThat(answer)
                .contains("\r\nTrailer: X-Request-Cost-In-All\r\n", "\r\nX-Request-Cost: ", "data: [DONE]")
                .endsWith("\r\n0\r\nX-Request-Cost-In-All: "
                        + cost.total().amount().stripTrailingZeros().toPlainString() + " USD\r\n\r\n");
    }

    @Test
    void theTeamIsKnownByTheKey_andNotByWhatAClientSays() throws Exception {
        stage.client.post(
                Metering.CHAT, Stage.BLUE, Stage.chat("Who?", false), "X-Team", "red", "OpenAI-Organization", "red");
        assertThat(stage.receipts.next().attributes()).containsExactlyEntriesOf(Map.of("team", "blue"));
    }

    @Test
    void whoHasNoKeyOpensNoAccount_andDoesNotReachTheProvider() throws Exception {
        Reply reply = stage.client.post(Metering.CHAT, "sk-green", Stage.chat("Let me in", false));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.text()).isEqualTo("the gateway does not know this API key");
        assertThat(standIn.books()).isEmpty();
        assertThat(stage.meter.reap()).isZero();
    }

    @Test
    void whatIsNoModelIsNotFound_andOpensNoAccount() throws Exception {
        assertThat(stage.client.post("/v1/elsewhere", Stage.RED, Map.of()).status())
                .isEqualTo(404);
        assertThat(stage.client.get("/metrics")).contains("ai_requests_total");
    }

    private Bill onlyBill() {
        assertThat(standIn.books()).hasSize(1);
        return standIn.books().get(0);
    }

    /** The bytes of an answer. */
    private String raw(Map<String, ?> body, String... header) throws IOException {
        byte[] json = new tools.jackson.databind.ObjectMapper().writeValueAsBytes(body);
        String head = "POST " + Metering.CHAT + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n"
                + "Authorization: Bearer " + Stage.RED + "\r\nContent-Type: application/json\r\n"
                + (header.length == 0 ? "" : header[0] + ": " + header[1] + "\r\n")
                + "Content-Length: " + json.length + "\r\n\r\n";
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), stage.gateway.uri().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.UTF_8));
            out.write(json);
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
