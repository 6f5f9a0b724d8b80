package io.unitcost.usage;

import org.jspecify.annotations.Nullable;

/**
 * Reads what an answer used from its bytes as they pass. Give it every piece of the body in order, of whatever size, and
 * ask for the report at the end. It keeps a few kilobytes of a stream, and never more than 64, whatever comes. It holds
 * nothing back and changes nothing. Never throws. One thread at a time.
 *
 * <p>Which provider and which kind of answer it is shows in the content: a JSON body, server-sent events, lines or an array
 * of JSON, or the binary event stream of Amazon Bedrock. A body that is compressed or something else reports nothing. Text
 * of an answer that looks like usage is text.
 *
 * <p>Counts in streams are cumulative: a later one replaces an earlier one, field by field.
 */
public final class UsageReader {

    private final Facts facts;
    private final Framing framing;
    private Shapes.Hints hints;

    private UsageReader(@Nullable String provider, boolean sampled) {
        this.hints = provider == null ? Shapes.Hints.NONE : new Shapes.Hints(provider, false, false);
        this.facts = new Facts(sampled);
        this.framing = new Framing(facts);
    }

    /** A reader of an answer from anyone. */
    public static UsageReader create() {
        return new UsageReader(null, false);
    }

    /**
     * A reader of an answer of a provider. It only matters where two use the same words for different things, such as xAI,
     * which leaves reasoning out of the completion.
     *
     * @param provider the id in the price table, {@code null} when it is not known
     */
    public static UsageReader of(@Nullable String provider) {
        return new UsageReader(provider, false);
    }

    /**
     * A reader of an answer of a provider that keeps what this estimator wants.
     *
     * @param provider the id in the price table, {@code null} when it is not known
     */
    public static UsageReader of(@Nullable String provider, TokenEstimator estimator) {
        return new UsageReader(provider, estimator.wantsSample());
    }

    /** Wants the tokens that Cohere counted, not those that it bills. */
    public UsageReader rawTokens() {
        hints = new Shapes.Hints(hints.provider(), true, hints.annotatedPages());
        return this;
    }

    /** The request asked for annotations of the pages that are read, which Mistral bills at another price. */
    public UsageReader annotatedPages() {
        hints = new Shapes.Hints(hints.provider(), hints.rawTokens(), true);
        return this;
    }

    /**
     * Takes a piece of the body.
     *
     * @param bytes not kept, not changed
     * @param offset where the piece starts
     * @param length how long it is; nothing happens at 0
     */
    public void read(byte[] bytes, int offset, int length) {
        framing.feed(bytes, offset, offset + length);
    }

    /** Whether any text of the answer was seen: its first token has come. */
    public boolean hasText() {
        return facts.hasText();
    }

    /** What the answer has said so far. The reader may go on. */
    public UsageReport report() {
        framing.end();
        return new UsageReport(facts, hints, framing.isWholeDocument());
    }
}
