package io.unitcost.price;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Numbers of a model's price that are of another magnitude, or do not fit each other. */
final class RateLint {

    /** Where one unit is worth about as much as a dollar, so that magnitudes mean the same. */
    private static final Set<String> LIKE_DOLLARS = Set.of("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD");

    /** Per single token: 10,000 per million, sixteen times the dearest there is, and a ten thousandth per million. */
    private static final BigDecimal DEAREST_TOKEN = new BigDecimal("0.01");

    private static final BigDecimal CHEAPEST_TOKEN = new BigDecimal("0.0000000001");
    private static final BigDecimal TEN = BigDecimal.TEN;
    private static final BigDecimal LARGEST_FACTOR = new BigDecimal("3");
    private static final int MILLION = 6;
    private static final Unit IMAGES = Unit.of("input_images");
    private static final Unit IMAGE_TOKENS = Unit.of("input_image_tokens");

    private final PriceLint lint;
    private final boolean magnitudes;

    RateLint(PriceLint lint, Currency currency) {
        this.lint = lint;
        this.magnitudes = LIKE_DOLLARS.contains(currency.getCurrencyCode());
    }

    void check(String model, ModelPrice.Definition price) {
        sheet(model + " ", price.sheet());
        for (int i = 0; i < price.periods().size(); i++) {
            sheet(model + " periods[" + i + "].", price.periods().get(i).sheet());
        }
    }

    private void sheet(String path, Sheet sheet) {
        card(path + "rates", sheet.rates(), sheet.rates(), null);
        steps(path, sheet, sheet.rates());
        sheet.tiers().forEach((name, tier) -> {
            Map<Unit, Billing> effective = over(sheet.rates(), tier.rates());
            String tierPath = path + "tiers." + name + ".";
            card(tierPath + "rates", tier.rates(), effective, sheet.rates());
            steps(tierPath, tier, effective);
        });
        sheet.regions().forEach((region, factor) -> {
            if (factor.compareTo(LARGEST_FACTOR) > 0
                    || factor.multiply(LARGEST_FACTOR).compareTo(BigDecimal.ONE) < 0) {
                lint.warning(
                        path + "regions." + region,
                        "multiplies token prices by " + plain(factor),
                        "give the factor, 1.1 for 10 % more");
            }
        });
    }

    private void steps(String path, Sheet sheet, Map<Unit, Billing> base) {
        for (int i = 0; i < sheet.context().size(); i++) {
            Map<Unit, Billing> rates = sheet.context().get(i).rates();
            card(path + "context[" + i + "].rates", rates, over(base, rates), base);
        }
    }

    private static Map<Unit, Billing> over(Map<Unit, Billing> below, Map<Unit, Billing> above) {
        Map<Unit, Billing> both = new HashMap<>(below);
        both.putAll(above);
        return both;
    }

    /**
     * @param stated the rates that stand at this place
     * @param card all rates that are in force here
     * @param base what it costs without the tier or step, if this is one
     */
    private void card(
            String path, Map<Unit, Billing> stated, Map<Unit, Billing> card, @Nullable Map<Unit, Billing> base) {
        boolean anythingCosts = card.keySet().stream()
                .anyMatch(unit -> unit.isTokens() && each(card.get(unit)).signum() > 0);
        stated.forEach((unit, billing) -> {
            String entry = path + "." + unit;
            magnitude(entry, unit, billing.rate());
            billing.slices().forEach(slice -> magnitude(entry, unit, slice.rate()));
            if (unit.isTokens() && each(billing).signum() == 0 && anythingCosts && !isRightlyFree(unit, card)) {
                lint.warning(
                        entry,
                        "is free while other tokens of the model are not",
                        "leave it out if it is not charged separately; keep it if it really is free");
            }
            if (base != null && base.containsKey(unit)) {
                jump(entry, unit, each(billing), each(base.get(unit)));
            }
            cached(entry, unit, card);
            joins(path, unit, stated, card);
        });
        if (stated.containsKey(Unit.INPUT_TOKENS) || stated.containsKey(Unit.OUTPUT_TOKENS)) {
            swapped(path, each(card.get(Unit.INPUT_TOKENS)), each(card.get(Unit.OUTPUT_TOKENS)));
        }
    }

    private void cached(String entry, Unit unit, Map<Unit, Billing> card) {
        Unit whole = isCacheRead(unit) ? parent(unit, card) : null;
        if (whole != null && each(card.get(unit)).compareTo(each(card.get(whole))) > 0) {
            lint.warning(
                    entry,
                    shown(unit, each(card.get(unit))) + " from the cache is dearer than " + whole + " at "
                            + shown(whole, each(card.get(whole))),
                    "check that the two are not swapped");
        }
    }

