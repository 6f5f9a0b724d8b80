package io.unitcost.spring.ai;

import io.unitcost.Attempt;
import io.unitcost.Quality;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/** Completes what is known of an answer from the text that passed by, and says how well it is known. */
final class ChatAnswer {

    private ChatAnswer() {}

    /** What was asked for matters where the answer does not say which tier served. */
    static @Nullable String tierAsked(Prompt prompt) {
        ChatOptions options = prompt.getOptions();
        String tier = Native.text(options, "serviceTier");
        return tier == null || tier.isEmpty() || tier.equalsIgnoreCase("auto") ? null : tier;
    }

    /** Reported counts of an answer that was not seen to its end: the output is at least what the text takes. */
    static void partial(
            Attempt.Builder attempt, Usage reported, ObservedCalls calls, Prompt prompt, String text, String model) {
        long written = written(calls, prompt, text, model);
        Usage usage = reported;
        if (written > reported.count(Unit.OUTPUT_TOKENS)) {
            Usage.Builder more = Usage.builder();
            for (Unit unit : reported.units()) {
                more.set(unit, reported.quantity(unit));
            }
            usage = more.set(Unit.OUTPUT_TOKENS, written).build();
        }
        attempt.usage(usage, Quality.PARTIAL);
    }

    /** Nothing was reported: everything is estimated, or unknown without an estimator. */
    static void estimated(Attempt.Builder attempt, ObservedCalls calls, Prompt prompt, String text, String model) {
        long sent = calls.estimate(ChatText.of(prompt), model);
        long written = written(calls, prompt, text, model);
        if (sent > 0 || written > 0) {
            attempt.usage(
                    written == 0 ? Usage.of(Unit.INPUT_TOKENS, sent) : Usage.tokens(sent, written), Quality.ESTIMATED);
        }
    }

    private static long written(ObservedCalls calls, Prompt prompt, String text, String model) {
        return Math.min(calls.estimate(text, model), ChatText.mostOutput(prompt));
    }
}
