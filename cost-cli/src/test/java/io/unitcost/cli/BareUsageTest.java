package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.Json;
import io.unitcost.usage.UsageReport;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BareUsageTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // OpenAI chat, and LiteLLM's additions to it
                "{'prompt_tokens':100,'completion_tokens':50,'prompt_tokens_details':{'cached_tokens':80,'audio_tokens':10},'completion_tokens_details':{'reasoning_tokens':20,'image_tokens':5}}"
                        + " | {'input_tokens':100,'output_tokens':50,'cache_read_tokens':80,'input_audio_tokens':10,'output_image_tokens':5,'output_reasoning_tokens':20}",
                "{'usage':{'prompt_tokens':100,'completion_tokens':0,'prompt_tokens_details':{'cache_creation_tokens':30,'cache_creation_token_details':{'ephemeral_5m_input_tokens':10,'ephemeral_1h_input_tokens':20}}}}"
                        + " | {'input_tokens':100,'output_tokens':0,'cache_write_tokens':30,'cache_write_5m_tokens':10,'cache_write_1h_tokens':20}",
                // OpenAI responses
                "{'input_tokens':100,'output_tokens':50,'input_tokens_details':{'cached_tokens':80,'cache_write_tokens':5}}"
                        + " | {'input_tokens':100,'output_tokens':50,'cache_read_tokens':80,'cache_write_tokens':5}",
                // Anthropic: input leaves the cache out
                "{'input_tokens':5,'cache_read_input_tokens':100,'cache_creation_input_tokens':20,'output_tokens':7,'server_tool_use':{'web_search_requests':2}}"
                        + " | {'input_tokens':125,'output_tokens':7,'cache_read_tokens':100,'cache_write_tokens':20,'web_searches':2}",
                // a stream's last event says everything again
                "{'message_start':{'input_tokens':2,'cache_creation_input_tokens':10,'output_tokens':4},'message_delta':{'output_tokens':64}}"
                        + " | {'input_tokens':12,'output_tokens':64,'cache_write_tokens':10}",
                // Gemini: output leaves the thoughts out, input the prompts of tools
                "{'usageMetadata':{'promptTokenCount':10,'toolUsePromptTokenCount':5,'candidatesTokenCount':20,'thoughtsTokenCount':100,'cachedContentTokenCount':3,'promptTokensDetails':[{'modality':'TEXT','tokenCount':6},{'modality':'AUDIO','tokenCount':4}]}}"
                        + " | {'input_tokens':15,'output_tokens':120,'cache_read_tokens':3,'output_reasoning_tokens':100,'input_tool_tokens':5,'input_text_tokens':6,'input_audio_tokens':4}",
                "{'tokens':3} | {}"
            })
    void readsTheShapesOfProviders(String raw, String counts) {
        UsageReport report = BareUsage.read(null, "m", object(raw));
        assertThat(UsageLines.counts(report.usage())).isEqualTo(object(counts));
    }

    @Test
    void tokensWithoutTextBesideImagesAreTheImages() {
        assertThat(UsageLines.counts(BareUsage.read(
                                null,
                                "m",
                                object(
                                        "{'prompt_tokens':768,'completion_tokens':0,'prompt_tokens_details':{'image_count':1}}"))
                        .usage()))
                .isEqualTo(object("{'input_tokens':768,'output_tokens':0,'input_image_tokens':768,'input_images':1}"));
        assertThat(UsageLines.counts(BareUsage.read(
                                null,
                                "m",
                                object(
                                        "{'prompt_tokens':768,'completion_tokens':0,'prompt_tokens_details':{'image_count':1,'text_tokens':700}}"))
                        .usage()))
                .doesNotContainKey("input_image_tokens");
    }

    @Test
    void otherModelsInTheAnswerArePricedByTheirOwnPrices() {
        Shell.Result result = Shell.piped(
                "{\"provider\":\"anthropic\",\"model\":\"claude-sonnet-5\",\"at\":\"2026-11-01\",\"raw_usage\":{\"input_tokens\":2390,\"output_tokens\":121,"
                        + "\"iterations\":[{\"input_tokens\":2390,\"output_tokens\":121},{\"model\":\"claude-opus-4-8\",\"input_tokens\":2518,\"output_tokens\":22}]}}",
                "prices");
        // 2,390 × 2 + 121 × 10, and 2,518 × 5 + 22 × 25 per million
        assertThat(result.out())
                .contains("\"usd\":\"0.01913\"", "\"entry\":\"anthropic/claude-sonnet-5; anthropic/claude-opus-4-8\"");
    }

    @Test
    void aWholeAnswerSaysItsModelAndItsTier() {
        Shell.Result result = Shell.piped(
                "{\"raw_usage\":{\"model\":\"gpt-5\",\"service_tier\":\"flex\",\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}}",
                "prices");
        // 1,000 × 0.625 + 100 × 5 per million
        assertThat(result.out()).contains("\"usd\":\"0.001125\"", "\"entry\":\"openai/gpt-5\"");
    }

    @Test
    void aCountThatCannotBeIsRefused() {
        assertThat(Shell.piped(
                                "{\"model\":\"gpt-5\",\"raw_usage\":{\"prompt_tokens\":-1,\"completion_tokens\":100}}",
                                "prices")
                        .out())
                .contains("\"unpriced\":\"INVALID_USAGE\"", "a count cannot be in");
    }

    @Test
    void aLineWithoutUsageIsPricedByItsAnswer() {
        Shell.Result result = Shell.piped(
                "{\"prices\":{\"input_mtok\":\"5\",\"cache_write_mtok\":\"6.25\",\"cache_read_mtok\":\"0.5\",\"output_mtok\":\"25\"},\"usage\":null,"
                        + "\"raw_usage\":{\"input_tokens\":5,\"cache_read_input_tokens\":128955,\"cache_creation_input_tokens\":1253}}",
                "prices");
        // 5 × 5 + 1253 × 6.25 + 128955 × 0.5 per million
        assertThat(result.out()).contains("\"usd\":\"0.07233375\"");
    }

    private static Map<String, Object> object(String text) {
        return Json.object(text.replace('\'', '"'));
    }
}
