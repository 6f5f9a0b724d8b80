/** A service with three AI features, the models it asks, the traffic it gets, and what all of that cost. */
@NullMarked
package io.unitcost.samples.demo;

import org.jspecify.annotations.NullMarked;
