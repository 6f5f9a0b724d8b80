/** Auto-configuration for Spring Boot: the meter, its prices and features from {@code unitcost.*} properties. */
@NullMarked
package io.unitcost.spring;

import org.jspecify.annotations.NullMarked;
