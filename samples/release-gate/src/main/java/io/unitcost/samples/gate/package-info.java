/** An application that summarises tickets, and knows nothing of costs. */
@NullMarked
package io.unitcost.samples.gate;

import org.jspecify.annotations.NullMarked;
