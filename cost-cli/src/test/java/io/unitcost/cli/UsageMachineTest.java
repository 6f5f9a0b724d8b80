package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.SharedData;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.Numbers;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine interface of {@code usage}: recorded answers, and what a line may be. */
class UsageMachineTest {

    private static final String CHAT =
            "{\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}";

    private static Map<String, Object> answer(String line, String... options) {
        return Json.object(run(line, options).out().strip());
    }

    private static Shell.Result run(String lines, String... options) {
        List<String> args = new ArrayList<>(List.of("usage"));
        args.addAll(List.of(options));
        return Shell.piped(lines, args.toArray(new String[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "7", "4096", ""})
    void answersEveryVector(String chunk) throws IOException {
        Path file = SharedData.file("vectors/usage.jsonl");
        assumeTrue(file != null, "no shared data beside the project: usage vectors skipped");
        String vectors = Files.readString(file);
        Shell.Result result = chunk.isEmpty() ? run(vectors) : run(vectors, "--chunk", chunk);
        List<String> lines = vectors.lines().toList();
        List<String> answers = result.out().lines().toList();
        assertThat(answers).hasSameSizeAs(lines).hasSizeGreaterThan(100);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            check(Json.object(lines.get(i)), Json.object(answers.get(i)), wrong);
        }
        assertThat(wrong).isEmpty();
        // one of them counts nothing but zeros beside a text, and all can be read
        assertThat(result.code()).isEqualTo(ExitCode.FOUND);
        assertThat(result.err()).isEmpty();
    }

    private static void check(Map<String, Object> vector, Map<String, Object> answer, List<String> wrong) {
        boolean same = vector.get("id").equals(answer.get("id")) && !answer.containsKey("error");
        // what a peer cannot read has no expected counts
        if (vector.get("expected_error") == null) {
            Object model = vector.get("expected_model");
            same &= counts(vector.get("expected_usage")).equals(counts(answer.get("usage")));
            same &= model == null || model.equals(answer.get("model"));
        }
        if (vector.get("provider_reported_cost_usd") instanceof String cost) {
            same &= Numbers.plain(new BigDecimal(cost)).equals(answer.get("reported_usd"));
        }
        if (vector.get("service_tier_reported") instanceof String tier) {
            same &= tier.equals(answer.get("tier"));
        }
        if (!same) {
            wrong.add(Json.write(answer) + " instead of " + Json.write(vector.get("expected_usage")));
        }
    }

    /** Zero counts as absent, as the oracle's own readers differ there. */
    private static Map<String, BigDecimal> counts(Object usage) {
        Map<String, BigDecimal> counts = new TreeMap<>();
        ((Map<?, ?>) usage).forEach((unit, count) -> {
            BigDecimal number = new BigDecimal(count.toString()).stripTrailingZeros();
            if (number.signum() != 0) {
                counts.put(unit.toString(), number);
            }
        });
        return counts;
    }

    @Test
    void saysWhatTheAnswerSays() {
        Shell.Result result = run("""
                {"id":[1],"body":{"id":"chatcmpl-1","model":"gpt-4o","service_tier":"flex","choices":[{"finish_reason":"stop"},{}],\
                "usage":{"prompt_tokens":12,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":8},"cost":1.50e-5}}}
                """);
        assertThat(result.out())
                .isEqualTo(
                        "{\"id\":[1],\"model\":\"gpt-4o\",\"response_id\":\"chatcmpl-1\","
                                + "\"usage\":{\"input_tokens\":12,\"cache_read_tokens\":8,\"output_tokens\":3},"
                                + "\"quality\":\"reported\",\"complete\":true,\"tier\":\"flex\",\"choices\":2,\"reported_usd\":\"0.000015\"}\n");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void saysWhoElseWorkedOnTheAnswer() {
        assertThat(answer("""
                {"body":{"type":"message","model":"claude-sonnet-5","usage":{"input_tokens":20,"output_tokens":3,"iterations":[\
                {"type":"message","input_tokens":20,"output_tokens":3},\
                {"type":"advisor_message","model":"claude-opus-4-8","input_tokens":25,"output_tokens":2}]}}}
                """))
                .containsEntry("usage", Json.object("{\"input_tokens\":20,\"output_tokens\":3}"))
                .containsEntry(
                        "lines",
                        List.of(
                                Json.object(
                                        "{\"model\":\"claude-sonnet-5\",\"usage\":{\"input_tokens\":20,\"output_tokens\":3}}"),
                                Json.object(
                                        "{\"model\":\"claude-opus-4-8\",\"usage\":{\"input_tokens\":25,\"output_tokens\":2}}")));
    }

    @Test
    void saysWhatWasSpentWithAKeyOfTheCallersOwn() {
        String body = "{\"usage\":{\"prompt_tokens\":1,\"cost\":0,\"is_byok\":true,"
                + "\"cost_details\":{\"upstream_inference_cost\":0.0003253}}}";
        assertThat(answer("{\"body\":" + body + "}"))
                .containsEntry("reported_usd", "0")
                .containsEntry("upstream_usd", "0.0003253");
        assertThat(answer("{\"body\":" + body.replace("true", "false") + "}"))
                .containsEntry("reported_usd", "0")
                .doesNotContainKey("upstream_usd");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // it said why it stopped, and then what it used
                "data: {'choices':[{'delta':{'content':'Hi'},'finish_reason':'stop'}]}~~data: {'choices':[],'usage':{'prompt_tokens':5,'completion_tokens':1}}~~data: [DONE]~~ | reported | 0",
                "event: message_start~data: {'type':'message_start','message':{'usage':{'input_tokens':25,'output_tokens':1}}}~~ | partial | 0",
                "data: {'choices':[{'delta':{'content':'Hi'}}]}~~data: [DONE]~~ | unknown | 1",
                "data: {'choices':[{'delta':{'con | unknown | 1",
                // some servers say zero when they do not count
                "data: {'choices':[{'delta':{'content':'Hi'},'finish_reason':'stop'}],'usage':{'prompt_tokens':0,'completion_tokens':0}}~~ | unknown | 1"
            })
    void saysHowWellItIsKnown(String sse, String quality, int code) {
        String events = sse.replace('\'', '"').replace('~', '\n');
        Shell.Result result = run(Json.write(Map.of("sse", events)));
        assertThat(Json.object(result.out().strip())).containsEntry("quality", quality);
        assertThat(result.code()).isEqualTo(code);
    }

    @Test
    void anAnswerWithoutUsageHasNoCountsWhoeverGaveIt() {
        for (String provider : List.of("anthropic", "openai", "google", "aws", "cohere", "x-ai")) {
            assertThat(answer("{\"provider\":\"" + provider
                            + "\",\"body\":{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}}"))
                    .containsEntry("usage", Map.of())
                    .containsEntry("quality", "unknown");
        }
    }

    @Test
    void guessesOnlyWhenAsked() {
        // nine characters of ASCII are three tokens
        String line = Json.write(Map.of("sse", "data: {\"choices\":[{\"delta\":{\"content\":\"Hi there.\"}}]}\n\n"));
        assertThat(answer(line)).containsEntry("quality", "unknown").containsEntry("usage", Map.of());
        assertThat(answer(line, "--estimate"))
                .containsEntry("quality", "estimated")
                .containsEntry("usage", Json.object("{\"output_tokens\":3}"));
        String started =
                "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}\n\n"
                        + "data: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"Hi there.\"}}\n\n";
        assertThat(answer(Json.write(Map.of("sse", started)), "--estimate"))
                .containsEntry("quality", "partial")
                .containsEntry("usage", Json.object("{\"input_tokens\":25,\"output_tokens\":3}"));
    }

    @Test
    void readsEventsAsTheStreamThatTheyCameIn() {
        String start =
                "{\"type\":\"message_start\",\"message\":{\"model\":\"claude\",\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}";
        String delta = "{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":15}}";
        String payload = "{\"bytes\":\"%s\"}";
        Map<String, Object> wrapped = answer("{\"events\":[{\"payload\":" + payload.formatted(base64(start))
                + "},{\"payload\":" + payload.formatted(base64(delta)) + "}]}");
        assertThat(wrapped)
                .containsEntry("model", "claude")
                .containsEntry("usage", Json.object("{\"input_tokens\":25,\"output_tokens\":15}"))
                .containsEntry("quality", "partial");
        assertThat(answer("{\"events\":[{\"usage\":{\"inputTokens\":5,\"outputTokens\":3}}]}"))
                .containsEntry("usage", Json.object("{\"input_tokens\":5,\"output_tokens\":3}"))
                .containsEntry("quality", "reported");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void takesABodyAsItWasWritten() {
        // twice the same name, a number of no use, more digits than a double has
        assertThat(
                        answer(
                                "{\"body\":{\"a\":1e999999,\"a\":2,\"usage\":{\"prompt_tokens\":1,\"cost\":0.10000000000000000001}}}"))
                .containsEntry("reported_usd", "0.10000000000000000001");
        // cut off, so it stands in quotes
        assertThat(answer(Json.write(Map.of("body", CHAT.substring(0, CHAT.length() - 1)))))
                .containsEntry("quality", "partial")
                .containsEntry("complete", false);
        assertThat(answer("{\"body\":" + CHAT + "}")).containsEntry("response_id", "chatcmpl-1");
        assertThat(answer("{\"body\":[" + CHAT + "]}")).containsEntry("response_id", "chatcmpl-1");
    }

