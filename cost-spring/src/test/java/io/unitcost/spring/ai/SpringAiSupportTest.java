package io.unitcost.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.unitcost.Attempt;
import io.unitcost.AttemptCost;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost;
import io.unitcost.RequestMeter;
import io.unitcost.price.Unit;
import io.unitcost.spring.observe.ObservedRequest;
import io.unitcost.testing.Answer;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.StructuredOutputValidationAdvisor;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.openai.OpenAiImageOptions;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;

@Timeout(60)
@Execution(ExecutionMode.SAME_THREAD) // one server
class SpringAiSupportTest {

    private static SpringAiApplication app;

    /** What a model may call. */
    static class Tools {

        @Tool(description = "The weather")
        String weather() {
            return "It rains.";
        }

        @Tool(description = "The time")
        String time() {
            return "It is noon.";
        }
    }

    record Person(String name, int age) {}

    @BeforeAll
    static void start() {
        app = SpringAiApplication.start();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void emptyLedger() {
        app.ledger.clear();
        app.costs.drain();
    }

    @AfterEach
    void nothingElseWasPublished() {
        app.costs.assertNothingLeft();
        for (Site site : Site.values()) {
            assertThat(app.meter.errors(site)).as(site.label()).isZero();
        }
    }

    @Test
    void eachRoundOfAToolLoopIsACall() throws Exception {
        app.server.answers(app.ledger.toolCall("time", "{}"), app.ledger.chat("Noon."));

        RequestCost cost = app.costOf(() -> app.client()
                .prompt("What time is it?")
                .tools(new Tools())
                .call()
                .content());

        assertTwoRounds(cost);
    }

    @Test
    void eachRoundOfAToolLoopInAStreamIsACall() throws Exception {
        app.server.answers(app.ledger.toolCallStream("time", "{}"), app.ledger.stream("No", "on."));

        RequestCost cost = app.costOf(() -> app.client().prompt("What time is it?").tools(new Tools()).stream()
                .content()
                .collectList()
                .block());

        assertTwoRounds(cost);
    }

    private static void assertTwoRounds(RequestCost cost) {
        assertThat(cost.attempts()).extracting(AttemptCost::result).containsOnly(AttemptCost.Result.DELIVERED);
        assertThat(cost.attempts())
                .extracting(AttemptCost::call)
                .doesNotHaveDuplicates()
                .hasSize(2);
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.attempt().quality())
                .containsOnly(Quality.REPORTED);
        assertThat(app.ledger.lines()).hasSize(2);
        assertThat(cost.inference().amount()).isEqualByComparingTo(app.ledger.cost());
        assertThat(cost.total()).isEqualTo(cost.inference());
    }

