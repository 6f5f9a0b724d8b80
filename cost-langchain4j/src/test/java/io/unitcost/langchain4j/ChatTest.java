package io.unitcost.langchain4j;

import static io.unitcost.langchain4j.Bench.QUESTION;
import static io.unitcost.langchain4j.Bench.ask;
import static io.unitcost.langchain4j.Bench.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CallMeter;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every provider's own module, over HTTP: what its answers count is what they cost. */
@Timeout(30)
class ChatTest {

    private final Bench bench = new Bench();

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerCostsWhatTheServerBills(Provider provider) throws Exception {
        bench.server.answers(provider.answer(provider.tokens()));
        ChatModel model = provider.chat(bench.url(), bench.costs.chatModelListener());
        RequestCost cost = bench.request(() -> model.chat(QUESTION));
        assertBilled(provider, cost);
        assertThat(CallMeter.current()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aStreamCostsWhatTheServerBills(Provider provider) throws Exception {
        bench.server.answers(provider.stream(provider.tokens()));
        StreamingChatModel model = provider.streaming(bench.url(), bench.costs.chatModelListener());
        RequestCost cost = bench.request(() -> ask(model));
        assertBilled(provider, cost);
        assertThat(CallMeter.current()).isNull();
    }

    private static void assertBilled(Provider provider, RequestCost cost) {
        AttemptCost only = only(cost);
        Tokens tokens = provider.tokens();
        Usage usage = only.attempt().usage();
        assertThat(only.attempt().provider()).isEqualTo(provider.label());
        assertThat(only.attempt().model()).isEqualTo("m");
        assertThat(only.result()).isEqualTo(Result.DELIVERED);
        assertThat(only.attempt().quality()).isEqualTo(Quality.REPORTED);
        assertThat(usage.count(Unit.INPUT_TOKENS)).isEqualTo(tokens.input());
        assertThat(usage.count(Unit.CACHE_READ_TOKENS)).isEqualTo(tokens.read());
        assertThat(usage.count(Unit.CACHE_WRITE_TOKENS)).isEqualTo(tokens.written());
        assertThat(usage.count(Unit.OUTPUT_TOKENS)).isEqualTo(tokens.output());
        assertThat(usage.count(Unit.REASONING_TOKENS)).isEqualTo(tokens.reasoning());
        assertThat(cost.inference()).isEqualTo(tokens.bill());
        assertThat(cost.total()).isEqualTo(tokens.bill());
    }
}
