/**
 * The release gate as a JUnit test: {@link io.unitcost.gate.junit.CostGate}. Needs {@code junit-jupiter-api}, 5.12 or later, which every such
 * test has.
 */
@NullMarked
package io.unitcost.gate.junit;

import org.jspecify.annotations.NullMarked;
