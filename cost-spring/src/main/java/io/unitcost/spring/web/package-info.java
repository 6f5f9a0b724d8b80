/** Opens the account of each HTTP request that Spring observes, and of those that it does not. */
@NullMarked
package io.unitcost.spring.web;

import org.jspecify.annotations.NullMarked;
