package io.unitcost.servlet;

import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The answer of a model that the application itself serves, read as it is written and booked as a call of its request: by
 * the same reader that reads what comes from providers. What a client hook has booked by its id already is not booked
 * again, so that a gateway counts once. Fed by one thread at a time; the end may come from any.
 */
final class ServedAnswer {

    private final CostMeter meter;
    private final RequestMeter request;
    private final String provider;
    private final UsageReader reader;
    private final long begun;
    private final AtomicBoolean booked = new AtomicBoolean();
    private volatile long firstToken = -1;

    ServedAnswer(CostMeter meter, RequestMeter request, String provider) {
        this.meter = meter;
        this.request = request;
        this.provider = provider;
        this.reader = UsageReader.of(provider);
        this.begun = meter.tick();
    }

    void written(byte[] bytes, int offset, int length) {
        try {
            reader.read(bytes, offset, length);
            if (firstToken < 0 && reader.hasText()) {
                firstToken = meter.tick() - begun;
            }
        } catch (Throwable failure) {
            meter.reportError(Site.USAGE, failure);
        }
    }

    /** Books it, once, before the request ends. */
    void book(Outcome outcome) {
        if (!booked.compareAndSet(false, true)) {
            return;
        }
        try {
            UsageReport report = reader.report();
            boolean said = report.hasUsage() || !report.text().isEmpty();
            if (!said || request.hasAnswer(report.responseId())) {
                return;
            }
            Attempt.Builder attempt = Attempt.of(provider, null)
                    .answer(report, null, TokenEstimator.byScript())
                    .durationNanos(meter.tick() - begun)
                    .firstTokenNanos(firstToken);
            if (!report.isComplete() && outcome == Outcome.CANCELLED) {
                attempt.cancelled();
            } else if (!report.isComplete() && outcome == Outcome.FAILED) {
                attempt.failed();
            }
            request.record(attempt.build());
        } catch (Throwable failure) {
            meter.reportError(Site.USAGE, failure);
        }
    }
}
