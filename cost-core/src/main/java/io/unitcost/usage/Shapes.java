package io.unitcost.usage;

import static io.unitcost.usage.Field.*;

import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.Facts.Iteration;
import io.unitcost.usage.Facts.Modality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a provider counts into inclusive counts: input with everything cached in it, output with all reasoning in
 * it. Which provider it is shows in the words it uses; its name only matters where two use the same words for different
 * things.
 */
final class Shapes {

    private static final Set<String> XAI = Set.of("x-ai", "xai", "x_ai");

    /** How many units most answers have. */
    private static final int MOST_ANSWERS = 8;

    private final Facts facts;
    private final Hints hints;
    private final @Nullable String provider;
    private final Usage.Builder usage = Usage.builder(MOST_ANSWERS);

    private Shapes(Facts facts, Hints hints) {
        this.facts = facts;
        this.hints = hints;
        this.provider = hints.provider();
    }

    /**
     * What is known of an answer before it comes.
     *
     * @param provider who answers, if that is known
     * @param rawTokens whether Cohere's own counts are wanted instead of those that it bills
     * @param annotatedPages whether the request asked for annotations of the pages that are read
     */
    record Hints(@Nullable String provider, boolean rawTokens, boolean annotatedPages) {
        static final Hints NONE = new Hints(null, false, false);
    }

    /** The counts of the model that answered; {@link Usage#NONE} when none were seen. */
    static Usage main(Facts facts, Hints hints) {
        return new Shapes(facts, hints).normalized();
    }

    /** The counts of other models that worked on the answer, which Anthropic leaves out of the total. */
    static List<UsageReport.Line> others(Facts facts) {
        if (facts.iterations().isEmpty()) {
            return List.of();
        }
        List<UsageReport.Line> lines = new ArrayList<>();
        String served = facts.text(MODEL);
        for (Iteration part : facts.iterations()) {
            if (part.model() != null && !part.model().equals(served)) {
                Shapes shape = new Shapes(facts, Hints.NONE);
                shape.anthropic(
                        part.input(),
                        part.output(),
                        part.read(),
                        part.written() > 0 ? part.written() : part.written5m() + part.written1h());
                shape.set(Unit.CACHE_WRITE_1H_TOKENS, part.written1h() > 0, part.written1h());
                lines.add(new UsageReport.Line(part.model(), shape.usage.build()));
            }
        }
        return lines;
    }

    private Usage normalized() {
        if (facts.has(PROMPT_TOKEN_COUNT) || facts.has(CANDIDATES_TOKEN_COUNT) || facts.has(TOTAL_TOKEN_COUNT)) {
            gemini();
        } else if (facts.has(BEDROCK_INPUT_TOKENS) || facts.has(BEDROCK_OUTPUT_TOKENS)) {
            bedrock();
        } else if (facts.has(BILLED_INPUT_TOKENS) || facts.has(RAW_INPUT_TOKENS) || facts.has(BILLED_SEARCH_UNITS)) {
            cohere();
        } else if (facts.has(PROMPT_TOKENS) || facts.has(COMPLETION_TOKENS)) {
            chat();
        } else if (isAnthropic()) {
            anthropic();
        } else if (facts.has(INPUT_TOKENS) || facts.has(OUTPUT_TOKENS)) {
            responses();
        } else if (facts.has(PROMPT_EVAL_COUNT) || facts.has(EVAL_COUNT)) {
            copy(PROMPT_EVAL_COUNT, Unit.INPUT_TOKENS);
            copy(EVAL_COUNT, Unit.OUTPUT_TOKENS);
        }
        copy(PAGES_PROCESSED, unit("input_document_pages"));
        if (hints.annotatedPages() || facts.text(DOCUMENT_ANNOTATION) != null) {
            copy(PAGES_PROCESSED, unit("input_annotated_document_pages"));
        }
        if (facts.has(SECONDS)) {
            usage.set(unit("audio_seconds"), Objects.requireNonNull(facts.decimal(SECONDS)));
            usage.set(unit("input_audio_seconds"), Objects.requireNonNull(facts.decimal(SECONDS)));
        }
        return usage.build();
    }

