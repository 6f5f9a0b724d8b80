package io.unitcost.price.source;

import io.unitcost.price.PriceTable;
import io.unitcost.price.source.Fetch.Content;
import io.unitcost.price.source.Fetch.Validators;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A price list that a server publishes. Asked for with what the last good one had, so one that was refused comes again. */
final class RemotePlace implements Place {

    private final Fetch fetch;
    private final String name;
    private Validators known = Validators.NONE;
    private @Nullable String taken;

    RemotePlace(Fetch fetch, String name) {
        this.fetch = fetch;
        this.name = name;
    }

    @Override
    public boolean look(Consumer<PriceTable> taker) throws IOException, InterruptedException {
        Content content = fetch.get(known);
        if (content == null) {
            return false;
        }
        String hash = content.hash();
        boolean isNew = !hash.equals(taken);
        if (isNew) {
            PriceTable table = PriceTable.read(content.open(), name);
            if (table.size() == 0) {
                throw new IOException(name + " has no prices");
            }
            taker.accept(table);
            taken = hash;
        }
        known = content.validators();
        return isNew;
    }
}
