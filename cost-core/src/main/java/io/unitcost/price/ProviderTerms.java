package io.unitcost.price;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects what holds for a provider as a whole: its other names, where its models are looked for, and what a contract
 * changes on its list prices. Lives inside {@link PriceTable.Builder#provider}; one thread at a time. Refusals name the
 * value and the remedy.
 */
public final class ProviderTerms {

    private static final BigDecimal HIGHEST_MARGIN = BigDecimal.TEN;

    private final String id;
    private final Set<String> aliases = new LinkedHashSet<>();
    private final Map<String, String> deployments = new LinkedHashMap<>();
    private List<String> fallback = List.of();
    private boolean maker;
    private boolean router;
    private @Nullable BigDecimal discount;
    private @Nullable BigDecimal margin;
    private @Nullable BigDecimal fee;

    ProviderTerms(String id) {
        this.id = PriceTable.requireId(id, "provider");
    }

    /** Another name of the provider, such as {@code xai} for {@code x-ai}. */
    public ProviderTerms alias(String name) {
        aliases.add(PriceTable.requireId(name, "alias"));
        return this;
    }

    /** Providers to ask, in this order, for a model that this one does not list; at their prices, and no further. */
    public ProviderTerms fallback(String... providers) {
        fallback = List.of(providers);
        return this;
    }

    /** A model that is named without a provider is looked for here. */
    public ProviderTerms maker() {
        maker = true;
        return this;
    }

    /** Models written {@code PROVIDER/MODEL} are that provider's, at its prices: this one only passes them on. */
    public ProviderTerms router() {
        router = true;
        return this;
    }

    /**
     * The operator's own name for a model, such as an Azure deployment. It wins over a model of the same name.
     *
     * @param name the name that answers give as the model
     * @param model the id of a model of this provider, or of one it falls back to
     */
    public ProviderTerms deployment(String name, String model) {
        deployments.put(PriceTable.requireId(name, "deployment"), PriceTable.requireId(model, "deployment " + name));
        return this;
    }

    /**
     * What is taken off every list price, before the margin.
     *
     * @param share decimal text from 0 to 1: {@code 0.05} is 5 %
     * @throws IllegalArgumentException if it is anything else
     */
    public ProviderTerms discount(String share) {
        discount = share(share, "discount", BigDecimal.ONE);
        return this;
    }

    /**
     * What is added to every discounted price, such as a reseller's margin.
     *
     * @param share decimal text from 0 to 10: {@code 0.1} is 10 %
     * @throws IllegalArgumentException if it is anything else
     */
    public ProviderTerms margin(String share) {
        margin = share(share, "margin", HIGHEST_MARGIN);
        return this;
    }

    /**
     * A fixed amount that is added to each attempt with a price, after discount and margin.
     *
     * @param amount decimal text in the table's currency, 0 or more
     * @throws IllegalArgumentException if it is anything else
     */
    public ProviderTerms fee(String amount) {
        BigDecimal parsed = Decimals.parse(amount, "fee");
        if (parsed.signum() < 0) {
            throw new IllegalArgumentException("fee: " + amount + " is negative; give 0 or more");
        }
        fee = parsed;
        return this;
    }

    private static BigDecimal share(String text, String what, BigDecimal highest) {
        BigDecimal share = Decimals.parse(text, what);
        if (share.signum() < 0 || share.compareTo(highest) > 0) {
            throw new IllegalArgumentException(
                    what + ": " + text + " is not a share from 0 to " + highest + "; write 5 % as 0.05");
        }
        return share;
    }

    Provider build() {
        boolean adjusted = discount != null || margin != null || fee != null;
        return new Provider(
                id,
                aliases,
                fallback,
                maker,
                router,
                deployments,
                adjusted ? new Adjustment(orZero(discount), orZero(margin), orZero(fee)) : null);
    }

    private static BigDecimal orZero(@Nullable BigDecimal number) {
        return number == null ? BigDecimal.ZERO : number;
    }
}
