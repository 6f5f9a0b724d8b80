package io.unitcost.usage;

import org.jspecify.annotations.Nullable;

/**
 * Guesses how many tokens a text is, where no provider said so: a stream broke, or nobody asked for usage. What it
 * gives is always marked as an estimate. Thread-safe. An exception counts as no estimate.
 */
@FunctionalInterface
public interface TokenEstimator {

    /**
     * How many tokens a text is.
     *
     * @param text what was seen of it, which may be nothing
     * @param model the model that reads or writes it, {@code null} when it is not known
     * @return 0 or more
     */
    long tokens(SeenText text, @Nullable String model);

    /** Whether {@link SeenText#sample()} is wanted; it costs a few kilobytes a stream. No unless overridden. */
    default boolean wantsSample() {
        return false;
    }

    /**
     * By the number of characters of each script: four ASCII characters a token, two and a half of other alphabets, one and
     * a third of Chinese, Japanese, Korean and Indic scripts, and two tokens for an emoji. The first figure is the rule of
     * thumb that OpenAI gives for English text; the others were measured with its {@code o200k_base} vocabulary, see the
     * page about usage. Rounded up.
     */
    static TokenEstimator byScript() {
        return ScriptEstimator.INSTANCE;
    }

    /**
     * With the tokenizer of the model, from jtokkit, which must be on the class path: exact for a text of up to
     * {@value TextSample#LARGEST} bytes from OpenAI's models; a longer one counts by what a token is in its beginning. Models
     * that jtokkit does not know are counted with {@code o200k_base}.
     *
     * @throws IllegalStateException if jtokkit is not on the class path
     */
    static TokenEstimator jtokkit() {
        try {
            Class.forName("com.knuddels.jtokkit.Encodings", false, TokenEstimator.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "token estimator: jtokkit is not on the class path; add com.knuddels:jtokkit, or use TokenEstimator.byScript()",
                    e);
        }
        return JtokkitEstimator.create();
    }
}
