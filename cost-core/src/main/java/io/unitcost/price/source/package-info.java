/** Where price tables come from and how they are kept current: layers, files that change, lists that are fetched. */
@NullMarked
package io.unitcost.price.source;

import org.jspecify.annotations.NullMarked;
