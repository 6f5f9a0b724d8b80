package io.unitcost.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.TokenStream;
import io.unitcost.RequestCost;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.testing.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An assistant that calls a tool and then answers: two rounds, each a call, and no sum of them counted once more. */
@Timeout(30)
class ToolLoopTest {

    private static final Tokens FIRST = new Tokens("chatcmpl-1", 900, 200, 0, 40, 10);
    private static final Tokens SECOND = new Tokens("chatcmpl-2", 1_000, 900, 0, 25, 0);
    private static final Money BILL = FIRST.bill().plus(SECOND.bill());

    private final Bench bench = new Bench();

    interface Assistant {
        Result<String> answer(String question);
    }

    interface StreamingAssistant {
        TokenStream answer(String question);
    }

    static final class Calculator {
        @Tool("multiplies")
        long multiply(long a, long b) {
            return a * b;
        }
    }

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    @Test
    void eachRoundIsACall() throws Exception {
        bench.server.answers(Answer.json(200, FIRST.fill("""
                        {"id":"{id}","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant",
                        "content":null,"tool_calls":[{"id":"call_1","type":"function",
                        "function":{"name":"multiply","arguments":"{\\"arg0\\":6,\\"arg1\\":7,\\"a\\":6,\\"b\\":7}"}}]},
                        "finish_reason":"tool_calls"}],
                        "usage":{"prompt_tokens":{input},"completion_tokens":{output},"total_tokens":{total},
                        "prompt_tokens_details":{"cached_tokens":{read}},
                        "completion_tokens_details":{"reasoning_tokens":{reasoning}}}}""")), Provider.OPENAI.answer(SECOND));
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(Provider.OPENAI.chat(bench.url(), bench.costs.chatModelListener()))
                .tools(new Calculator())
                .build();
        RequestCost cost = bench.request(() -> {
            Result<String> result = assistant.answer("What is six times seven?");
            // the sum of both, which is not to be counted
            assertThat(result.tokenUsage().inputTokenCount()).isEqualTo(1_900);
            return result;
        });
        assertBothRounds(cost);
    }

    @Test
    void inAStreamToo() throws Exception {
        bench.server.answers(Answer.events("""
                        {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,\
                        "id":"call_1","type":"function","function":{"name":"multiply",\
                        "arguments":"{\\"arg0\\":6,\\"arg1\\":7,\\"a\\":6,\\"b\\":7}"}}]}}],"usage":null}""", """
                        {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":null}""", FIRST.fill("""
                        {"id":"{id}","model":"m","choices":[],"usage":{"prompt_tokens":{input},"completion_tokens":{output},\
                        "total_tokens":{total},"prompt_tokens_details":{"cached_tokens":{read}},\
                        "completion_tokens_details":{"reasoning_tokens":{reasoning}}}}"""), "[DONE]"), Provider.OPENAI.stream(SECOND));
        StreamingAssistant assistant = AiServices.builder(StreamingAssistant.class)
                .streamingChatModel(Provider.OPENAI.streaming(bench.url(), bench.costs.chatModelListener()))
                .tools(new Calculator())
                .build();
        RequestCost cost = bench.request(() -> {
            CompletableFuture<String> whole = new CompletableFuture<>();
            assistant
                    .answer("What is six times seven?")
                    .onPartialResponse(part -> {})
                    .onCompleteResponse(
                            response -> whole.complete(response.aiMessage().text()))
                    .onError(whole::completeExceptionally)
                    .start();
            return whole.get(10, TimeUnit.SECONDS);
        });
        // the second round is asked from a thread of the client, which does not know the request
        assertBothRounds(cost);
    }

    private static void assertBothRounds(RequestCost cost) {
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.call() + " " + attempt.result() + " "
                        + attempt.attempt().usage().count(Unit.INPUT_TOKENS))
                .containsExactly("0 DELIVERED 900", "1 DELIVERED 1000");
        assertThat(cost.inference()).isEqualTo(BILL);
        assertThat(cost.total()).isEqualTo(BILL);
    }
}
