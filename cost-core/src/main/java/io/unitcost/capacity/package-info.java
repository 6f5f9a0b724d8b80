/**
 * What work on capacity of one's own costs: dollars per hour turned into dollars per request, idle share included.
 */
@NullMarked
package io.unitcost.capacity;

import org.jspecify.annotations.NullMarked;
