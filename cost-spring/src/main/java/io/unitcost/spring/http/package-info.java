/** Meters the HTTP clients of an application: Spring's own, and those of the JDK and OkHttp that are beans. */
@NullMarked
package io.unitcost.spring.http;

import org.jspecify.annotations.NullMarked;
