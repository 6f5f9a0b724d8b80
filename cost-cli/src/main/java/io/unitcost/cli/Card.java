package io.unitcost.cli;

import io.unitcost.price.ModelPrice;
import io.unitcost.price.Unit;
import java.util.function.Function;

/**
 * Prices that came with a line.
 *
 * @param price the engine's form of them
 * @param origin which field said so
 * @param units the unit of a name in the line's usage
 */
record Card(ModelPrice price, String origin, Function<String, Unit> units) {

    Card(ModelPrice price, String origin) {
        this(price, origin, Unit::of);
    }
}
