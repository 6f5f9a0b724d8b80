package io.unitcost.grpc;

import io.unitcost.grpc.MessageView.Role;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.TokenEstimator;
import org.jspecify.annotations.Nullable;

/**
 * What the text of a call's messages is estimated at. Most calls have one message each way, and report what they used: the text
 * of an only message is not looked at before somebody asks. One thread at a time.
 */
final class UsageEstimate {

    /** More tokens than anything has; what is larger is no count. */
    static final long MOST = 1_000_000_000_000L;

    private final GrpcUsage usage;
    private final TokenEstimator estimator;
    private @Nullable Object onlyQuestion;
    private @Nullable Object onlyAnswer;
    private @Nullable SeenPieces prompt;
    private @Nullable SeenPieces written;

    UsageEstimate(GrpcUsage usage, TokenEstimator estimator) {
        this.usage = usage;
        this.estimator = estimator;
    }

    /** Something was sent. */
    void asked(Object message, MessageView view) {
        if (!usage.asked().has(Role.TEXT)) {
            return;
        }
        if (onlyQuestion == null && prompt == null && !isManyAtOnce()) {
            onlyQuestion = message;
        } else {
            view.texts(Role.TEXT, prompt());
        }
    }

    /** Something came back. */
    void answered(Object message, MessageView view) {
        if (!usage.answered().has(Role.TEXT)) {
            return;
        }
        if (onlyAnswer == null && written == null && !isManyAtOnce()) {
            onlyAnswer = message;
        } else {
            view.texts(Role.TEXT, written());
        }
    }

    /** Thousands of requests may be open in one stream: of those no message is kept, not even the first. */
    private boolean isManyAtOnce() {
        return usage.isCorrelated();
    }

    /** Adds the tokens of what was sent, if any text was. */
    void putSent(Usage.Builder builder, @Nullable String model) {
        put(builder, Unit.INPUT_TOKENS, tokens(prompt(), model));
    }

    /**
     * Adds the tokens of what was generated, if any text was.
     *
     * @param most what the request allows
     */
    void putGenerated(Usage.Builder builder, @Nullable String model, long most) {
        put(builder, Unit.OUTPUT_TOKENS, Math.min(tokens(written(), model), most));
    }

    private static void put(Usage.Builder builder, Unit unit, long tokens) {
        if (tokens > 0) {
            builder.set(unit, tokens);
        }
    }

    private long tokens(SeenPieces pieces, @Nullable String model) {
        return pieces.isSome() ? Math.min(MOST, Math.max(0, estimator.tokens(pieces.text(), model))) : 0;
    }

    private SeenPieces prompt() {
        SeenPieces seen = prompt;
        if (seen == null) {
            seen = new SeenPieces(estimator.wantsSample());
            prompt = seen;
            read(usage.asked(), onlyQuestion, seen);
            onlyQuestion = null;
        }
        return seen;
    }

    private SeenPieces written() {
        SeenPieces seen = written;
        if (seen == null) {
            seen = new SeenPieces(estimator.wantsSample());
            written = seen;
            read(usage.answered(), onlyAnswer, seen);
            onlyAnswer = null;
        }
        return seen;
    }

    private static void read(MessagePaths paths, @Nullable Object message, SeenPieces into) {
        MessageView view = message == null ? null : paths.view(message);
        if (view != null) {
            view.texts(Role.TEXT, into);
        }
    }

    /** The call is at its end: the messages are not needed any more. */
    void forget() {
        onlyQuestion = null;
        onlyAnswer = null;
    }
}
