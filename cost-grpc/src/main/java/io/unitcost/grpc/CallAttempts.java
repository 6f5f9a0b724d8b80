package io.unitcost.grpc;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tries of one call that left the client, in the order in which they did. Thread-safe. */
final class CallAttempts extends ClientStreamTracer.Factory {

    private final CostMeter meter;
    /** Nearly always there is one. */
    private @Nullable AttemptTracer first;

    private List<AttemptTracer> others = List.of();

    CallAttempts(CostMeter meter) {
        this.meter = meter;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        return new AttemptTracer(this, info.isTransparentRetry());
    }

    /** On the thread of a transport, which a failure would hang. */
    long tick() {
        try {
            return meter.tick();
        } catch (Throwable failure) {
            meter.reportError(Site.CLIENT, failure);
            return 0;
        }
    }

    synchronized void sent(AttemptTracer attempt) {
        if (first == null) {
            first = attempt;
        } else {
            if (others.isEmpty()) {
                others = new ArrayList<>();
            }
            others.add(attempt);
        }
    }

    synchronized List<AttemptTracer> all() {
        if (first == null) {
            return List.of();
        }
        if (others.isEmpty()) {
            return List.of(first);
        }
        List<AttemptTracer> all = new ArrayList<>(others.size() + 1);
        all.add(first);
        all.addAll(others);
        return all;
    }

    /**
     * The one that the call's answer came from: the newest whose answer began to come, and one that ended well before others.
     * {@code null} if none did.
     */
    static @Nullable AttemptTracer answering(List<AttemptTracer> attempts) {
        AttemptTracer found = null;
        for (int i = 0; i < attempts.size(); i++) {
            AttemptTracer attempt = attempts.get(i);
            boolean better = found == null || !isOk(found) || isOk(attempt);
            if (attempt.isAnswered() && better) {
                found = attempt;
            }
        }
        return found;
    }

    private static boolean isOk(AttemptTracer attempt) {
        return attempt.status() != null && attempt.status().isOk();
    }
}
