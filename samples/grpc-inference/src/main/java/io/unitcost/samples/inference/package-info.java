/** A service on gRPC that asks models on gRPC, another service behind it, and what each of its requests costs. */
@NullMarked
package io.unitcost.samples.inference;

import org.jspecify.annotations.NullMarked;
