/**
 * What operators see: the listener that turns closed accounts into Micrometer meters. The only package that imports
 * meters.
 */
@NullMarked
package io.unitcost.metrics;

import org.jspecify.annotations.NullMarked;
