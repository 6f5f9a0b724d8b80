/**
 * What every request cost, one JSON line each, for engines that read lines: written by {@link io.unitcost.ledger.CostLedger}, read
 * back by {@link io.unitcost.ledger.LedgerReader}. Amounts are exact, and no text of a prompt or an answer is in there.
 */
@NullMarked
package io.unitcost.ledger;

import org.jspecify.annotations.NullMarked;
