package io.unitcost;

/**
 * Told what a request cost, once, when its account is closed. The one way out of the account.
 *
 * <p>Called on the thread that closes the account: usually the request's own, sometimes the reaper's. Must not block.
 * What it throws is caught, counted under {@link CostMeter.Site#LISTENER} and does not reach the request or the other
 * listeners.
 */
@FunctionalInterface
public interface RequestCostListener {

    /**
     * A request's account was closed, or usage arrived that belongs to no open account
     * ({@link RequestCost#kind()} says which).
     *
     * @param cost immutable; may be kept
     */
    void onRequestCost(RequestCost cost);

    /**
     * Called once, when a meter with this listener has been built and before any request: the place to register what
     * is known beforehand. Throwing here fails {@link CostMeter.Builder#build()}.
     *
     * @param meter the meter, which may be kept
     */
    default void onRegistered(CostMeter meter) {}
}
