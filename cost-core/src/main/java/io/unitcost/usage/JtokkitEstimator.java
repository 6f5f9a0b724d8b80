package io.unitcost.usage;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import org.jspecify.annotations.Nullable;

/** Counts with a model's own vocabulary. Only loaded when jtokkit is there. */
final class JtokkitEstimator implements TokenEstimator {

    private final EncodingRegistry registry;
    private final Encoding usual;

    private JtokkitEstimator(EncodingRegistry registry) {
        this.registry = registry;
        this.usual = registry.getEncoding(EncodingType.O200K_BASE);
    }

    static JtokkitEstimator create() {
        return new JtokkitEstimator(Encodings.newLazyEncodingRegistry());
    }

    @Override
    public boolean wantsSample() {
        return true;
    }

    @Override
    public long tokens(SeenText text, @Nullable String model) {
        if (text.sample().isEmpty()) {
            return ScriptEstimator.INSTANCE.tokens(text, model);
        }
        long sampled = encoding(model).countTokensOrdinary(text.sample());
        if (text.isWhole()) {
            return sampled;
        }
        // the rest is taken to be like the beginning, script by script
        long guessedSample = ScriptEstimator.INSTANCE.tokens(SeenText.of(text.sample()), model);
        long guessedAll = ScriptEstimator.INSTANCE.tokens(text, model);
        return (long) Math.ceil((double) guessedAll * sampled / Math.max(1, guessedSample));
    }

    private Encoding encoding(@Nullable String model) {
        return model == null ? usual : registry.getEncodingForModel(model).orElse(usual);
    }

    @Override
    public String toString() {
        return "jtokkit";
    }
}
