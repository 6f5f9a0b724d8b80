package io.unitcost.cli;

import io.unitcost.cli.shell.Numbers;
import io.unitcost.price.Unit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Which counts of the provider's an inclusive count is made of. Said only where they really add up to it: the reader
 * knows how to count, this only explains it.
 */
final class Origins {

    private static final List<String> PLAIN = """
            input_tokens = promptTokenCount + toolUsePromptTokenCount
            input_tokens = inputTokens + cacheReadInputTokens + cacheWriteInputTokens
            input_tokens = billed_units.input_tokens
            input_tokens = tokens.input_tokens
            input_tokens = prompt_tokens
            input_tokens = input_tokens + cache_read_input_tokens + cache_creation_input_tokens
            input_tokens = input_tokens + cache_read_input_tokens + cache_creation.ephemeral_5m_input_tokens + cache_creation.ephemeral_1h_input_tokens
            input_tokens = prompt_eval_count
            output_tokens = candidatesTokenCount + thoughtsTokenCount
            output_tokens = outputTokens
            output_tokens = billed_units.output_tokens
            output_tokens = tokens.output_tokens
            output_tokens = completion_tokens
            output_tokens = completion_tokens + completion_tokens_details.reasoning_tokens
            output_tokens = completion_tokens + reasoning_tokens
            output_tokens = completion_tokens + reasoning_tokens + citation_tokens
            output_tokens = output_tokens
            output_tokens = eval_count
            cache_read_tokens = cachedContentTokenCount
            cache_read_tokens = cacheReadInputTokens
            cache_read_tokens = cache_read_input_tokens
            cache_read_tokens = prompt_tokens_details.cached_tokens
            cache_read_tokens = input_tokens_details.cached_tokens
            cache_read_tokens = input_token_details.cached_tokens
            cache_read_tokens = cached_prompt_text_tokens
            cache_read_tokens = prompt_cache_hit_tokens
            cache_read_tokens = num_cached_tokens
            cache_read_tokens = cached_tokens
            cache_write_tokens = cacheWriteInputTokens
            cache_write_tokens = cache_creation_input_tokens
            cache_write_tokens = prompt_tokens_details.cache_write_tokens
            cache_write_tokens = input_tokens_details.cache_write_tokens
            cache_write_tokens = prompt_tokens_details.cache_creation_tokens
            cache_write_tokens = cache_creation.ephemeral_5m_input_tokens + cache_creation.ephemeral_1h_input_tokens
            cache_write_5m_tokens = cache_creation.ephemeral_5m_input_tokens
            cache_write_5m_tokens = prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens
            cache_write_1h_tokens = cache_creation.ephemeral_1h_input_tokens
            cache_write_1h_tokens = prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens
            output_reasoning_tokens = thoughtsTokenCount
            output_reasoning_tokens = completion_tokens_details.reasoning_tokens
            output_reasoning_tokens = output_tokens_details.reasoning_tokens
            output_reasoning_tokens = output_tokens_details.thinking_tokens
            output_reasoning_tokens = reasoning_tokens
            output_citation_tokens = citation_tokens
            input_tool_tokens = toolUsePromptTokenCount
            web_searches = server_tool_use.web_search_requests
            web_searches = num_search_queries
            code_executions = server_tool_use.code_execution_requests
            rerank_searches = billed_units.search_units
            input_images = billed_units.images
            input_images = prompt_tokens_details.image_count
            input_document_pages = pages_processed
            input_annotated_document_pages = pages_processed
            audio_seconds = seconds
            input_audio_seconds = seconds
            """.lines().toList();

    /** For text, audio, image and video; Google counts documents as images. */
    private static final List<String> MODALITIES = """
            input_NAME_tokens = promptTokensDetails.TYPE + toolUsePromptTokensDetails.TYPE
            input_NAME_tokens = promptTokensDetails.TYPE + toolUsePromptTokensDetails.TYPE + promptTokensDetails.DOCUMENT + toolUsePromptTokensDetails.DOCUMENT
            input_NAME_tokens = prompt_tokens_details.NAME_tokens
            input_NAME_tokens = input_tokens_details.NAME_tokens
            input_NAME_tokens = input_token_details.NAME_tokens
            input_NAME_tool_tokens = toolUsePromptTokensDetails.TYPE
            input_NAME_tool_tokens = toolUsePromptTokensDetails.TYPE + toolUsePromptTokensDetails.DOCUMENT
            output_NAME_tokens = candidatesTokensDetails.TYPE
            output_NAME_tokens = completion_tokens_details.NAME_tokens
            output_NAME_tokens = output_tokens_details.NAME_tokens
            output_NAME_tokens = output_token_details.NAME_tokens
            cache_NAME_read_tokens = cacheTokensDetails.TYPE
            cache_NAME_read_tokens = cacheTokensDetails.TYPE + cacheTokensDetails.DOCUMENT
            cache_NAME_read_tokens = input_token_details.cached_tokens_details.NAME_tokens
            cache_NAME_read_tokens = input_tokens_details.cached_tokens_details.NAME_tokens
            """.lines().toList();

    private static final List<Origin> ALL = Stream.concat(
                    PLAIN.stream(), Stream.of("text", "audio", "image", "video").flatMap(Origins::ofModality))
            .map(Origin::of)
            .toList();

    private Origins() {}

    /** A count, and the provider's counts that it may be the sum of. */
    private record Origin(String unit, List<String> parts) {

        static Origin of(String line) {
            int equals = line.indexOf(" = ");
            return new Origin(
                    line.substring(0, equals),
                    List.of(line.substring(equals + 3).split(" \\+ ", -1)));
        }

        boolean explains(BigDecimal count, ProviderCounts counts) {
            return parts.stream().anyMatch(part -> counts.get(part) != null)
                    && sum(counts).compareTo(count) == 0;
        }

        private BigDecimal sum(ProviderCounts counts) {
            BigDecimal sum = BigDecimal.ZERO;
            for (String part : parts) {
                BigDecimal own = counts.get(part);
                sum = own == null ? sum : sum.add(own);
            }
            return sum;
        }

        /** The parts that are not zero, with their counts when there are several. */
        String words(ProviderCounts counts) {
            List<String> some = new ArrayList<>();
            List<String> named = new ArrayList<>();
            for (String part : parts) {
                BigDecimal own = counts.get(part);
                if (own != null && own.signum() != 0) {
                    some.add(part);
                    named.add(part + " " + Numbers.count(own));
                }
            }
            return named.size() > 1 ? String.join(" + ", named) : some.isEmpty() ? parts.get(0) : some.get(0);
        }
    }

    private static Stream<String> ofModality(String name) {
        return MODALITIES.stream()
                .filter(line -> name.equals("image") || !line.contains("DOCUMENT"))
                .map(line -> line.replace("NAME", name).replace("TYPE", name.toUpperCase(Locale.ROOT)));
    }

    /** What a count is made of, by the provider's names; empty when that is not known. */
    static String of(Unit unit, BigDecimal count, ProviderCounts counts) {
        return ALL.stream()
                .filter(origin -> origin.unit.equals(unit.unitName()) && origin.explains(count, counts))
                .findFirst()
                .map(origin -> origin.words(counts))
                .orElse("");
    }
}
