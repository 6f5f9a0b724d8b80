/** The calls of Spring AI, metered from its observations and by an advisor for streams. */
@NullMarked
package io.unitcost.spring.ai;

import org.jspecify.annotations.NullMarked;
