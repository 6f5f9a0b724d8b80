package io.unitcost.usage;

import org.jspecify.annotations.Nullable;

/**
 * What a request to a model says about itself, as far as its cost may depend on it. Immutable.
 */
public final class RequestReport {

    /** Nothing is known. */
    public static final RequestReport NONE = new RequestReport(new Facts(false));

    private static final long MOST_CHOICES = 1_024;

    private final @Nullable String model;
    private final @Nullable String serviceTier;
    private final boolean stream;
    private final boolean usageAsked;
    private final boolean streamOptions;
    private final boolean annotated;
    private final long maxOutputTokens;
    private final long choices;
    private final SeenText text;

    RequestReport(Facts facts) {
        this.model = facts.text(Field.MODEL);
        this.serviceTier = facts.text(Field.SERVICE_TIER);
        this.stream = facts.number(Field.STREAM) == 1;
        this.usageAsked = facts.number(Field.INCLUDE_USAGE) == 1;
        this.streamOptions = facts.has(Field.STREAM_OPTIONS);
        this.annotated = facts.has(Field.ANNOTATION_FORMAT);
        this.maxOutputTokens = maxOutputTokens(facts);
        this.choices = Math.min(MOST_CHOICES, Math.max(1, facts.number(Field.CHOICES_ASKED)));
        this.text = facts.seen();
    }

    /** Ollama's limit of -1 or -2 is none. */
    private static long maxOutputTokens(Facts facts) {
        if (facts.has(Field.MAX_TOKENS)) {
            return Math.max(0, facts.number(Field.MAX_TOKENS));
        }
        return facts.number(Field.NUM_PREDICT) > 0 ? facts.number(Field.NUM_PREDICT) : -1;
    }

    /** The model that is asked for; {@code null} when the body does not say it. */
    public @Nullable String model() {
        return model;
    }

    /** The service tier that is asked for; {@code null} when the body does not say it. */
    public @Nullable String serviceTier() {
        return serviceTier;
    }

    /** Whether a stream is asked for in the body. */
    public boolean isStream() {
        return stream;
    }

    /** Whether the body asks for usage at the end of the stream, as OpenAI's {@code stream_options.include_usage} does. */
    public boolean asksForUsage() {
        return usageAsked;
    }

    /** Whether the body has {@code stream_options} at all. */
    public boolean hasStreamOptions() {
        return streamOptions;
    }

    /** Whether annotations of the pages are asked for, which Mistral bills at another price. */
    public boolean asksForAnnotations() {
        return annotated;
    }

    /** How many tokens each answer may have at most; -1 when the body sets no limit. */
    public long maxOutputTokens() {
        return maxOutputTokens;
    }

    /** How many answers side by side are asked for; 1 or more. */
    public long choices() {
        return choices;
    }

    /** The text that is sent: messages, instructions, prompts and inputs; no images, no schemas of tools. */
    public SeenText text() {
        return text;
    }
}
