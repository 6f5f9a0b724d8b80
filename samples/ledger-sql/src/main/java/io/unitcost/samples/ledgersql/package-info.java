/** A ledger on engines that are there already: SQL for DuckDB and Spark, and a sink for Kafka. */
@NullMarked
package io.unitcost.samples.ledgersql;

import org.jspecify.annotations.NullMarked;
