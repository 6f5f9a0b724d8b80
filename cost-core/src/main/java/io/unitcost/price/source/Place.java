package io.unitcost.price.source;

import io.unitcost.price.PriceTable;
import java.io.IOException;
import java.util.function.Consumer;

/** Where a table comes from that may change. Asked by one thread at a time. */
interface Place {

    /**
     * Looks whether there is another table. Whatever goes wrong is thrown, and is tried again at the next look.
     *
     * @param taker is given the new table; a table it refuses by an exception is as good as one that cannot be read
     * @return whether there was one
     */
    boolean look(Consumer<PriceTable> taker) throws IOException, InterruptedException;
}
