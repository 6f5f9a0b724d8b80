/** A gateway in front of models, metered on its way in and on its way out, where each answer counts once. */
@NullMarked
package io.unitcost.samples.gateway;

import org.jspecify.annotations.NullMarked;
