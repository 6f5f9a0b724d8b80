package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.Numbers;
import io.unitcost.price.Charge;
import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceMatch;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prices one line of the machine interface. */
final class LinePricer {

    private final PriceTable table;
    private final Clock clock;

    LinePricer(PriceTable table, Clock clock) {
        this.table = table;
        this.clock = clock;
    }

    /** A part of the line that has a price of its own. */
    private record Part(Quote quote, String origin, boolean given) {}

    JsonLines.Answer answer(String text) {
        return JsonLines.answer(text, this::priced);
    }

    private int priced(String text, Map<String, @Nullable Object> answer) {
        Map<String, @Nullable Object> fields = Json.object(text);
        answer.put(JsonLines.ID, fields.get(JsonLines.ID));
        try {
            price(Line.of(fields), answer);
            return ExitCode.OK;
        } catch (Unpriceable e) {
            answer.put("unpriced", e.reason().name());
            answer.put("detail", e.getMessage());
            return ExitCode.FOUND;
        }
    }

    private void price(Line line, Map<String, @Nullable Object> answer) {
        List<Part> parts = parts(line);
        Charge whole = parts.get(0).quote.charge();
        for (Part part : parts.subList(1, parts.size())) {
            whole = whole.plus(part.quote.charge());
        }
        answer.put(
                "usd",
                Numbers.plain(
                        whole.cost() == null ? BigDecimal.ZERO : whole.cost().amount()));
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Charge.Line charged : Quote.lines(whole)) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("unit", charged.unit().unitName());
            one.put("count", charged.quantity());
            one.put("usd", Numbers.plain(charged.cost().amount()));
            lines.add(one);
        }
        answer.put("lines", lines);
        answer.put(
                "entry",
                joined(parts.stream().map(part -> part.quote.price().toString()).toList()));
        answer.put("source", joined(parts.stream().map(Part::origin).toList()));
        if (parts.stream().anyMatch(part -> !part.given)) {
            answer.put("price_table", table.id());
        }
        BigDecimal list = Quote.list(whole);
        if (list != null) {
            answer.put("list_usd", Numbers.plain(list));
        }
        List<String> unpriced = parts.stream()
                .filter(part -> part.quote.charge().unpriced() != null)
                .flatMap(part -> part.quote.unpriced().stream())
                .map(Unit::unitName)
                .distinct()
                .toList();
        if (!unpriced.isEmpty()) {
            answer.put("unpriced_units", unpriced);
        }
        if (line.tier() != null && parts.stream().noneMatch(part -> part.quote.hasTier())) {
            answer.put("tier", "standard");
        }
    }

    private static String joined(List<String> texts) {
        Set<String> distinct = new LinkedHashSet<>(texts);
        return String.join("; ", distinct);
    }

    private List<Part> parts(Line line) {
        return Used.of(line).stream()
                .map(used -> part(line, used.model(), used.counts()))
                .toList();
    }

    private Part part(Line line, @Nullable String model, Map<String, @Nullable Object> counts) {
        Card card = GivenPrices.of(line, model, counts);
        Usage usage = Counts.of(counts, card == null ? Unit::of : card.units());
        Instant at = line.at(clock);
        Part part = card == null
                ? fromTable(line, model, usage, at)
                : new Part(quote(card.price(), line, null, usage, at), card.origin(), true);
        Charge charge = part.quote.charge();
        if (charge.isContradictory()) {
            throw Unpriceable.invalidUsage("a part is larger than its whole in " + usage);
        }
        // on a card of its own, a unit without a price is not charged: the card says all there is
        if (charge.cost() == null || (!part.given && charge.unpriced() != null)) {
            throw Unpriceable.noPrice(why(part.quote));
        }
        return part;
    }

    private Part fromTable(Line line, @Nullable String model, Usage usage, Instant at) {
        if (model == null) {
            throw new DataException("model is missing; name one, or give \"prices\"");
        }
        PriceMatch match = table.find(line.text("provider"), model);
        ModelPrice price = match.price();
        if (price == null) {
            throw Unpriceable.noPrice(noEntry(line.text("provider"), model, match.unpriced()));
        }
        String origin = price.source() == null ? price.table() : price.source();
        return new Part(quote(price, line, match.region(), usage, at), origin, false);
    }

    private static Quote quote(ModelPrice price, Line line, @Nullable String named, Usage usage, Instant at) {
        String region = line.region() == null ? named : line.region();
        return new Quote(price, line.tier(), region, at, usage, price.charge(usage, line.tier(), region, at));
    }

    private static String noEntry(@Nullable String provider, String model, @Nullable Unpriced reason) {
        if (provider == null) {
            return "no maker, or more than one, has the model '" + model + "'";
        }
        return reason == Unpriced.UNKNOWN_PROVIDER
                ? "there are no prices of the provider '" + provider + "'"
                : "provider '" + provider + "' has no price for the model '" + model + "'";
    }

    private static String why(Quote quote) {
        List<Unit> units = quote.unpriced();
        return units.isEmpty()
                ? Used.NOTHING
                : quote.price() + " has no price for "
                        + String.join(", ", units.stream().map(Unit::unitName).toList());
    }
}