    @Test
    void marksCountsThatCannotBe() {
        assertThat(answer("{\"body\":{\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":3}}}"))
                .containsEntry("usage", Json.object("{\"output_tokens\":3}"))
                .containsEntry("contradictory", true);
        assertThat(answer("{\"body\":" + CHAT + "}")).doesNotContainKey("contradictory");
    }

    @Test
    void theProviderAndTheFlavorTellWhatABodyDoesNotSay() {
        String xai =
                "{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":8,\"completion_tokens_details\":{\"reasoning_tokens\":6}}}";
        assertThat(answer("{\"provider\":\"openai\",\"body\":" + xai + "}"))
                .extractingByKey("usage")
                .isEqualTo(Json.object("{\"input_tokens\":10,\"output_tokens\":8,\"output_reasoning_tokens\":6}"));
        assertThat(answer("{\"provider\":\"x-ai\",\"body\":" + xai + "}"))
                .extractingByKey("usage")
                .isEqualTo(Json.object("{\"input_tokens\":10,\"output_tokens\":14,\"output_reasoning_tokens\":6}"));
        String pages = "\"body\":{\"usage_info\":{\"pages_processed\":3}}}";
        assertThat(answer("{\"api_flavor\":\"ocr_annotated\"," + pages))
                .extractingByKey("usage")
                .isEqualTo(Json.object("{\"input_annotated_document_pages\":3,\"input_document_pages\":3}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'id':1 | null | not valid JSON",
                "[1] | null | not a JSON object",
                "{'id':1} | 1 | there is no answer in the line; give one of body, sse and events",
                "{'id':1,'body':null} | 1 | there is no answer in the line",
                "{'id':1,'body':{},'sse':''} | 1 | there are several answers in the line",
                "{'id':1,'sse':{'a':1}} | 1 | sse: {\"a\":1} is not a text",
                "{'id':1,'events':{'a':1}} | 1 | events: {\"a\":1} is not a list",
                "{'id':1,'provider':5,'body':{}} | 1 | provider: 5 is not a text"
            })
    void aLineThatCannotBeUnderstoodIsAnsweredInItsPlaceAndTheNextOnesToo(String line, String id, String error) {
        String good = "{\"id\":2,\"body\":" + CHAT + "}";
        Shell.Result result = run(line.replace('\'', '"') + "\n\n" + good);
        List<String> answers = result.out().lines().toList();
        assertThat(answers).hasSize(2);
        assertThat(answers.get(0)).startsWith("{\"id\":" + id + ",\"error\":\"");
        assertThat(Json.object(answers.get(0)).get("error").toString()).startsWith(error);
        assertThat(answers.get(1)).startsWith("{\"id\":2,\"model\":\"gpt-4o\"");
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
    }

    @Test
    void aPieceHasASize() {
        Shell.Result result = run("", "--chunk", "0");
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.err()).isEqualTo("--chunk: 0 is no size of a piece; give 1 or more\n");
        assertThat(run("", "--chunk", "1").code()).isEqualTo(ExitCode.OK);
    }
}
