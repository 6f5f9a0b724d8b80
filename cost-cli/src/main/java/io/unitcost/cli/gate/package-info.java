/** Whether a release may go out, and why a cost changed: {@code unitcost gate} and {@code unitcost explain}. */
@NullMarked
package io.unitcost.cli.gate;

import org.jspecify.annotations.NullMarked;
