package io.unitcost.langchain4j;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls that have not ended. Listeners are not told of a stream that is cancelled, nor of an error of the virtual machine:
 * such a call ends here as given up, when nothing in the framework can tell its end any more, or after a long time.
 */
final class OpenCalls {

    /** Beyond, a call that nobody ends is left to its account, which is closed as forgotten. */
    private static final int MOST = 10_000;

    private final Set<OpenCall> open = ConcurrentHashMap.newKeySet();
    private final long longest;

    OpenCalls(long longestNanos) {
        this.longest = longestNanos;
    }

    void begun(OpenCall call) {
        if (open.size() < MOST) {
            open.add(call);
        }
    }

    void ended(OpenCall call) {
        open.remove(call);
    }

    int size() {
        return open.size();
    }

    /** Called about once a second. */
    void endForgotten(long now) {
        for (OpenCall call : open) {
            if (call.isForgotten() || call.nanos() > longest) {
                call.endGivenUp();
            } else {
                call.letGoOfPrompt();
            }
        }
    }
}
