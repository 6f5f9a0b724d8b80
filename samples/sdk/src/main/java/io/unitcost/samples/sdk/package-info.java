/** A program that uses OpenAI's SDK as any application would, and says what each of its requests cost. */
@NullMarked
package io.unitcost.samples.sdk;

import org.jspecify.annotations.NullMarked;
