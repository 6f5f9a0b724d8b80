package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.Attempt;
import io.unitcost.Quality;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.samples.demo.Scenario.Route;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CompletionTest {

    private static final Route ASKED = new Route("openai", "gpt-4o-mini", false);

    @Test
    void readsWhatServedAndWhatItUsed_alsoWhenTheTextLooksLikeUsage() {
        String text = "{\"answer\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":9}\"}";
        byte[] answer = Answers.completion("1", "gpt-4o-mini-2024-07-18", text, Tokens.of(1_200, 512, 300));
        Attempt attempt = Completion.read(answer).attempt(ASKED, 4_000, 5);
        assertThat(attempt.model()).isEqualTo("gpt-4o-mini-2024-07-18");
        assertThat(attempt.provider()).isEqualTo("openai");
        assertThat(attempt.responseId()).isEqualTo("chatcmpl-1");
        assertThat(attempt.quality()).isEqualTo(Quality.REPORTED);
        assertThat(attempt.usage())
                .isEqualTo(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 1_200)
                        .set(Unit.CACHE_READ_TOKENS, 512)
                        .set(Unit.OUTPUT_TOKENS, 300)
                        .build());
    }

    @Test
    void skipsFieldsItDoesNotKnow() {
        String json =
                "{\"system_fingerprint\":\"fp\",\"usage\":null,\"choices\":[{\"logprobs\":{\"content\":[{\"token\":\"a\"}]},"
                        + "\"message\":{\"content\":\"{}\",\"tool_calls\":[{\"id\":\"t\"}]}}],\"model\":\"m\","
                        + "\"usage\":{\"completion_tokens_details\":{\"reasoning_tokens\":7},\"prompt_tokens\":3,"
                        + "\"completion_tokens\":4}}";
        Completion completion = Completion.read(json.getBytes(StandardCharsets.UTF_8));
        Attempt attempt = completion.attempt(ASKED, 0, 0);
        assertThat(completion.isValid()).isTrue();
        assertThat(attempt.model()).isEqualTo("m");
        assertThat(attempt.responseId()).isNull();
        assertThat(attempt.usage()).isEqualTo(Usage.tokens(3, 4));
    }

    @Test
    void withoutUsageItEstimatesAFourthOfTheCharacters() {
        Completion completion = Completion.read(Answers.completion("1", "m", "x".repeat(200), null));
        Attempt attempt = completion.attempt(ASKED, 4_000, 5);
        assertThat(completion.isValid()).isFalse();
        assertThat(attempt.quality()).isEqualTo(Quality.ESTIMATED);
        assertThat(attempt.usage()).isEqualTo(Usage.tokens(1_000, 50));
    }

    @Test
    void anEmbeddingHasInputOnly() {
        byte[] answer = Answers.embedding("text-embedding-3-small", Tokens.of(100, 0, 0));
        Attempt attempt = Completion.read(answer).attempt(Scenario.EMBEDDING, 400, 5);
        assertThat(attempt.usage()).isEqualTo(Usage.of(Unit.INPUT_TOKENS, 100));
    }
}
