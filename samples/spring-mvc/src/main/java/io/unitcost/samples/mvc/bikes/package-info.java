/** The application: the assistant of a bicycle shop, on Spring MVC and Spring AI. It knows nothing of costs. */
@NullMarked
package io.unitcost.samples.mvc.bikes;

import org.jspecify.annotations.NullMarked;
