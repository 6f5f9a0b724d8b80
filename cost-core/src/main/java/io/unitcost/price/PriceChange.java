package io.unitcost.price;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One number of one model's price that is another in another table. Immutable.
 *
 * <p>A rate that a price does not state is what it charges instead: a unit without a rate costs what the nearest unit
 * that contains it does ({@code 2.5 per 1M as input_tokens}), an unknown tier costs what the standard does. So a rate
 * that appears is compared with what its usage cost before.
 */
public final class PriceChange {

    private static final MathContext SHOWN = new MathContext(3);

    private final String provider;
    private final String model;
    private final String item;
    private final PriceItems.@Nullable Value before;
    private final PriceItems.@Nullable Value after;
    private final @Nullable Instant until;

    PriceChange(
            String provider,
            String model,
            String item,
            PriceItems.@Nullable Value before,
            PriceItems.@Nullable Value after,
            @Nullable Instant until) {
        this.provider = provider;
        this.model = model;
        this.item = item;
        this.before = before;
        this.after = after;
        this.until = until;
    }

    /** The provider's id. */
    public String provider() {
        return provider;
    }

    /** The model's id; {@code *} for what holds for all models of the provider. */
    public String model() {
        return model;
    }

    /**
     * What changed: a unit, and where it matters the context step, slice, tier and period, such as {@code input_tokens
     * from 200001 input, tier batch}; {@code region eu} for a factor on all token prices; of a provider {@code discount and
     * margin}, the factor on all its prices, and {@code fee}.
     */
    public String item() {
        return item;
    }

    /** What was charged, such as {@code 2.5 per 1M}; {@code null} if such usage had no price. */
    public @Nullable String before() {
        return before == null ? null : before.text();
    }

    /** What is charged now; {@code null} if such usage has no price any more. */
    public @Nullable String after() {
        return after == null ? null : after.text();
    }

    /** After divided by before, to 34 digits; {@code null} if there is no price on either side or it was free before. */
    public @Nullable BigDecimal ratio() {
        return before == null || after == null || before.number().signum() == 0
                ? null
                : after.number().divide(before.number(), MathContext.DECIMAL128);
    }

    /** When what changed is over, excluded, for prices of the past and others that end; {@code null} for never. */
    public @Nullable Instant until() {
        return until;
    }

    /**
     * Whether the number became more than this many times as large or as small, or became zero or ceased to be: how a
     * slip of the decimal point looks, or of the unit. Not when there was no price on either side, when the first unit
     * costs about the same because of an increment, and a rate of its own that a unit gets or loses only when it was or
     * becomes free.
     *
     * @param times 1 or more
     */
    public boolean isBeyond(int times) {
        if (before == null || after == null) {
            return false;
        }
        if (before.number().signum() == 0 || after.number().signum() == 0) {
            return before.number().signum() != after.number().signum();
        }
        return before.inherited() == after.inherited()
                && isBeyond(times, before.number(), after.number())
                && isBeyond(times, before.first(), after.first());
    }

    private static boolean isBeyond(int times, BigDecimal old, BigDecimal now) {
        BigDecimal factor = BigDecimal.valueOf(times);
        return now.compareTo(old.multiply(factor)) > 0 || old.compareTo(now.multiply(factor)) > 0;
    }

    boolean isNone() {
        if (before == null || after == null) {
            return before == null && after == null;
        }
        return before.number().compareTo(after.number()) == 0;
    }

    /** {@code openai/gpt-4o input_tokens 2.5 per 1M -> 2 per 1M (x 0.8)}. */
    @Override
    public String toString() {
        BigDecimal ratio = ratio();
        String text = provider + "/" + model + " " + item + " " + orNone(before()) + " -> " + orNone(after());
        return ratio == null
                ? text
                : text + " (x " + ratio.round(SHOWN).stripTrailingZeros().toPlainString() + ")";
    }

    /**
     * Many changes in one line.
     *
     * @param most how many to show
     */
    public static String summary(List<PriceChange> changes, int most) {
        String shown = changes.stream().limit(most).map(PriceChange::toString).collect(Collectors.joining(", "));
        return changes.size() <= most ? shown : shown + " and " + (changes.size() - most) + " more";
    }

    private static String orNone(@Nullable String text) {
        return text == null ? "none" : text;
    }
}
