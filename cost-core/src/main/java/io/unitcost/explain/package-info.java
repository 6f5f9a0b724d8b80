/**
 * Why the cost of a request changed: {@link io.unitcost.explain.Explanation} takes the difference between two windows apart into
 * ten causes that add up to it. Computation only: windows come in as sums and explanations go out as numbers.
 */
@NullMarked
package io.unitcost.explain;

import org.jspecify.annotations.NullMarked;
