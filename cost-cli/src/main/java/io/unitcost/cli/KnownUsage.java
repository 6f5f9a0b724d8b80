package io.unitcost.cli;

import io.unitcost.Attempt;
import io.unitcost.Quality;
import io.unitcost.price.Usage;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReport;
import org.jspecify.annotations.Nullable;

/**
 * What the model that answered used, and how well that is known: what a hook would write to an account.
 *
 * @param usage as the answer counts it, or completed by an estimate of the text that was seen; what it counts although that
 *     cannot be believed, when the quality is unknown
 * @param quality how well it is known
 */
record KnownUsage(Usage usage, Quality quality) {

    /** @param estimator guesses what was not reported; {@code null} when nothing is to be guessed */
    static KnownUsage of(UsageReport report, @Nullable TokenEstimator estimator) {
        Attempt attempt =
                Attempt.of("any", null).answer(report, null, estimator).build();
        return new KnownUsage(
                attempt.quality() == Quality.UNKNOWN ? report.usage() : attempt.usage(), attempt.quality());
    }
}
