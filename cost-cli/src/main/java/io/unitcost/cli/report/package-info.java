/** A page to look at: what a ledger says, as one file for a browser. */
@NullMarked
package io.unitcost.cli.report;

import org.jspecify.annotations.NullMarked;
