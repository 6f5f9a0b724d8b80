package io.unitcost.servlet;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.usage.TokenEstimator;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a model that the application itself serves, read as it is written and booked as a call of its request: by
 * the same reader that reads what comes from providers. What a client hook has booked by its id already is not booked
 * again, so that a gateway counts once.
 *
 * <p>Written by one thread at a time; the end may come from any, while another still writes. No one waits: who comes while
 * a piece is read leaves the booking to its reader.
 */
final class ServedAnswer {

    private enum Turn {
        FREE,
        READING,
        ENDED_MEANWHILE,
        ENDED
    }

    private final CostMeter meter;
    private final RequestMeter request;
    private final String provider;
    private final long begun;
    private final AtomicReference<Turn> turn = new AtomicReference<>(Turn.FREE);
    private final AtomicReference<@Nullable Outcome> ended = new AtomicReference<>();
    /** Read and replaced in one's turn. */
    private UsageReader reader;

    private long firstToken = -1;
    /** Keeps the account open until the reader of the last piece has booked. */
    private volatile @Nullable CallMeter pending;

    ServedAnswer(CostMeter meter, RequestMeter request, String provider) {
        this.meter = meter;
        this.request = request;
        this.provider = provider;
        this.reader = UsageReader.of(provider);
        this.begun = meter.tick();
    }

    void written(byte[] bytes, int offset, int length) {
        inTurn(() -> {
            reader.read(bytes, offset, length);
            if (firstToken < 0 && reader.hasText()) {
                firstToken = meter.tick() - begun;
            }
        });
    }

    /** What was written was taken back before anyone saw it. */
    void forget() {
        inTurn(() -> {
            reader = UsageReader.of(provider);
            firstToken = -1;
        });
    }

    /** Books it, once, before the request ends. */
    void book(Outcome outcome) {
        if (!ended.compareAndSet(null, outcome)) {
            return;
        }
        while (!turn.compareAndSet(Turn.FREE, Turn.ENDED)) {
            CallMeter call = pending == null ? request.call() : pending;
            pending = call;
            if (turn.compareAndSet(Turn.READING, Turn.ENDED_MEANWHILE)) {
                return;
            }
        }
        CallMeter call = pending;
        record(outcome, call == null ? request.call() : call);
    }

    private void inTurn(Runnable task) {
        if (!turn.compareAndSet(Turn.FREE, Turn.READING)) {
            return;
        }
        try {
            task.run();
        } catch (Throwable failure) {
            meter.reportError(Site.USAGE, failure);
        } finally {
            CallMeter call = turn.compareAndSet(Turn.READING, Turn.FREE) ? null : pending;
            Outcome outcome = ended.get();
            if (call != null && outcome != null) {
                turn.set(Turn.ENDED);
                record(outcome, call);
            }
        }
    }

    private void record(Outcome outcome, CallMeter call) {
        try {
            UsageReport report = reader.report();
            boolean said = report.hasUsage() || !report.text().isEmpty();
            if (!said || request.hasRecorded(report)) {
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
            call.record(attempt.build());
        } catch (Throwable failure) {
            meter.reportError(Site.USAGE, failure);
        } finally {
            call.end();
        }
    }
}
