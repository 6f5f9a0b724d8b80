package io.unitcost.cli.ledger;

import io.unitcost.RequestCost.Kind;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How often each case of a feature was asked for, and what it came to: what a release gate weighs its own cases by. Requests that name no
 * case are a row without one; records of work on other services' requests are left out.
 */
final class CaseExport implements Export {

    private record Key(String feature, @Nullable String caseId) {

        /** Nothing before every name. */
        String order() {
            return caseId == null ? "" : ' ' + caseId;
        }
    }

    private final Rows<Key, CaseSums> rows;
    private String currency = "";

    CaseExport(int most) {
        this.rows = new Rows<>(most);
    }

    @Override
    public void add(LedgerRecord record) {
        currency = record.currency().getCurrencyCode();
        if (record.kind() != Kind.SUBREQUEST) {
            rows.of(new Key(record.feature(), record.caseId()), () -> new CaseSums(record.currency()))
                    .add(record);
        }
    }

    @Override
    public List<String> header() {
        return List.of("feature", "currency", "case", "requests", "delivered", "cost");
    }

    @Override
    public Stream<List<String>> rows() {
        return rows.sorted(Comparator.comparing(Key::feature).thenComparing(Key::order))
                .map(row -> row.getValue().cells(row.getKey(), currency));
    }

    /** The sums of a case. */
    private static final class CaseSums {
        private final Money.Sum cost;
        private long requests;
        private long delivered;

        CaseSums(Currency currency) {
            this.cost = Money.sum(currency);
        }

        void add(LedgerRecord record) {
            cost.add(record.total());
            requests += record.kind() == Kind.REQUEST ? 1 : 0;
            delivered += record.isDelivered() ? 1 : 0;
        }

        List<String> cells(Key key, String currency) {
            return List.of(
                    key.feature(),
                    currency,
                    key.caseId() == null ? "" : key.caseId(),
                    Cell.of(requests),
                    Cell.of(delivered),
                    Cell.of(cost));
        }
    }
}
