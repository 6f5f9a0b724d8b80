package io.unitcost.price;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what is probably wrong with a price table although it can be read: numbers of another magnitude, prices that
 * do not fit each other, entries that can never be found. What cannot be read is refused by {@link PriceTable#read}.
 */
public final class PriceLint {

    /** How sure a finding is. */
    public enum Severity {
        /** Some request will be priced wrongly, or not at all. */
        ERROR,
        /** Unusual, and worth a look. */
        WARNING
    }

    /**
     * Something that is probably wrong.
     *
     * @param severity how sure that is
     * @param entry where: {@code openai/gpt-4o tiers.batch.rates.input_tokens}
     * @param what what is there, with the value
     * @param remedy what to do
     */
    public record Finding(Severity severity, String entry, String what, String remedy) {
        /** {@code error: openai/gpt-4o rates.input_tokens: what; remedy}. */
        @Override
        public String toString() {
            return severity.name().toLowerCase(Locale.ROOT) + ": " + entry + ": " + what + "; " + remedy;
        }
    }

    private static final int TENFOLD = 10;

    private final List<Finding> findings = new ArrayList<>();

    private PriceLint() {}

    /**
     * What is probably wrong with a table, by itself.
     *
     * @return the findings, errors first, by entry; empty when there is nothing to say
     */
    public static List<Finding> check(PriceTable table) {
        return check(table, null);
    }

    /**
     * What is probably wrong with a table, beside another one that is known to be good: prices of the same model that are
     * more than ten times as large or as small, too. Names that the table does not know itself are looked for in the other
     * one, as {@link PriceTable#over} does.
     *
     * @param known {@code null} for none; one in another currency is not compared
     * @return the findings, errors first, by entry; empty when there is nothing to say
     */
    public static List<Finding> check(PriceTable table, @Nullable PriceTable known) {
        boolean comparable = known != null && known.currency().equals(table.currency());
        PriceLint lint = new PriceLint();
        RateLint rates = new RateLint(lint, table.currency());
        ReachLint reach = new ReachLint(lint, table, known != null && comparable ? table.over(known) : table);
        table.models().forEach(price -> {
            rates.check(price.toString(), price.definition());
            reach.check(price);
        });
        table.providers().values().forEach(reach::check);
        if (known != null && comparable) {
            lint.compare(known, table);
        }
        return lint.findings.stream()
                .distinct()
                .sorted(Comparator.comparing(Finding::severity).thenComparing(Finding::entry))
                .toList();
    }

    private void compare(PriceTable known, PriceTable table) {
        Instant day = table.asOf().atStartOfDay().toInstant(ZoneOffset.UTC);
        for (PriceChange change : PriceChanges.between(known, table).changed()) {
            Instant until = change.until();
            if (change.isBeyond(TENFOLD) && (until == null || until.isAfter(day))) {
                warning(
                        change.provider() + "/" + change.model() + " " + change.item(),
                        change.after() + " is far from " + change.before() + " in " + known.name(),
                        "check the decimal point and the unit");
            }
        }
    }

    void error(String entry, String what, String remedy) {
        findings.add(new Finding(Severity.ERROR, entry, what, remedy));
    }

    void warning(String entry, String what, String remedy) {
        findings.add(new Finding(Severity.WARNING, entry, what, remedy));
    }
}
