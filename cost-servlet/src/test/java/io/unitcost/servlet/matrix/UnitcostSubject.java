package io.unitcost.servlet.matrix;

import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.RequestCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.servlet.CostFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Our filter, with the real ticker: nobody but the container and the meter's own reaper closes an account. */
final class UnitcostSubject implements Subject {

    /** Above what any scenario takes that a container reports the end of. */
    static final Duration MAX_AGE = Duration.ofSeconds(8);

    static final String NEVER_REPORTED = "MAX_AGE";
    private static final String SECOND = ".second-meter";
    /** Accounts by identity, so that a handler can tell whose account it sees. */
    static final Map<RequestMeter, String> ACCOUNTS = new ConcurrentHashMap<>();

    private final Ledger ledger;
    private final CostMeter meter;
    private final CostMeter second;

    UnitcostSubject(Ledger ledger) {
        this.ledger = ledger;
        this.meter = meter("");
        this.second = meter(SECOND);
    }

    private CostMeter meter(String suffix) {
        return CostMeter.builder()
                .maxAge(MAX_AGE)
                .listener(cost -> published(cost, suffix))
                .build();
    }

    private void published(RequestCost cost, String suffix) {
        String id = cost.attributes().getOrDefault("id", Ids.UNKNOWN) + suffix;
        Ledger.Entry entry = ledger.of(id);
        if (cost.kind() == Kind.REQUEST) {
            entry.booked.addAndGet(cost.attempts().size());
            ledger.closed(
                    id,
                    cost.reaped() == null
                            ? cost.outcome().name()
                            : cost.reaped().name());
        } else if (cost.kind() == Kind.LATE) {
            entry.late.addAndGet(cost.attempts().size());
        } else {
            ledger.complain(id, "usage without a request");
        }
    }

    @Override
    public Filter filter() {
        return filter(meter, "");
    }

    @Override
    public Filter stackedFilter() {
        return filter();
    }

    @Override
    public Filter independentFilter() {
        return filter(second, SECOND);
    }

    private Filter filter(CostMeter of, String suffix) {
        return CostFilter.builder(of)
                .unmapped("matrix")
                .describe((request, account) -> opened(request, account, suffix))
                .build();
    }

    private void opened(HttpServletRequest request, RequestMeter account, String suffix) {
        String id = Ids.of(request);
        account.attribute("id", id);
        ACCOUNTS.put(account, id);
        ledger.opened(id + suffix);
    }

    @Override
    public int settleSeconds() {
        return (int) MAX_AGE.toSeconds() + 4;
    }

    @Override
    public void close() {
        meter.close();
        second.close();
        for (Site site : Site.values()) {
            long errors = meter.errors(site) + second.errors(site);
            if (errors > 0) {
                ledger.complain("-", errors + " failures of ours at " + site.label());
            }
        }
    }
}
