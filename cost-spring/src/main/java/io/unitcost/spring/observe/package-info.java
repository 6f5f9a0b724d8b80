/** Finds the request that pays from what is observed. For the other packages of this module. */
@NullMarked
package io.unitcost.spring.observe;

import org.jspecify.annotations.NullMarked;
