/**
 * What an answer used, read from its bytes as they pass: every provider's way of counting becomes one inclusive
 * {@link io.unitcost.price.Usage}.
 */
@NullMarked
package io.unitcost.usage;

import org.jspecify.annotations.NullMarked;