    private void swapped(String path, BigDecimal input, BigDecimal output) {
        if (output.signum() > 0 && output.multiply(TEN).compareTo(input) < 0) {
            lint.warning(
                    path + "." + Unit.OUTPUT_TOKENS,
                    shown(Unit.OUTPUT_TOKENS, output) + " is less than a tenth of input at "
                            + shown(Unit.INPUT_TOKENS, input),
                    "check that the two are not swapped, and in the same unit");
        }
    }

    /** Lists give models that generate nothing a free output, and images that are paid for each no price by token. */
    private static boolean isRightlyFree(Unit unit, Map<Unit, Billing> card) {
        boolean embeds =
                card.keySet().stream().noneMatch(other -> isCacheRead(other) || Unit.OUTPUT_TOKENS.contains(other));
        return unit.equals(Unit.OUTPUT_TOKENS) ? embeds : unit.equals(IMAGE_TOKENS) && card.containsKey(IMAGES);
    }

    private void magnitude(String entry, Unit unit, Rate rate) {
        if (!magnitudes || rate.each().signum() == 0) {
            return;
        }
        boolean small = unit.isTokens() || unit.unitName().endsWith("_characters");
        if (small && rate.each().compareTo(DEAREST_TOKEN) > 0) {
            lint.error(
                    entry,
                    shown(unit, rate.each()) + " looks like a price per million entered as per token",
                    "write '" + plain(rate.each()) + " per 1M' if that is what it costs");
        } else if (small && rate.each().compareTo(CHEAPEST_TOKEN) < 0) {
            lint.error(
                    entry,
                    shown(unit, rate.each()) + " looks like a price per token entered as per million",
                    "write '" + plain(rate.each().movePointRight(MILLION)) + " per 1' if that is what it costs");
        } else if (!small && rate.each().compareTo(limit(unit)) > 0) {
            lint.warning(
                    entry,
                    plain(rate.each())
                            + " for each looks like a price per thousand or hour entered as per piece or second",
                    "write '" + plain(rate.each()) + " per " + (unit.isTime() ? "hour" : "1k")
                            + "' if that is what it costs");
        }
    }

    /** What a call, an image, a page or a second does not cost; a request or a unit of one's own may cost anything. */
    private static BigDecimal limit(Unit unit) {
        boolean anything = unit.equals(Unit.REQUESTS)
                || unit.unitName().startsWith("custom:")
                || unit.unitName().equals("sessions");
        return anything ? BigDecimal.valueOf(Long.MAX_VALUE) : BigDecimal.ONE;
    }

    private void jump(String entry, Unit unit, BigDecimal here, BigDecimal base) {
        boolean far = here.compareTo(base.multiply(TEN)) > 0 || base.compareTo(here.multiply(TEN)) > 0;
        if (far && here.signum() > 0 && base.signum() > 0) {
            lint.warning(
                    entry,
                    shown(unit, here) + " is more than ten times away from the ordinary " + shown(unit, base),
                    "check the decimal point");
        }
    }

    /** Tokens that are two things at once, cached and audio, need a price when both have one. */
    private void joins(String path, Unit unit, Map<Unit, Billing> stated, Map<Unit, Billing> card) {
        for (Unit other : card.keySet()) {
            boolean once = !stated.containsKey(other) || unit.unitName().compareTo(other.unitName()) < 0;
            if (once && !unit.contains(other) && !other.contains(unit)) {
                Unit join = join(unit, other);
                if (join != null && !card.containsKey(join)) {
                    lint.warning(
                            path,
                            "has " + unit + " and " + other + " but not " + join
                                    + ", which is both and costs the dearer one now",
                            "add " + join);
                }
            }
        }
    }

    /** The least specific unit that is contained in both. */
    private static @Nullable Unit join(Unit one, Unit other) {
        Unit join = null;
        for (Unit unit : Unit.standard()) {
            boolean both = one.contains(unit) && other.contains(unit);
            if (both && (join == null || unit.rank() < join.rank())) {
                join = unit;
            }
        }
        return join;
    }

    /** The rated unit, not itself cached, whose price would be charged instead. */
    private static @Nullable Unit parent(Unit unit, Map<Unit, Billing> card) {
        Unit nearest = null;
        for (Unit other : card.keySet()) {
            if (other.contains(unit) && !isCacheRead(other) && (nearest == null || other.rank() > nearest.rank())) {
                nearest = other;
            }
        }
        return nearest;
    }

    private static boolean isCacheRead(Unit unit) {
        return unit.label().startsWith("cache_read");
    }

    private static BigDecimal each(@Nullable Billing billing) {
        return billing == null ? BigDecimal.ZERO : billing.rate().each();
    }

    private static String shown(Unit unit, BigDecimal each) {
        return unit.isTokens() ? plain(each.movePointRight(MILLION)) + " per 1M" : plain(each) + " each";
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
