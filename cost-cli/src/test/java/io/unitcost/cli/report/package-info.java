@NullMarked
package io.unitcost.cli.report;

import org.jspecify.annotations.NullMarked;
