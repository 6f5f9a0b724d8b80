/** Commands on a whole ledger: what it would have cost, and the small tables that are made of it. */
@NullMarked
package io.unitcost.cli.ledger;

import org.jspecify.annotations.NullMarked;
