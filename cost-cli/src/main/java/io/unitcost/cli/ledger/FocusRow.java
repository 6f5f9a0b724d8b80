package io.unitcost.cli.ledger;

import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Currency;

/** What was used of one thing for one feature in an hour; or how many requests it had, and what they earned. */
final class FocusRow {

    /** Stands where no unit of ours counts, or where it is not known what was not priced. */
    static final String REST = "rest";

    private static final String CUSTOM = "custom:";

    /**
     * What a row is about.
     *
     * @param hour when it begins
     * @param unit that was counted, or {@link #REST}; empty for requests
     * @param unpriced why there is no cost; empty when there is one
     * @param estimated whether the quantities are estimates
     */
    record Key(
            Instant hour,
            String feature,
            String release,
            String promptVersion,
            String prices,
            String service,
            String provider,
            String model,
            String tier,
            String region,
            String unit,
            String part,
            String unpriced,
            boolean estimated) {

        static final Comparator<Key> ORDER = Comparator.comparing(Key::hour)
                .thenComparing(Key::feature)
                .thenComparing(Key::release)
                .thenComparing(Key::promptVersion)
                .thenComparing(Key::prices)
                .thenComparing(Key::service)
                .thenComparing(Key::provider)
                .thenComparing(Key::model)
                .thenComparing(Key::tier)
                .thenComparing(Key::region)
                .thenComparing(Key::unit)
                .thenComparing(Key::part)
                .thenComparing(Key::unpriced)
                .thenComparing(Key::estimated);

        /** Whether something was bought, and not only served. */
        boolean isCharge() {
            return !unit.isEmpty();
        }

        boolean isCounted() {
            return isCharge() && !unit.equals(REST);
        }

        /** The name of what is metered: {@code Cache Read Tokens}. */
        String meter() {
            if (!isCharge()) {
                return "Requests Served";
            }
            StringBuilder title = new StringBuilder();
            for (String word :
                    (isCounted() ? unit : "other").replace(CUSTOM, "").split("[_/]", -1)) {
                title.append(title.isEmpty() ? "" : " ")
                        .append(Character.toUpperCase(word.charAt(0)))
                        .append(word.substring(1));
            }
            return title.toString();
        }

        /** What a quantity is counted in, as FOCUS writes units. */
        String counted() {
            if (!isCounted()) {
                return "";
            }
            String name = unit.replaceAll("/.*", "");
            if (Unit.of(unit).isTokens()) {
                return "Tokens";
            }
            return switch (name) {
                case "storage_gb_days" -> "GB-Days";
                case "cache_storage_token_hours" -> "Token-Hours";
                case "reported", "fee" -> "Requests";
                default -> {
                    String last = name.substring(Math.max(name.lastIndexOf('_'), name.lastIndexOf(':')) + 1);
                    yield Character.toUpperCase(last.charAt(0)) + last.substring(1);
                }
            };
        }
    }

    final Money.Sum list;
    final Money.Sum cost;
    final Money.Sum idle;
    final Money.Sum revenue;
    BigDecimal quantity = BigDecimal.ZERO;
    long requests;
    long delivered;
    boolean hasRevenue;

    FocusRow(Currency currency) {
        this.list = Money.sum(currency);
        this.cost = Money.sum(currency);
        this.idle = Money.sum(currency);
        this.revenue = Money.sum(currency);
    }

    void serve(LedgerRecord record) {
        requests++;
        delivered += record.isDelivered() ? 1 : 0;
        Money earned = record.revenue();
        if (earned != null) {
            hasRevenue = true;
            revenue.add(earned);
        }
    }
}
