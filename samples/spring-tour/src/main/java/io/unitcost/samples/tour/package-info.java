/** What the Spring samples share: they start an application, ask it over HTTP, and show what it says that this cost. */
@NullMarked
package io.unitcost.samples.tour;

import org.jspecify.annotations.NullMarked;
