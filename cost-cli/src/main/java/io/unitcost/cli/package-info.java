/**
 * The command line: prices of requests, of whole logs, and of price files, and what answers used. One runnable jar;
 * {@code Main} is its door.
 */
@NullMarked
package io.unitcost.cli;

import org.jspecify.annotations.NullMarked;