    private boolean isAnthropic() {
        return facts.has(CACHE_CREATION_INPUT_TOKENS)
                || facts.has(CACHE_CREATION)
                || facts.has(CACHE_READ_INPUT_TOKENS)
                || ((facts.has(INPUT_TOKENS) || facts.has(OUTPUT_TOKENS))
                        && ("anthropic".equals(provider)
                                || isMessage(facts.text(EVENT_TYPE))
                                || facts.has(THINKING_TOKENS)));
    }

    private static boolean isMessage(@Nullable String type) {
        return type != null && type.startsWith("message") && !type.startsWith("message-");
    }

    /** Anthropic's input leaves out what was read from and written to the cache; its output contains thinking. */
    private void anthropic() {
        boolean written = facts.has(CACHE_CREATION_INPUT_TOKENS);
        long both = facts.number(CACHE_WRITE_5M_TOKENS) + facts.number(CACHE_WRITE_1H_TOKENS);
        anthropic(
                facts.number(INPUT_TOKENS),
                facts.number(OUTPUT_TOKENS),
                facts.number(CACHE_READ_INPUT_TOKENS),
                written ? facts.number(CACHE_CREATION_INPUT_TOKENS) : both);
        set(Unit.CACHE_READ_TOKENS, facts.has(CACHE_READ_INPUT_TOKENS), facts.number(CACHE_READ_INPUT_TOKENS));
        set(Unit.CACHE_WRITE_TOKENS, written, facts.number(CACHE_CREATION_INPUT_TOKENS));
        copy(CACHE_WRITE_5M_TOKENS, Unit.CACHE_WRITE_5M_TOKENS);
        copy(CACHE_WRITE_1H_TOKENS, Unit.CACHE_WRITE_1H_TOKENS);
        copy(THINKING_TOKENS, Unit.REASONING_TOKENS);
        copy(WEB_SEARCH_REQUESTS, unit("web_searches"));
        copy(CODE_EXECUTION_REQUESTS, unit("code_executions"));
    }

    private void anthropic(long input, long output, long read, long written) {
        usage.set(Unit.INPUT_TOKENS, input + read + written).set(Unit.OUTPUT_TOKENS, output);
        set(Unit.CACHE_READ_TOKENS, read > 0, read);
        set(Unit.CACHE_WRITE_TOKENS, written > 0, written);
    }

