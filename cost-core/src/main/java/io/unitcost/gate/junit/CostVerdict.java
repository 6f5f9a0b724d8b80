package io.unitcost.gate.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Judges what the cases of a {@link CostGate} cost, after the last of them. A static method, not private; it may have a {@link RecordedCosts} parameter. What it
 * throws is the outcome of the class.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface CostVerdict {}
