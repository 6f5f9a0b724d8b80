/**
 * The account of a request: opened at its boundary, written to by every attempt it makes, closed and priced once.
 *
 * <p>{@link io.unitcost.CostMeter} is the way in, {@link io.unitcost.RequestCostListener} the one way out.
 */
@NullMarked
package io.unitcost;

import org.jspecify.annotations.NullMarked;
