/**
 * What a unit costs: exact {@link io.unitcost.price.Money}, counted {@link io.unitcost.price.Usage}, and the
 * {@link io.unitcost.price.PriceTable} that turns one into the other. Knows nothing of requests, threads or meters.
 */
@NullMarked
package io.unitcost.price;

import org.jspecify.annotations.NullMarked;
