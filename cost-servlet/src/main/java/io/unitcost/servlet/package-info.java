/**
 * The boundary of a servlet application: {@link io.unitcost.servlet.CostFilter} opens the account of a request and
 * closes it once.
 */
@NullMarked
package io.unitcost.servlet;

import org.jspecify.annotations.NullMarked;
