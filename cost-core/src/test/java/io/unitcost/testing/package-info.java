/** A model server on this machine that answers, and misbehaves, exactly as a test tells it. */
@NullMarked
package io.unitcost.testing;

import org.jspecify.annotations.NullMarked;
