package io.unitcost.langchain4j;

import static io.unitcost.langchain4j.Bench.QUESTION;
import static io.unitcost.langchain4j.Bench.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.Scope;
import io.unitcost.testing.Answers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who owns a call, and whose account it is on. */
@Timeout(30)
class OwnershipTest {

    private static final Tokens TOKENS = Provider.OPENAI.tokens();

    private final Bench bench = new Bench();

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    @Test
    void listeningTwiceCountsOnce() throws Exception {
        bench.server.answers(Provider.OPENAI.answer(TOKENS));
        ChatModel model = openAi(bench.costs.chatModelListener(), bench.costs.chatModelListener());
        RequestCost cost = bench.request(() -> model.chat(QUESTION));
        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.total()).isEqualTo(TOKENS.bill());
    }

    @Test
    void aModelInFrontOfAnotherIsOneCall() throws Exception {
        bench.server.answers(Answers.unavailable(), Provider.OPENAI.answer(TOKENS));
        ChatModelListener listener = bench.costs.chatModelListener();
        ChatModel first = openAi(listener);
        ChatModel second = openAi(listener);
        ChatModel fallback = new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                try {
                    return first.chat(request);
                } catch (RuntimeException e) {
                    return second.chat(request);
                }
            }

            @Override
            public List<ChatModelListener> listeners() {
                return List.of(listener);
            }

            @Override
            public ModelProvider provider() {
                return ModelProvider.OPEN_AI;
            }
        };
        RequestCost cost = bench.request(() -> fallback.chat(QUESTION));
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.call() + " " + attempt.result())
                .containsExactly("0 RETRIED", "0 DELIVERED");
        assertThat(cost.total()).isEqualTo(TOKENS.bill());
    }

    @Test
    void aCallThatIsCurrentOwnsTheAnswer() throws Exception {
        bench.server.answers(Answers.unavailable(), Provider.OPENAI.answer(TOKENS));
        ChatModel model = openAi(bench.costs.chatModelListener());
        RequestCost cost = bench.request(() -> {
            CallMeter call = bench.meter.call();
            try (Scope scope = call.makeCurrent()) {
                assertThatThrownBy(() -> model.chat(QUESTION)).isNotNull();
                model.chat(QUESTION);
            }
            call.record(Attempt.of("openai", "m").build());
            call.end();
            return call;
        });
        assertThat(cost.attempts()).extracting(AttemptCost::result).containsExactly(Result.RETRIED, Result.DELIVERED);
        assertThat(cost.total().signum()).isZero();
    }

    @Test
    void withoutARequestItIsUnattributed() {
        bench.server.answers(Provider.OPENAI.answer(TOKENS));
        openAi(bench.costs.chatModelListener()).chat(QUESTION);
        RequestCost cost = bench.recorded.take();
        assertThat(cost.kind()).isEqualTo(Kind.UNATTRIBUTED);
        assertThat(cost.total()).isEqualTo(TOKENS.bill());
    }

    @Test
    void theModelsNameSaysWhoIsPaid() throws Exception {
        try (Bench other = new Bench(costs -> costs.provider("m", "mistral"))) {
            other.server.answers(Provider.OPENAI.answer(TOKENS));
            ChatModel model = Provider.OPENAI.chat(other.url(), other.costs.chatModelListener());
            RequestCost cost = other.request(() -> model.chat(QUESTION));
            assertThat(only(cost).attempt().provider()).isEqualTo("mistral");
        }
    }

    @Test
    void anErrorOfTheVirtualMachineIsFoundWhenNobodyTellsOfIt() throws Exception {
        ChatModel broken = new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                throw new AssertionError("as planned");
            }

            @Override
            public List<ChatModelListener> listeners() {
                return List.of(bench.costs.chatModelListener());
            }
        };
        Thread thread =
                new Thread(() -> assertThatThrownBy(() -> broken.chat(QUESTION)).isInstanceOf(AssertionError.class));
        thread.start();
        thread.join();
        RequestCost cost = bench.recorded.take(() -> {
            System.gc();
            bench.meter.reap();
        });
        assertThat(only(cost).result()).isEqualTo(Result.CANCELLED);
    }

    @Test
    void aThreadThatSuchAnErrorLeftBehindIsHealedByTheNextCall() throws Exception {
        bench.server.answers(Provider.OPENAI.answer(TOKENS));
        ChatModelListener listener = bench.costs.chatModelListener();
        ChatModel broken = new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                throw new AssertionError("as planned");
            }

            @Override
            public List<ChatModelListener> listeners() {
                return List.of(listener);
            }
        };
        assertThatThrownBy(() -> broken.chat(QUESTION)).isInstanceOf(AssertionError.class);
        assertThat(CallMeter.current()).isNotNull();
        bench.recorded.take(() -> {
            System.gc();
            bench.meter.reap();
        });
        openAi(listener).chat(QUESTION);
        assertThat(CallMeter.current()).isNull();
        assertThat(bench.recorded.take().total()).isEqualTo(TOKENS.bill());
    }

    @Test
    void anEndWithoutABeginningIsNothing() {
        ChatModelListener listener = bench.costs.chatModelListener();
        Map<Object, Object> attributes = new ConcurrentHashMap<>();
        ChatRequest request =
                ChatRequest.builder().messages(UserMessage.from(QUESTION)).build();
        listener.onError(new ChatModelErrorContext(
                new IllegalStateException("as planned"), request, ModelProvider.OPEN_AI, attributes));
        listener.onResponse(new ChatModelResponseContext(
                ChatResponse.builder().aiMessage(AiMessage.from("Yes.")).build(),
                request,
                ModelProvider.OPEN_AI,
                attributes));
        bench.recorded.assertNothingLeft();
    }

    @Test
    void afterAFailureOfOursTheModelAnswersAllTheSame() {
        bench.expectFailures();
        ChatModelListener listener = bench.costs.chatModelListener();
        ChatRequest request =
                ChatRequest.builder().messages(UserMessage.from(QUESTION)).build();
        ChatResponse response =
                ChatResponse.builder().aiMessage(AiMessage.from("Yes.")).build();
        Map<Object, Object> broken = new HashMap<>() {
            @Override
            public boolean containsKey(Object key) {
                throw new IllegalStateException("as planned");
            }

            @Override
            public Object remove(Object key) {
                throw new IllegalStateException("as planned");
            }
        };
        listener.onRequest(new ChatModelRequestContext(request, ModelProvider.OPEN_AI, broken));
        listener.onResponse(new ChatModelResponseContext(response, request, ModelProvider.OPEN_AI, broken));
        listener.onError(new ChatModelErrorContext(
                new IllegalStateException("as planned"), request, ModelProvider.OPEN_AI, broken));
        assertThat(bench.meter.errors(CostMeter.Site.CLIENT)).isEqualTo(3);
        bench.recorded.assertNothingLeft();
    }

    private ChatModel openAi(ChatModelListener... listeners) {
        return OpenAiChatModel.builder()
                .baseUrl(bench.url() + "/v1")
                .apiKey("key")
                .modelName("m")
                .maxRetries(0)
                .listeners(List.of(listeners))
                .build();
    }
}