    @Test
    void aToolWithAPriceIsSupport() throws Exception {
        app.server.answers(app.ledger.toolCall("weather", "{}"), app.ledger.chat("Rain."));

        RequestCost cost = app.costOf(() -> app.client()
                .prompt("What is the weather?")
                .tools(new Tools())
                .call()
                .content());

        assertThat(cost.attempts()).hasSize(3);
        assertThat(cost.support().amount()).isEqualByComparingTo("0.001");
        assertThat(cost.inference().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void anAnswerThatDidNotValidateIsARetryOfTheSameCall() throws Exception {
        app.server.answers(
                app.ledger.chat("no json"),
                app.ledger.chat("{\\\"name\\\":\\\"Ada\\\"}"),
                app.ledger.chat("{\\\"name\\\":\\\"Ada\\\",\\\"age\\\":36}"));
        ChatClient client = app.context
                .getBean(ChatClient.Builder.class)
                .defaultAdvisors(StructuredOutputValidationAdvisor.builder()
                        .outputType(Person.class)
                        .build())
                .build();

        RequestCost cost = app.costOf(() -> client.prompt("Who?").call().entity(Person.class));

        assertThat(cost.attempts())
                .extracting(AttemptCost::result)
                .containsExactly(
                        AttemptCost.Result.SUPERSEDED, AttemptCost.Result.SUPERSEDED, AttemptCost.Result.DELIVERED);
        List<OpenAiLedger.Line> lines = app.ledger.lines();
        assertThat(cost.inference().amount()).isEqualByComparingTo(lines.get(2).cost());
        assertThat(cost.retry().amount())
                .isEqualByComparingTo(lines.get(0).cost().add(lines.get(1).cost()));
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void answersThatDidNotValidateStayTogetherWithoutARequest() throws Exception {
        app.server.answers(app.ledger.chat("no json"), app.ledger.chat("{\\\"name\\\":\\\"Ada\\\",\\\"age\\\":36}"));
        ChatClient client = app.context
                .getBean(ChatClient.Builder.class)
                .defaultAdvisors(StructuredOutputValidationAdvisor.builder()
                        .outputType(Person.class)
                        .build())
                .build();

        client.prompt("Who?").call().entity(Person.class);

        RequestCost cost = app.costs.drain().stream()
                .filter(one -> !one.attempts().isEmpty())
                .reduce((one, other) -> {
                    throw new AssertionError("two: " + one + other);
                })
                .orElseThrow();
        assertThat(cost.feature()).isEqualTo("unattributed");
        assertThat(cost.attempts())
                .extracting(AttemptCost::result)
                .containsExactly(AttemptCost.Result.SUPERSEDED, AttemptCost.Result.DELIVERED);
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void embeddingsAreSupport() throws Exception {
        app.server.answers(app.ledger.embeddings(1, 1_234));

        RequestCost cost =
                app.costOf(() -> app.context.getBean(EmbeddingModel.class).embed("some words"));

        assertThat(cost.attempts()).hasSize(1);
        AttemptCost attempt = cost.attempts().get(0);
        assertThat(attempt.service()).isEqualTo("embedding");
        assertThat(attempt.attempt().model()).isEqualTo(OpenAiLedger.EMBEDDING);
        assertThat(attempt.attempt().usage().count(Unit.INPUT_TOKENS)).isEqualTo(1_234);
        assertThat(cost.support().amount()).isEqualByComparingTo(embedded(1_234));
        assertThat(cost.total()).isEqualTo(cost.support());
    }

    @Test
    void whatAVectorStoreEmbedsIsForRetrievalAndAStoreInThisProcessCostsNothing() throws Exception {
        VectorStore store = SimpleVectorStore.builder(app.context.getBean(EmbeddingModel.class))
                .observationRegistry(app.context.getBean(ObservationRegistry.class))
                .build();
        app.server.answers(app.ledger.embeddings(1, 3));
        app.costOf(() -> app.context.getBean(EmbeddingModel.class).dimensions()); // is asked of the server once
        app.server.answers(app.ledger.embeddings(1, 700), app.ledger.embeddings(1, 11));

        RequestCost cost = app.costOf(() -> {
            store.add(List.of(new Document("A fox is an animal.")));
            return store.similaritySearch("fox");
        });

        assertThat(cost.attempts()).extracting(AttemptCost::service).containsExactly("retrieval", "retrieval");
        assertThat(cost.attempts())
                .extracting(attempt -> attempt.attempt().provider())
                .containsOnly("openai");
        assertThat(cost.support().amount()).isEqualByComparingTo(embedded(711));
        assertThat(cost.unpricedAttempts()).isZero();
    }

    private static BigDecimal embedded(long tokens) {
        return new BigDecimal(OpenAiLedger.EMBEDDED)
                .multiply(BigDecimal.valueOf(tokens))
                .movePointLeft(6);
    }

    @Test
    void aVectorStoreElsewhereIsOneRequestOfItsOperation() throws Exception {
        ObservationRegistry registry = app.context.getBean(ObservationRegistry.class);

        RequestCost cost = app.costOf(() -> Observation.createNotStarted(
                        "db.vector.client.operation",
                        () -> VectorStoreObservationContext.builder(
                                        "pinecone", VectorStoreObservationContext.Operation.QUERY)
                                .build(),
                        registry)
                .observe(() -> List.of()));

        assertThat(cost.attempts()).hasSize(1);
        AttemptCost attempt = cost.attempts().get(0);
        assertThat(attempt.service()).isEqualTo("retrieval");
        assertThat(attempt.attempt().provider()).isEqualTo("pinecone");
        assertThat(attempt.attempt().model()).isEqualTo("query");
        assertThat(attempt.attempt().usage().count(Unit.REQUESTS)).isEqualTo(1);
        // nobody said what it costs: not free
        assertThat(cost.unpricedAttempts()).isEqualTo(1);
    }

    @Test
    void imagesCostWhatTheirSizeAndQualityDo() throws Exception {
        app.server.answers(OpenAiLedger.image());
        ImageModel images = app.context.getBean(ImageModel.class);

        RequestCost usual = app.costOf(() -> images.call(new ImagePrompt("a fox")));
        RequestCost better = app.costOf(() -> images.call(new ImagePrompt(
                "a fox",
                OpenAiImageOptions.builder()
                        .model(OpenAiLedger.IMAGE)
                        .quality("hd")
                        .width(1024)
                        .height(1024)
                        .build())));

        assertThat(usual.inference().amount()).isEqualByComparingTo("0.04");
        assertThat(better.inference().amount()).isEqualByComparingTo("0.08");
        assertThat(better.attempts()).extracting(AttemptCost::part).containsExactly(Part.INFERENCE);
    }

    @Test
    void theRequestOfTheObservationAbovePaysOnAnyThread() {
        app.server.answers(app.ledger.stream("One", " two"));
        ObservationRegistry registry = app.context.getBean(ObservationRegistry.class);
        RequestMeter request = app.meter.open("observed");
        Observation above = Observation.createNotStarted("http", registry);
        ObservedRequest.put((Observation.Context) above.getContextView(), request);
        above.start();

        app.client().prompt("Count").stream()
                .content()
                .contextWrite(context -> context.put("micrometer.observation", above))
                .collectList()
                .block();
        request.end(Outcome.DELIVERED);
        above.stop();

        RequestCost cost = app.costs.take();
        assertThat(cost.feature()).isEqualTo("observed");
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void withoutARequestAStreamIsUnattributed() {
        app.server.answers(app.ledger.stream("One", " two"));

        app.client().prompt("Count").stream().content().collectList().block();

        RequestCost cost = app.costs.take();
        assertThat(cost.feature()).isEqualTo("unattributed");
        assertThat(cost.total().amount()).isEqualByComparingTo(app.ledger.cost());
    }

    @Test
    void aStreamOfTheModelItselfIsMeteredAndFlaggedBecauseSpringAiLosesDetails() throws Exception {
        app.server.answers(app.ledger.stream("One", " two"));

        RequestCost cost = app.costOf(() -> app.context.getBean(ChatModel.class).stream(new Prompt("Count"))
                .collectList()
                .block());

        OpenAiLedger.Line line = app.ledger.lines().get(0);
        assertThat(cost.attempts()).hasSize(1);
        Attempt attempt = cost.attempts().get(0).attempt();
        assertThat(attempt.quality()).isEqualTo(Quality.PARTIAL);
        assertThat(attempt.usage().count(Unit.INPUT_TOKENS)).isEqualTo(line.input());
        assertThat(attempt.usage().count(Unit.OUTPUT_TOKENS)).isEqualTo(line.output());
        assertThat(attempt.usage().has(Unit.CACHE_READ_TOKENS)).isFalse();
        assertThat(cost.estimatedAttempts()).isEqualTo(1);
    }

    @Test
    void anAnswerWithoutUsageIsEstimatedAndNotFree() throws Exception {
        app.server.answers(Answer.json(200, """
                {"id":"chatcmpl-x","object":"chat.completion","created":1,"model":"%s","choices":[{"index":0,
                "message":{"role":"assistant","content":"Some words of text.","refusal":null},"logprobs":null,
                "finish_reason":"stop"}]}""".formatted(OpenAiLedger.SERVED)));

        RequestCost cost =
                app.costOf(() -> app.client().prompt("Say something").call().content());

        assertThat(cost.attempts()).hasSize(1);
        assertThat(cost.attempts().get(0).attempt().quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(cost.total().signum()).isPositive();
    }

    @Test
    void aProviderThatIsSomebodyElseIsPaidByItsOwnName() throws Exception {
        try (SpringAiApplication other =
                SpringAiApplication.start(Map.of("unitcost.spring-ai.providers.openai", "somebody"))) {
            other.server.answers(other.ledger.chat("Fine."));

            RequestCost cost =
                    other.costOf(() -> other.client().prompt("Hello").call().content());

            assertThat(cost.attempts().get(0).attempt().provider()).isEqualTo("somebody");
            assertThat(cost.unpricedAttempts()).isEqualTo(1);
        }
    }
}
