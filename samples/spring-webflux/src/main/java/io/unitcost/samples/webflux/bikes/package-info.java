/** The application: the assistant of a bicycle shop, on Spring WebFlux and Spring AI. It knows nothing of costs. */
@NullMarked
package io.unitcost.samples.webflux.bikes;

import org.jspecify.annotations.NullMarked;
