package io.unitcost.cli.report;

import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import java.util.Currency;

/** What some records come to, exactly. What one cost includes late and unattributed usage; requests of other services are not in it. */
final class Sums {

    private static final Part[] PARTS = Part.values();

    private final Money.Sum[] parts = new Money.Sum[PARTS.length];
    private final Money.Sum revenue;
    private final Money.Sum allowance;
    final long[] tokens = new long[TokenClass.COUNT];
    long requests;
    long delivered;
    long failed;
    long cancelled;
    /** Delivered requests with a latency budget. */
    long timed;

    long missed;
    /** Delivered requests of which it is known what they earned, and what they were allowed to cost. */
    long earning;

    long allowed;

    Sums(Currency currency) {
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Money.sum(currency);
        }
        revenue = Money.sum(currency);
        allowance = Money.sum(currency);
    }

    void add(LedgerRecord record, Goal goal) {
        for (Part part : PARTS) {
            parts[part.ordinal()].add(record.part(part));
        }
        for (LedgerAttempt attempt : record.attempts()) {
            if (attempt.service() == null) {
                TokenClass.add(tokens, attempt.usage());
            }
        }
        if (record.kind() == Kind.REQUEST) {
            requests++;
            failed += record.outcome() == Outcome.FAILED ? 1 : 0;
            cancelled += record.outcome() == Outcome.CANCELLED ? 1 : 0;
        }
        if (record.isDelivered()) {
            delivered++;
            earn(record, goal);
            judge(record, goal);
        }
    }

    private void earn(LedgerRecord record, Goal goal) {
        Money earned = goal.revenueOf(record);
        if (earned != null) {
            earning++;
            revenue.add(earned);
        }
        Money allowance = goal.allowanceOf(record);
        if (allowance != null) {
            allowed++;
            this.allowance.add(allowance);
        }
    }

    private void judge(LedgerRecord record, Goal goal) {
        if (goal.latencyBudget() != null) {
            timed++;
            missed += record.durationNanos() > goal.latencyBudget().toNanos() ? 1 : 0;
        } else if (record.latencyBudget() != LatencyBudget.NONE) {
            timed++;
            missed += record.latencyBudget() == LatencyBudget.MISSED ? 1 : 0;
        }
    }

    Sums add(Sums more) {
        for (int i = 0; i < parts.length; i++) {
            parts[i].add(more.parts[i].toMoney());
        }
        revenue.add(more.revenue());
        allowance.add(more.allowance());
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] += more.tokens[i];
        }
        requests += more.requests;
        delivered += more.delivered;
        failed += more.failed;
        cancelled += more.cancelled;
        timed += more.timed;
        missed += more.missed;
        earning += more.earning;
        allowed += more.allowed;
        return this;
    }

    Money part(Part part) {
        return parts[part.ordinal()].toMoney();
    }

    /** All four parts. */
    Money cost() {
        return part(Part.INFERENCE)
                .plus(part(Part.IDLE))
                .plus(part(Part.SUPPORT))
                .plus(part(Part.RETRY));
    }

    Money revenue() {
        return revenue.toMoney();
    }

    Money allowance() {
        return allowance.toMoney();
    }

    boolean hasRevenue() {
        return revenue.toMoney().signum() > 0;
    }

    boolean hasAllowance() {
        return allowance.toMoney().signum() > 0;
    }
}