    /** Chat completions, of OpenAI and of everyone who speaks like it. */
    private void chat() {
        copy(PROMPT_TOKENS, Unit.INPUT_TOKENS);
        long hidden = facts.number(REASONING_TOKENS);
        boolean outside = leavesReasoningOut();
        if (facts.has(CACHED_PROMPT_TEXT_TOKENS)) {
            copy(CACHED_PROMPT_TEXT_TOKENS, Unit.CACHE_READ_TOKENS);
            hidden = facts.number(NATIVE_REASONING_TOKENS);
            outside = true;
            set(Unit.REASONING_TOKENS, facts.has(NATIVE_REASONING_TOKENS), hidden);
        }
        if (facts.has(CITATION_TOKENS)) {
            // Perplexity's deep research: what it thought and what it cited come on top
            hidden = facts.number(NATIVE_REASONING_TOKENS) + facts.number(CITATION_TOKENS);
            outside = true;
            copy(NATIVE_REASONING_TOKENS, Unit.REASONING_TOKENS);
            copy(CITATION_TOKENS, unit("output_citation_tokens"));
            copy(SEARCH_QUERIES, unit("web_searches"));
        }
        set(Unit.OUTPUT_TOKENS, facts.has(COMPLETION_TOKENS), facts.number(COMPLETION_TOKENS) + (outside ? hidden : 0));
        if (facts.has(CACHED_TOKENS)) {
            copy(CACHED_TOKENS, Unit.CACHE_READ_TOKENS);
        } else {
            copy(PROMPT_CACHE_HIT_TOKENS, Unit.CACHE_READ_TOKENS);
        }
        written();
        copy(INPUT_AUDIO_TOKENS, Unit.INPUT_AUDIO_TOKENS);
        some(INPUT_IMAGE_TOKENS, unit("input_image_tokens"));
        copy(OUTPUT_AUDIO_TOKENS, Unit.OUTPUT_AUDIO_TOKENS);
        some(OUTPUT_IMAGE_TOKENS, unit("output_image_tokens"));
        some(OUTPUT_VIDEO_TOKENS, unit("output_video_tokens"));
        copy(REASONING_TOKENS, Unit.REASONING_TOKENS);
        some(INPUT_IMAGES, unit("input_images"));
        // by LiteLLM's rule: where images were counted and no text, the input is theirs
        boolean onlyImages = facts.number(INPUT_IMAGES) > 0
                && facts.number(INPUT_TEXT_TOKENS) == 0
                && facts.number(INPUT_IMAGE_TOKENS) == 0;
        set(unit("input_image_tokens"), onlyImages && facts.has(PROMPT_TOKENS), facts.number(PROMPT_TOKENS));
    }

    private void written() {
        copy(CACHE_CREATION_TOKENS, Unit.CACHE_WRITE_TOKENS);
        copy(CACHE_WRITE_TOKENS, Unit.CACHE_WRITE_TOKENS);
        copy(CACHE_CREATION_INPUT_TOKENS, Unit.CACHE_WRITE_TOKENS);
        copy(CACHE_WRITE_5M_TOKENS, Unit.CACHE_WRITE_5M_TOKENS);
        copy(CACHE_WRITE_1H_TOKENS, Unit.CACHE_WRITE_1H_TOKENS);
    }

    /** xAI's completion tokens leave reasoning out; its totals say so too. */
    private boolean leavesReasoningOut() {
        long reasoning = facts.number(REASONING_TOKENS);
        if (reasoning <= 0) {
            return false;
        }
        long sum = facts.number(PROMPT_TOKENS) + facts.number(COMPLETION_TOKENS);
        if (facts.has(TOTAL_TOKENS)) {
            return facts.number(TOTAL_TOKENS) == sum + reasoning;
        }
        String model = facts.text(MODEL);
        return (provider != null && XAI.contains(provider))
                || (provider == null
                        && model != null
                        && model.toLowerCase(Locale.ROOT).startsWith("grok"));
    }

    /** OpenAI's responses, realtime, images and transcriptions. */
    private void responses() {
        copy(INPUT_TOKENS, Unit.INPUT_TOKENS);
        copy(OUTPUT_TOKENS, Unit.OUTPUT_TOKENS);
        copy(CACHED_TOKENS, Unit.CACHE_READ_TOKENS);
        written();
        copy(INPUT_TEXT_TOKENS, unit("input_text_tokens"));
        copy(INPUT_AUDIO_TOKENS, Unit.INPUT_AUDIO_TOKENS);
        copy(INPUT_IMAGE_TOKENS, unit("input_image_tokens"));
        copy(CACHED_TEXT_TOKENS, unit("cache_text_read_tokens"));
        copy(CACHED_AUDIO_TOKENS, unit("cache_audio_read_tokens"));
        copy(CACHED_IMAGE_TOKENS, unit("cache_image_read_tokens"));
        copy(OUTPUT_TEXT_TOKENS, unit("output_text_tokens"));
        copy(OUTPUT_AUDIO_TOKENS, Unit.OUTPUT_AUDIO_TOKENS);
        copy(OUTPUT_IMAGE_TOKENS, unit("output_image_tokens"));
        copy(REASONING_TOKENS, Unit.REASONING_TOKENS);
    }

