/**
 * Listeners for LangChain4j: every call to a model is metered once, by what the model says it used, and nothing about the
 * call changes.
 */
@NullMarked
package io.unitcost.langchain4j;

import org.jspecify.annotations.NullMarked;
