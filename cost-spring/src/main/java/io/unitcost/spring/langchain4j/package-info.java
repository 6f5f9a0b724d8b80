/** LangChain4j's listeners as beans. */
@NullMarked
package io.unitcost.spring.langchain4j;

import org.jspecify.annotations.NullMarked;
