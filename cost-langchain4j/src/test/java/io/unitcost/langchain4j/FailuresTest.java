package io.unitcost.langchain4j;

import static io.unitcost.langchain4j.Bench.ask;
import static io.unitcost.langchain4j.Bench.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CallMeter;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import io.unitcost.testing.Cut;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails, and what it costs. */
@Timeout(60)
class FailuresTest {

    /** Ten tokens by the usual rule. */
    private static final String FORTY = "0123456789".repeat(4);

    private static final Money TEN_TOKENS = Money.usd("0.00002000003");

    private Bench bench = new Bench();

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 429, 500, 503, 529})
    void aRefusalIsNotBilled(int status) throws Exception {
        bench.server.answers(Answers.unavailable().status(status));
        ChatModel model = openAi(0);
        RequestCost cost = bench.failing(() -> model.chat(FORTY));
        assertThat(only(cost).result()).isEqualTo(Result.FAILED);
        assertThat(only(cost).attempt().isBilled()).isFalse();
        assertThat(cost.total()).isEqualTo(Money.usd("0"));
        assertThat(CallMeter.current()).isNull();
    }

    @Test
    void aStreamThatIsRefusedIsNotBilled() throws Exception {
        bench.server.answers(Answers.rateLimited());
        StreamingChatModel model = Provider.OPENAI.streaming(bench.url(), bench.costs.chatModelListener());
        RequestCost cost = bench.failing(() -> ask(model));
        assertThat(only(cost).result()).isEqualTo(Result.FAILED);
        assertThat(only(cost).attempt().isBilled()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 504})
    void aGatewayThatGaveUpMayHaveHadTheModelWork(int status) throws Exception {
        bench.server.answers(Answers.unavailable().status(status));
        ChatModel model = openAi(0);
        RequestCost cost = bench.failing(() -> model.chat(FORTY));
        assertEstimated(cost);
    }

    @Test
    void aTimeOutCostsThePrompt() throws Exception {
        bench.server.answers(Answer.empty(200).hang());
        ChatModel model = openAi(0);
        assertEstimated(bench.failing(() -> model.chat(FORTY)));
    }

    @Test
    void withoutEstimatesATimeOutIsUnknown() throws Exception {
        bench.close();
        bench = new Bench(LangChain4jCosts.Builder::withoutEstimates);
        bench.server.answers(Answer.empty(200).hang());
        ChatModel model = openAi(0);
        AttemptCost only = only(bench.failing(() -> model.chat(FORTY)));
        assertThat(only.attempt().quality()).isEqualTo(Quality.UNKNOWN);
        assertThat(only.attempt().isBilled()).isTrue();
    }

    @Test
    void whatNeverArrivedIsNotBilled() throws Exception {
        String url = bench.url();
        bench.server.close();
        ChatModel model = Provider.OLLAMA.chat(url, bench.costs.chatModelListener());
        RequestCost cost = bench.failing(() -> model.chat(FORTY));
        assertThat(only(cost).attempt().isBilled()).isFalse();
    }

    @Test
    void aStreamThatBreaksCostsThePromptAtLeast() throws Exception {
        bench.server.answers(Provider.OPENAI.stream(Provider.OPENAI.tokens()).cutAfter(150, Cut.RST));
        StreamingChatModel model = Provider.OPENAI.streaming(bench.url(), bench.costs.chatModelListener());
        AttemptCost only = only(bench.failing(() -> ask(model)));
        assertThat(only.result()).isEqualTo(Result.FAILED);
        assertThat(only.attempt().quality()).isEqualTo(Quality.ESTIMATED);
    }

    @Test
    void triesThatLangChain4jMakesItselfAreOneAttempt() throws Exception {
        Tokens tokens = Provider.OPENAI.tokens();
        bench.server.answers(Answers.unavailable(), Answers.unavailable(), Provider.OPENAI.answer(tokens));
        ChatModel model = openAi(2);
        RequestCost cost = bench.request(() -> model.chat(FORTY));
        assertThat(bench.server.requests()).hasSize(3);
        assertThat(cost.attempts()).extracting(AttemptCost::result).containsExactly(Result.DELIVERED);
        assertThat(cost.total()).isEqualTo(tokens.bill());
    }

    private ChatModel openAi(int retries) {
        return OpenAiChatModel.builder()
                .baseUrl(bench.url() + "/v1")
                .apiKey("key")
                .modelName("m")
                .maxRetries(retries)
                .timeout(Duration.ofMillis(500))
                .listeners(List.of(bench.costs.chatModelListener()))
                .build();
    }

    private static void assertEstimated(RequestCost cost) {
        assertThat(only(cost).result()).isEqualTo(Result.FAILED);
        assertThat(only(cost).attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.retry()).isEqualTo(TEN_TOKENS);
    }
}
