/** The actuator endpoint {@code cost}: what this instance's features cost, and how models are priced. */
@NullMarked
package io.unitcost.spring.actuate;

import org.jspecify.annotations.NullMarked;
