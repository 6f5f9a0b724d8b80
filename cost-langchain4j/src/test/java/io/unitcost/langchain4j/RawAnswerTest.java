package io.unitcost.langchain4j;

import static io.unitcost.langchain4j.Bench.QUESTION;
import static io.unitcost.langchain4j.Bench.ask;
import static io.unitcost.langchain4j.Bench.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.unitcost.Attempt;
import io.unitcost.price.Unit;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Answers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What LangChain4j's own counts leave out and the answer itself says. */
@Timeout(30)
class RawAnswerTest {

    private static final String USAGE = """
            {"input_tokens":100,"cache_creation_input_tokens":700,"cache_read_input_tokens":0,\
            "cache_creation":{"ephemeral_5m_input_tokens":200,"ephemeral_1h_input_tokens":500},\
            "output_tokens":30,"service_tier":"priority"}""";

    private final Bench bench = new Bench();

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    @Test
    void cachesOfAnHourAndTheTierAreKnown() throws Exception {
        bench.server.answers(Answer.json(200, """
                {"id":"msg_1","type":"message","role":"assistant","model":"m",
                "content":[{"type":"text","text":"Yes."}],"stop_reason":"end_turn","usage":%s}""".formatted(USAGE)));
        ChatModel model = Provider.ANTHROPIC.chat(bench.url(), bench.costs.chatModelListener());
        assertCachedForAnHour(only(bench.request(() -> model.chat(QUESTION))).attempt());
    }

    @Test
    void inAStreamToo() throws Exception {
        bench.server.answers(Answer.events("""
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m",\
                "content":[],"usage":%s}}""".formatted(USAGE), """
                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", """
                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Yes."}}""", """
                event: content_block_stop
                data: {"type":"content_block_stop","index":0}""", """
                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":30}}""", """
                event: message_stop
                data: {"type":"message_stop"}"""));
        StreamingChatModel model = Provider.ANTHROPIC.streaming(bench.url(), bench.costs.chatModelListener());
        assertCachedForAnHour(only(bench.request(() -> ask(model))).attempt());
    }

    @Test
    void whatAGatewaySaysItBillsIsKept() throws Exception {
        bench.server.answers(Answers.of("m", 1_000, 100, "gen-1").openRouter("0.00123"));
        ChatModel model = Provider.OPENAI.chat(bench.url(), bench.costs.chatModelListener());
        Attempt attempt = only(bench.request(() -> model.chat(QUESTION))).attempt();
        assertThat(attempt.reportedCost()).hasToString("0.00123 USD");
    }

    private static void assertCachedForAnHour(Attempt attempt) {
        assertThat(attempt.usage().count(Unit.INPUT_TOKENS)).isEqualTo(800);
        assertThat(attempt.usage().count(Unit.CACHE_WRITE_TOKENS)).isEqualTo(700);
        assertThat(attempt.usage().count(Unit.CACHE_WRITE_5M_TOKENS)).isEqualTo(200);
        assertThat(attempt.usage().count(Unit.CACHE_WRITE_1H_TOKENS)).isEqualTo(500);
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(30);
        assertThat(attempt.serviceTier()).isEqualTo("priority");
    }
}
