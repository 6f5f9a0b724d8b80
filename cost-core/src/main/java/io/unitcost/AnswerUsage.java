package io.unitcost;

import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.RequestReport;
import io.unitcost.usage.SeenText;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReport;
import org.jspecify.annotations.Nullable;

/**
 * What an answer used and how well that is known: as reported, or completed from the text that passed by.
 */
record AnswerUsage(Usage usage, Quality quality) {

    private static final AnswerUsage UNKNOWN = new AnswerUsage(Usage.NONE, Quality.UNKNOWN);

    static AnswerUsage of(
            UsageReport report,
            @Nullable RequestReport request,
            @Nullable TokenEstimator estimator,
            @Nullable String modelAsked) {
        RequestReport asked = request == null ? RequestReport.NONE : request;
        Usage usage = report.usage();
        // nothing but zeros is what some servers say when they do not count
        boolean credible =
                !usage.isEmpty() && ((report.text().isEmpty() && asked.text().isEmpty()) || isAboveZero(usage));
        if (credible && report.isComplete()) {
            return new AnswerUsage(usage, Quality.REPORTED);
        }
        if (estimator == null) {
            return credible ? new AnswerUsage(usage, Quality.PARTIAL) : UNKNOWN;
        }
        String model = report.model() != null ? report.model() : modelAsked;
        long written = Math.min(tokens(estimator, report.text(), model), mostOutput(asked));
        if (credible) {
            return new AnswerUsage(withOutput(usage, written), Quality.PARTIAL);
        }
        long sent = tokens(estimator, asked.text(), model);
        if (sent == 0 && written == 0) {
            return UNKNOWN;
        }
        return new AnswerUsage(guessed(sent, written), Quality.ESTIMATED);
    }

    /** Of which nothing was seen, nothing is said. */
    private static Usage guessed(long sent, long written) {
        if (written == 0) {
            return Usage.of(Unit.INPUT_TOKENS, sent);
        }
        return sent == 0 ? Usage.of(Unit.OUTPUT_TOKENS, written) : Usage.tokens(sent, written);
    }

    private static boolean isAboveZero(Usage usage) {
        return usage.isContradictory()
                || usage.units().stream().anyMatch(unit -> usage.quantity(unit).signum() > 0);
    }

    private static long tokens(TokenEstimator estimator, SeenText text, @Nullable String model) {
        return text.isEmpty() ? 0 : Math.max(0, estimator.tokens(text, model));
    }

    private static long mostOutput(RequestReport asked) {
        return asked.maxOutputTokens() < 0
                ? Long.MAX_VALUE
                : Math.min(asked.maxOutputTokens(), Integer.MAX_VALUE) * asked.choices();
    }

    /** The usage with at least this output: what was counted last may be older than the last text. */
    private static Usage withOutput(Usage usage, long output) {
        if (output <= usage.count(Unit.OUTPUT_TOKENS)) {
            return usage;
        }
        Usage.Builder builder = Usage.builder();
        for (Unit unit : usage.units()) {
            builder.set(unit, usage.quantity(unit));
        }
        return builder.set(Unit.OUTPUT_TOKENS, output).build();
    }
}
