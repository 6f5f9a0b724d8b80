package io.unitcost.price;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads public price lists out of text, and asks them for prices. */
final class PublicLists {

    static final LocalDate TODAY = LocalDate.parse("2026-11-21");
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private PublicLists() {}

    static PriceTable table(String json) {
        return table(json, "list");
    }

    static PriceTable table(String json, String source) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return PriceFormat.read(new ByteArrayInputStream(bytes), source, TODAY);
    }

    /** The exact cost; {@code null} when there is no price. */
    static @Nullable BigDecimal cost(PriceTable table, @Nullable String provider, String model, Usage usage) {
        return cost(table, provider, model, null, null, usage, NOON);
    }

    static @Nullable BigDecimal cost(
            PriceTable table,
            @Nullable String provider,
            String model,
            @Nullable String tier,
            @Nullable String region,
            Usage usage,
            Instant at) {
        Charge charge = table.charge(provider, model, tier, region, usage, at.toEpochMilli());
        Money cost = charge.cost();
        return cost == null ? null : cost.amount().stripTrailingZeros();
    }

    static List<String> kinds(PriceTable table) {
        return table.report().notes().stream().map(LoadReport.Note::kind).toList();
    }

    static LoadReport.Note note(PriceTable table, String kind) {
        return table.report().notes().stream()
                .filter(note -> note.kind().startsWith(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no note '" + kind + "' in " + table.report()));
    }
}
