/** Meters the gRPC channels and servers that Spring Boot makes. */
@NullMarked
package io.unitcost.spring.grpc;

import org.jspecify.annotations.NullMarked;