    /** Gemini's candidates leave thoughts out, its prompt leaves out what tools asked for. */
    private void gemini() {
        boolean input = facts.has(PROMPT_TOKEN_COUNT) || facts.has(TOOL_USE_PROMPT_TOKEN_COUNT);
        set(Unit.INPUT_TOKENS, input, facts.number(PROMPT_TOKEN_COUNT) + facts.number(TOOL_USE_PROMPT_TOKEN_COUNT));
        boolean output = facts.has(CANDIDATES_TOKEN_COUNT) || facts.has(THOUGHTS_TOKEN_COUNT);
        set(Unit.OUTPUT_TOKENS, output, facts.number(CANDIDATES_TOKEN_COUNT) + facts.number(THOUGHTS_TOKEN_COUNT));
        copy(THOUGHTS_TOKEN_COUNT, Unit.REASONING_TOKENS);
        copy(CACHED_CONTENT_TOKEN_COUNT, Unit.CACHE_READ_TOKENS);
        copy(TOOL_USE_PROMPT_TOKEN_COUNT, unit("input_tool_tokens"));
        for (Modality modality : Modality.values()) {
            String name = modality.name().toLowerCase(Locale.ROOT);
            long tool = facts.detail(3, modality);
            positive("input_" + name + "_tokens", facts.detail(0, modality) + tool);
            positive("output_" + name + "_tokens", facts.detail(1, modality));
            positive("cache_" + name + "_read_tokens", facts.detail(2, modality));
            positive("input_" + name + "_tool_tokens", tool);
        }
    }

    /** Bedrock's input leaves out what was read from and written to the cache. */
    private void bedrock() {
        long read = facts.number(BEDROCK_CACHE_READ_TOKENS);
        long written = facts.number(BEDROCK_CACHE_WRITE_TOKENS);
        usage.set(Unit.INPUT_TOKENS, facts.number(BEDROCK_INPUT_TOKENS) + read + written);
        copy(BEDROCK_OUTPUT_TOKENS, Unit.OUTPUT_TOKENS);
        copy(BEDROCK_CACHE_READ_TOKENS, Unit.CACHE_READ_TOKENS);
        copy(BEDROCK_CACHE_WRITE_TOKENS, Unit.CACHE_WRITE_TOKENS);
    }

    /** What Cohere bills, which is less than what it counts. */
    private void cohere() {
        boolean billed = facts.has(BILLED_INPUT_TOKENS) || facts.has(BILLED_OUTPUT_TOKENS);
        if (billed && !(hints.rawTokens() && facts.has(RAW_INPUT_TOKENS))) {
            copy(BILLED_INPUT_TOKENS, Unit.INPUT_TOKENS);
            copy(BILLED_OUTPUT_TOKENS, Unit.OUTPUT_TOKENS);
        } else {
            copy(RAW_INPUT_TOKENS, Unit.INPUT_TOKENS);
            copy(RAW_OUTPUT_TOKENS, Unit.OUTPUT_TOKENS);
            copy(RAW_CACHED_TOKENS, Unit.CACHE_READ_TOKENS);
        }
        copy(BILLED_SEARCH_UNITS, unit("rerank_searches"));
        copy(BILLED_IMAGES, unit("input_images"));
    }

    private void copy(Field field, Unit unit) {
        set(unit, facts.has(field), facts.number(field));
    }

    /** Where zero says no more than nothing. */
    private void some(Field field, Unit unit) {
        set(unit, facts.number(field) != 0, facts.number(field));
    }

    private void positive(String unit, long count) {
        set(unit(unit), count > 0, count);
    }

    private void set(Unit unit, boolean said, long count) {
        if (said) {
            usage.set(unit, count);
        }
    }

    private static Unit unit(String name) {
        return Unit.of(name);
    }
}
