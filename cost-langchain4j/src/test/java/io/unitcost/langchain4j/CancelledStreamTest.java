package io.unitcost.langchain4j;

import static io.unitcost.langchain4j.Bench.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingHandle;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.Scope;
import io.unitcost.price.Money;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream that is cancelled tells its listeners nothing; what was sent is billed all the same. */
@Timeout(60)
class CancelledStreamTest {

    /** Ten tokens by the usual rule. */
    private static final String FORTY = "0123456789".repeat(4);

    private static final Money TEN_TOKENS = Money.usd("0.00002000003");
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final Bench bench = new Bench(costs -> costs.expireAfter(LONGEST));
    private final CountDownLatch gate = new CountDownLatch(1);

    /** Cancels at the first piece. */
    private static final class Leaver extends Bench.Answered {
        private final CompletableFuture<StreamingHandle> left = new CompletableFuture<>();

        @Override
        public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
            context.streamingHandle().cancel();
            left.complete(context.streamingHandle());
        }
    }

    @AfterEach
    void nothingIsLeft() {
        gate.countDown();
        bench.close();
    }

    @Test
    void expiresAsCancelledAndEstimated() throws Exception {
        Leaver leaver = new Leaver();
        RequestMeter request = cancelled(leaver);
        request.end(Outcome.CANCELLED);
        bench.ticker.advance(LONGEST.minusSeconds(1));
        bench.meter.reap();
        bench.recorded.assertNothingLeft();
        bench.ticker.advance(Duration.ofSeconds(2));
        bench.meter.reap();
        RequestCost cost = bench.recorded.take();
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertCancelled(cost);
        assertThat(leaver.whole).isNotDone();
    }

    @Test
    void endsEarlierWhenNobodyCanTellItsEndAnyMore() throws Exception {
        cancelled(new Leaver()).end(Outcome.CANCELLED);
        RequestCost cost = bench.recorded.take(() -> {
            System.gc();
            bench.meter.reap();
        });
        assertCancelled(cost);
    }

    @Test
    void isLateWhenItsRequestIsLongOver() throws Exception {
        Leaver leaver = new Leaver();
        RequestMeter request = cancelled(leaver);
        request.end(Outcome.CANCELLED);
        assertThat(leaver.left).isDone();
        // the account waits for its calls for half a minute
        bench.ticker.advance(LONGEST.minusSeconds(1));
        bench.meter.reap();
        bench.meter.close();
        assertThat(bench.recorded.take().attempts()).isEmpty();
        bench.ticker.advance(Duration.ofSeconds(2));
        bench.meter.reap();
        RequestCost late = bench.recorded.take();
        assertThat(late.kind()).isEqualTo(Kind.LATE);
        assertThat(late.feature()).isEqualTo("chat");
        assertCancelled(late);
    }

    @Test
    void anAnswerAfterTheExpiryCountsNoMore() throws Exception {
        Tokens tokens = Provider.OPENAI.tokens();
        bench.server.answers(Provider.OPENAI.stream(tokens).pausedBefore(1, gate));
        StreamingChatModel model = Provider.OPENAI.streaming(bench.url(), bench.costs.chatModelListener());
        Bench.Answered answered = new Bench.Answered();
        RequestMeter request = bench.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            model.chat(FORTY, answered);
        }
        bench.ticker.advance(LONGEST.plusSeconds(1));
        bench.meter.reap();
        gate.countDown();
        answered.whole.get(10, TimeUnit.SECONDS);
        request.end(Outcome.DELIVERED);
        assertCancelled(bench.recorded.take());
    }

    private RequestMeter cancelled(Leaver leaver) throws Exception {
        Answer stream = Answers.of("m", 1_000, 100, "chatcmpl-1")
                .text("One", " two", " three")
                .chatStreamWithUsage();
        bench.server.answers(stream.pausedBefore(2, gate));
        StreamingChatModel model = Provider.OPENAI.streaming(bench.url(), bench.costs.chatModelListener());
        RequestMeter request = bench.meter.open("chat");
        try (Scope scope = request.makeCurrent()) {
            model.chat(FORTY, leaver);
        }
        leaver.left.get(10, TimeUnit.SECONDS);
        return request;
    }

    private static void assertCancelled(RequestCost cost) {
        AttemptCost only = only(cost);
        assertThat(only.result()).isEqualTo(Result.CANCELLED);
        assertThat(only.attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.total()).isEqualTo(TEN_TOKENS);
    }
}
