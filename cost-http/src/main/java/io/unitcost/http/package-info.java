/**
 * Hooks for HTTP clients: every try of a call to a model is metered as its bytes pass, and nothing about the call changes.
 */
@NullMarked
package io.unitcost.http;

import org.jspecify.annotations.NullMarked;
