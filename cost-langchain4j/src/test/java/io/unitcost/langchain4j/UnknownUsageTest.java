package io.unitcost.langchain4j;

import static io.unitcost.langchain4j.Bench.ask;
import static io.unitcost.langchain4j.Bench.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import io.unitcost.Attempt;
import io.unitcost.Quality;
import io.unitcost.price.Unit;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers without counts are estimated and flagged, or unknown; never free. */
@Timeout(30)
class UnknownUsageTest {

    private static final String FORTY = "0123456789".repeat(4);

    private Bench bench = new Bench();

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    @Test
    void aStreamWithoutUsageIsEstimated() throws Exception {
        bench.server.answers(
                Answers.of("m", 1_000, 100, "chatcmpl-1").text(FORTY).chatStream());
        StreamingChatModel model = Provider.OPENAI.streaming(bench.url(), bench.costs.chatModelListener());
        Attempt attempt = only(bench.request(() -> ask(model))).attempt();
        assertThat(attempt.quality()).isEqualTo(Quality.ESTIMATED);
        // 24 characters asked, 40 answered
        assertThat(attempt.usage().count(Unit.INPUT_TOKENS)).isEqualTo(6);
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(10);
    }

    @Test
    void nothingButZerosIsEstimatedToo() throws Exception {
        bench.server.answers(Provider.OPENAI.answer(new Tokens("c-1", 0, 0, 0, 0, 0)));
        ChatModel model = Provider.OPENAI.chat(bench.url(), bench.costs.chatModelListener());
        Attempt attempt = only(bench.request(() -> model.chat(FORTY))).attempt();
        assertThat(attempt.quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(attempt.usage().count(Unit.INPUT_TOKENS)).isEqualTo(10);
        // "It is forty-two."
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(4);
    }

    @Test
    void whatOneSideLacksIsCompleted() throws Exception {
        bench.server.answers(Answer.json(200, """
                {"model":"m","created_at":"2026-11-02T12:00:01Z","message":{"role":"assistant","content":"%s"},
                "done_reason":"stop","done":true,"eval_count":33}""".formatted(FORTY)));
        ChatModel model = Provider.OLLAMA.chat(bench.url(), bench.costs.chatModelListener());
        Attempt attempt = only(bench.request(() -> model.chat(FORTY))).attempt();
        assertThat(attempt.quality()).isEqualTo(Quality.PARTIAL);
        assertThat(attempt.usage().count(Unit.INPUT_TOKENS)).isEqualTo(10);
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(33);
    }

    @Test
    void anEstimateIsNoMoreThanWasAllowed() throws Exception {
        bench.server.answers(
                Answers.of("m", 1_000, 100, "chatcmpl-1").text(FORTY).chatStream());
        StreamingChatModel model = Provider.OPENAI.streaming(bench.url(), bench.costs.chatModelListener());
        Bench.Answered answered = new Bench.Answered();
        Attempt attempt = only(bench.request(() -> {
                    model.chat(
                            ChatRequest.builder()
                                    .messages(UserMessage.from(FORTY))
                                    .maxOutputTokens(7)
                                    .build(),
                            answered);
                    return answered.whole.get();
                }))
                .attempt();
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(7);
    }

    @Test
    void withoutEstimatesItIsUnknownAndNotFree() throws Exception {
        bench.close();
        bench = new Bench(LangChain4jCosts.Builder::withoutEstimates);
        bench.server.answers(Answers.of("m", 1_000, 100, "chatcmpl-1").chatStream());
        StreamingChatModel model = Provider.OPENAI.streaming(bench.url(), bench.costs.chatModelListener());
        Attempt attempt = only(bench.request(() -> ask(model))).attempt();
        assertThat(attempt.quality()).isEqualTo(Quality.UNKNOWN);
        assertThat(attempt.usage().isEmpty()).isTrue();
    }

    @Test
    void anEstimatorThatFailsDoesNotReachTheModel() throws Exception {
        bench.close();
        bench = new Bench(costs -> costs.estimator((text, model) -> {
            throw new IllegalStateException("as planned");
        }));
        bench.expectFailures();
        bench.server.answers(Answers.of("m", 1_000, 100, "chatcmpl-1").chatStream());
        StreamingChatModel model = Provider.OPENAI.streaming(bench.url(), bench.costs.chatModelListener());
        Attempt attempt = only(bench.request(() -> ask(model))).attempt();
        assertThat(attempt.quality()).isEqualTo(Quality.UNKNOWN);
    }
}
