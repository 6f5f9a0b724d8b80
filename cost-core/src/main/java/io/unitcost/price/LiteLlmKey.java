package io.unitcost.price;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cost key of LiteLLM, taken apart: {@code <base>[_above_<N>k?_tokens][_priority|_flex|_ultrafast|_batches]}. What
 * caching for an hour costs, {@code …_above_1hr}, is a base of its own.
 *
 * @param base what is priced
 * @param above the number of input tokens above which it holds; 0 for any
 * @param tier the service tier as providers name it; empty for the standard
 */
record LiteLlmKey(String base, long above, String tier) {

    private static final String ABOVE = "_above_";
    private static final String TOKENS = "_tokens";
    private static final int LONGEST_COUNT = 12;

    /** Each as a whole word at the end: {@code _ultrafast} is not {@code _fast}, which is no suffix at all. */
    private static final Map<String, String> TIERS = Map.of(
            "_priority", "priority",
            "_flex", "flex",
            "_ultrafast", "ultrafast",
            "_batches", "batch");

    /** Whether a key says that this is LiteLLM's format. */
    static boolean isTypical(String key) {
        return key.equals("litellm_provider") || key.contains("_cost_per_") || key.endsWith("_token_cost");
    }

    /** Whether a key speaks of money, so that it may not be passed over in silence. */
    private static boolean isOfMoney(String key) {
        return key.contains("cost") || key.contains("price") || key.contains("pricing") || key.contains("multiplier");
    }

    /** A key taken apart; nothing when it says nothing about prices. */
    static Optional<LiteLlmKey> ofMoney(String key) {
        return isOfMoney(key) ? Optional.of(of(key)) : Optional.empty();
    }

    static LiteLlmKey of(String key) {
        String rest = key;
        String tier = "";
        int last = key.lastIndexOf('_');
        String named = last < 0 ? null : TIERS.get(key.substring(last));
        if (named != null) {
            tier = named;
            rest = key.substring(0, last);
        }
        int above = rest.endsWith(TOKENS) ? rest.lastIndexOf(ABOVE) : -1;
        Long threshold =
                above < 0 ? null : count(rest.substring(above + ABOVE.length(), rest.length() - TOKENS.length()));
        return threshold == null
                ? new LiteLlmKey(rest, 0, tier)
                : new LiteLlmKey(rest.substring(0, above), threshold, tier);
    }

    private static @Nullable Long count(String text) {
        boolean thousands = text.endsWith("k");
        String digits = thousands ? text.substring(0, text.length() - 1) : text;
        if (digits.isEmpty() || digits.length() > LONGEST_COUNT) {
            return null;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return null;
            }
        }
        long count = Long.parseLong(digits) * (thousands ? 1_000 : 1);
        return count == 0 ? null : count;
    }
}
