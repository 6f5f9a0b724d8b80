/** The tour: starts the application, asks it a few questions, and shows what they cost. */
@NullMarked
package io.unitcost.samples.mvc;

import org.jspecify.annotations.NullMarked;
