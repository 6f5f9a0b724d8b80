package io.unitcost.langchain4j;

import io.unitcost.Attempt;
import io.unitcost.Quality;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.SeenText;
import io.unitcost.usage.TokenEstimator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is written when a call ends, in whichever way. */
final class Ends {

    private Ends() {}

    /** No answer, and nobody knows how far it came: what was sent is all that is known. */
    static Attempt.@Nullable Builder givenUp(LangChain4jCosts costs, OpenCall call) {
        if (costs.isOverMeteredClient()) {
            return null;
        }
        Attempt.Builder attempt = call.attempt().cancelled();
        estimate(costs, call, attempt);
        return attempt;
    }

    /** No answer: billed for what was sent, unless the way it failed says that it is not. */
    static Attempt.@Nullable Builder failed(LangChain4jCosts costs, OpenCall call, Throwable failure) {
        if (costs.isOverMeteredClient() || (call.hasFailures() && Failures.isOfTransport(failure))) {
            return null;
        }
        Attempt.Builder attempt = call.attempt().failed();
        if (Failures.isUnbilled(failure)) {
            return attempt.unbilled();
        }
        estimate(costs, call, attempt);
        return attempt;
    }

    private static void estimate(LangChain4jCosts costs, OpenCall call, Attempt.Builder attempt) {
        long sent = tokens(costs.estimator(), call.prompt(), call.model());
        if (sent > 0) {
            attempt.usage(Usage.of(Unit.INPUT_TOKENS, sent), Quality.ESTIMATED);
        }
    }

    /**
     * Sets what an answer used: as the model says; where it says only a part of it, or nothing, or nothing but zeros although
     * there is text, completed by what the texts are.
     *
     * @param said what the model says, normalised
     * @param written the text of the answer, looked at if need be; {@code null} where an answer has no tokens, as embeddings
     * @param mostWritten how many tokens it may have at most
     */
    static void used(
            LangChain4jCosts costs,
            OpenCall call,
            Attempt.Builder attempt,
            Usage said,
            @Nullable Supplier<SeenText> written,
            long mostWritten) {
        boolean credible = isAboveZero(said) || (!said.isEmpty() && isSilent(call, written));
        Usage known = credible ? said : Usage.NONE;
        boolean input = known.has(Unit.INPUT_TOKENS);
        boolean output = known.has(Unit.OUTPUT_TOKENS)
                || written == null
                || (input && written.get().isEmpty());
        if (input && output) {
            attempt.usage(known);
            return;
        }
        TokenEstimator estimator = costs.estimator();
        long sent = input ? 0 : tokens(estimator, call.prompt(), call.model());
        long text =
                output || written == null ? 0 : Math.min(mostWritten, tokens(estimator, written.get(), call.model()));
        Usage.Builder completed = Usage.builder();
        for (Unit unit : known.units()) {
            completed.set(unit, known.quantity(unit));
        }
        if (sent > 0) {
            completed.set(Unit.INPUT_TOKENS, sent);
        }
        if (text > 0) {
            completed.set(Unit.OUTPUT_TOKENS, text);
        }
        attempt.usage(completed.build(), known.isEmpty() ? Quality.ESTIMATED : Quality.PARTIAL);
    }

    private static boolean isSilent(OpenCall call, @Nullable Supplier<SeenText> written) {
        return (written == null || written.get().isEmpty()) && call.prompt().isEmpty();
    }

    private static boolean isAboveZero(Usage usage) {
        for (int i = 0; i < usage.size(); i++) {
            if (usage.quantity(usage.unit(i)).signum() > 0) {
                return true;
            }
        }
        return false;
    }

    private static long tokens(@Nullable TokenEstimator estimator, SeenText text, @Nullable String model) {
        return estimator == null || text.isEmpty() ? 0 : Math.max(0, estimator.tokens(text, model));
    }
}
