package io.unitcost.cli.ledger;

import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of a feature came to, in 200 buckets of sessions: what a release gate draws its bounds from. Records of work on other
 * services' requests are left out, because those requests' records have their cost.
 */
final class BucketExport implements Export {

    private static final int BUCKETS = 200;
    private static final int BYTE = 0xff;

    private record Key(String feature, int bucket) {}

    private final Rows<Key, BucketSums> rows;
    private final MessageDigest md5;
    private String currency = "";

    BucketExport(int most) {
        this.rows = new Rows<>(most);
        try {
            this.md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void add(LedgerRecord record) {
        currency = record.currency().getCurrencyCode();
        if (record.kind() != Kind.SUBREQUEST) {
            rows.of(new Key(record.feature(), bucket(group(record))), () -> new BucketSums(record.currency()))
                    .add(record);
        }
    }

    private static String group(LedgerRecord record) {
        String session = record.session();
        String caseId = record.caseId();
        return session != null ? session : caseId != null ? caseId : record.id();
    }

    /** The first four hexadecimal digits of the MD5, modulo 200: what SQL engines can do too. */
    private int bucket(String group) {
        byte[] hash = md5.digest(group.getBytes(StandardCharsets.UTF_8));
        return (((hash[0] & BYTE) << Byte.SIZE) | (hash[1] & BYTE)) % BUCKETS;
    }

    @Override
    public List<String> header() {
        return List.of(
                "feature",
                "currency",
                "bucket",
                "requests",
                "delivered",
                "cost",
                "revenue",
                "allowance",
                "judged",
                "missed",
                "calls",
                "unpriced");
    }

    @Override
    public Stream<List<String>> rows() {
        return rows.sorted(Comparator.comparing(Key::feature).thenComparingInt(Key::bucket))
                .map(row -> row.getValue()
                        .cells(row.getKey().feature(), currency, row.getKey().bucket()));
    }

    /** The sums of a bucket. */
    private static final class BucketSums {
        private final Money.Sum cost;
        private final Money.Sum revenue;
        private final Money.Sum allowance;
        private boolean hasRevenue;
        private boolean hasAllowance;
        private long requests;
        private long delivered;
        private long judged;
        private long missed;
        private long calls;
        private long unpriced;

        BucketSums(Currency currency) {
            this.cost = Money.sum(currency);
            this.revenue = Money.sum(currency);
            this.allowance = Money.sum(currency);
        }

        void add(LedgerRecord record) {
            cost.add(record.total());
            hasRevenue |= addIfThere(revenue, record.revenue());
            hasAllowance |= addIfThere(allowance, record.allowance());
            requests += record.kind() == Kind.REQUEST ? 1 : 0;
            if (record.isDelivered()) {
                delivered++;
                judged += record.latencyBudget() == LatencyBudget.NONE ? 0 : 1;
                missed += record.latencyBudget() == LatencyBudget.MISSED ? 1 : 0;
            }
            calls += record.attempts().size();
            unpriced += record.unpricedAttempts();
        }

        private static boolean addIfThere(Money.Sum sum, @Nullable Money amount) {
            if (amount != null) {
                sum.add(amount);
            }
            return amount != null;
        }

        List<String> cells(String feature, String currency, int bucket) {
            return List.of(
                    feature,
                    currency,
                    Cell.of(bucket),
                    Cell.of(requests),
                    Cell.of(delivered),
                    Cell.of(cost),
                    Cell.of(revenue, hasRevenue),
                    Cell.of(allowance, hasAllowance),
                    Cell.of(judged),
                    Cell.of(missed),
                    Cell.of(calls),
                    Cell.of(unpriced));
        }
    }
}
