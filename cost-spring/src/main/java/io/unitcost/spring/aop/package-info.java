/** {@link io.unitcost.spring.AiFeature} on methods of beans. */
@NullMarked
package io.unitcost.spring.aop;

import org.jspecify.annotations.NullMarked;
