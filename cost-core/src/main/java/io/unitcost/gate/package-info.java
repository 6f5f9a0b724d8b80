/**
 * From a number to a decision: whether a release may cost what it costs. A {@link io.unitcost.gate.CostCheck} judges one quantity against
 * one limit, from bounds and not from the number alone, and so knows a third answer beside pass and fail.
 */
@NullMarked
package io.unitcost.gate;

import org.jspecify.annotations.NullMarked;
