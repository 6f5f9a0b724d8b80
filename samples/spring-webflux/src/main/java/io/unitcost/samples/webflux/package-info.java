/** The tour: starts the application, asks it a few questions, and shows what they cost. */
@NullMarked
package io.unitcost.samples.webflux;

import org.jspecify.annotations.NullMarked;
