package io.unitcost.price.source;

import io.unitcost.price.PriceTable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a layer of prices is doing. Immutable.
 *
 * @param name what the layer is called, the same for ever: {@code override}, the name of a file, {@code remote},
 *     {@code bundled}
 * @param kind where its prices come from
 * @param tableId the table that is in force for it; {@code null} for a remote list that has not answered yet
 * @param asOf the day that this table states; {@code null} without a table
 * @param lastSuccess when it was last known to be what its source has; {@code null} before the first time
 * @param lastFailure why the newest look failed; {@code null} if it did not
 * @param updated how many looks brought another table
 * @param unchanged how many looks found nothing new
 * @param failed how many looks failed
 * @param held how many models keep their old price because the new one looks like a slip; see
 *     {@link PriceSources#held}
 */
public record LayerStatus(
        String name,
        Kind kind,
        @Nullable String tableId,
        @Nullable LocalDate asOf,
        @Nullable Instant lastSuccess,
        @Nullable String lastFailure,
        long updated,
        long unchanged,
        long failed,
        int held) {

    /** Where prices come from, the highest layer first. */
    public enum Kind {
        /** Given by the application. */
        OVERRIDE,
        /** A file that is watched. */
        FILE,
        /** A list that is fetched. */
        REMOTE,
        /** The table that comes with the library, or another one in its place. */
        BUNDLED;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The kind in names and messages: {@code remote}. */
        public String label() {
            return label;
        }
    }

    /** Whether this layer is looked at again and again. */
    public boolean isWatched() {
        return kind == Kind.FILE || kind == Kind.REMOTE;
    }

    /**
     * The instant for which these prices are known to be right: the start (UTC) of the day that the table states, and for
     * a remote list the last time that its server said this is what it has. {@code null} for a remote list that has not
     * answered yet.
     */
    public @Nullable Instant knownAt() {
        if (kind == Kind.REMOTE) {
            return lastSuccess;
        }
        return asOf == null ? null : asOf.atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    static LayerStatus of(String name, Kind kind, @Nullable PriceTable table, Instant now) {
        return table == null
                ? new LayerStatus(name, kind, null, null, null, null, 0, 0, 0, 0)
                : new LayerStatus(name, kind, table.id(), table.asOf(), now, null, 0, 0, 0, 0);
    }

    LayerStatus of(PriceTable table, int models) {
        return new LayerStatus(
                name, kind, table.id(), table.asOf(), lastSuccess, lastFailure, updated, unchanged, failed, models);
    }

    LayerStatus looked(boolean another, Instant now) {
        long more = another ? 1 : 0;
        return new LayerStatus(
                name, kind, tableId, asOf, now, null, updated + more, unchanged + 1 - more, failed, held);
    }

    LayerStatus failed(String cause) {
        return new LayerStatus(name, kind, tableId, asOf, lastSuccess, cause, updated, unchanged, failed + 1, held);
    }
}
