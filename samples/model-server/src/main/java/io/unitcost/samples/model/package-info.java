/** A stand-in for providers of models: their formats, made-up answers, and token counts that follow the text. */
@NullMarked
package io.unitcost.samples.model;

import org.jspecify.annotations.NullMarked;
