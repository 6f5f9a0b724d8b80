/**
 * What features cost against their objectives, as this instance sees it: {@link io.unitcost.slo.CostWindow}. The verdict over all
 * instances belongs to whatever reads their meters.
 */
@NullMarked
package io.unitcost.slo;

import org.jspecify.annotations.NullMarked;
