package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawUsageTest {

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
                        + " | {'input_tokens':12,'output_tokens':64,'cache_read_tokens':0,'cache_write_tokens':10}",
                // Gemini: output leaves the thoughts out, input the prompts of tools
                "{'usageMetadata':{'promptTokenCount':10,'toolUsePromptTokenCount':5,'candidatesTokenCount':20,'thoughtsTokenCount':100,'cachedContentTokenCount':3,'promptTokensDetails':[{'modality':'TEXT','tokenCount':6},{'modality':'AUDIO','tokenCount':4}]}}"
                        + " | {'input_tokens':15,'output_tokens':120,'cache_read_tokens':3,'output_reasoning_tokens':100,'input_audio_tokens':4}",
                "{'tokens':3} | {}"
            })
    void readsTheShapesOfProviders(String raw, String counts) {
        assertThat(RawUsage.read(object(raw))).isEqualTo(object(counts));
    }

    @Test
    void tokensWithoutTextBesideImagesAreTheImages() {
        Map<String, Object> counts = object("{'input_tokens':768,'output_tokens':0}");
        assertThat(RawUsage.refine(counts, object("{'prompt_tokens':768,'prompt_tokens_details':{'image_count':1}}")))
                .isEqualTo(object("{'input_tokens':768,'output_tokens':0,'input_image_tokens':768,'input_images':1}"));
        assertThat(RawUsage.refine(
                        counts,
                        object("{'prompt_tokens':768,'prompt_tokens_details':{'image_count':1,'text_tokens':700}}")))
                .isEqualTo(counts);
        assertThat(RawUsage.refine(counts, object("{'prompt_tokens':768}"))).isEqualTo(counts);
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
