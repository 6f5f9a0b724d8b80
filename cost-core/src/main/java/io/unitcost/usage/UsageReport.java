package io.unitcost.usage;

import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an answer said about itself: who served, what was used, and whether it came to its end. Immutable.
 */
public final class UsageReport {

    private final List<Line> lines;
    private final @Nullable String responseId;
    private final @Nullable String serviceTier;
    private final @Nullable String region;
    private final @Nullable BigDecimal cost;
    private final @Nullable BigDecimal upstreamCost;
    private final boolean ownKey;
    private final int choices;
    private final boolean complete;
    private final boolean error;
    private final SeenText text;
    private final boolean reported;

    /**
     * What one model used.
     *
     * @param model the model as served; {@code null} where the answer does not say it, as on Bedrock
     * @param usage inclusive counts; {@link Usage#NONE} when the answer reported none
     */
    public record Line(@Nullable String model, Usage usage) {}

    UsageReport(Facts facts, Shapes.Hints hints, boolean wholeDocument) {
        Line served = new Line(facts.text(Field.MODEL), Shapes.main(facts, hints));
        this.lines = facts.iterations().isEmpty() ? List.of(served) : withOthers(served, facts);
        this.responseId = facts.text(Field.RESPONSE_ID);
        this.serviceTier = tier(facts);
        this.region = region(facts.text(Field.GEOGRAPHY));
        this.cost = facts.has(Field.COST) ? facts.decimal(Field.COST) : facts.decimal(Field.GATEWAY_COST);
        this.upstreamCost = facts.decimal(Field.UPSTREAM_COST);
        this.ownKey = facts.number(Field.OWN_KEY) == 1;
        this.choices = facts.choices();
        this.error = facts.errors() > 0;
        // of several documents in a row, another one may be missing
        this.complete = (wholeDocument && facts.documents() == 1) || facts.isFinished();
        this.text = facts.seen();
        this.reported = facts.hasUsage();
    }

    private static List<Line> withOthers(Line served, Facts facts) {
        List<Line> all = new ArrayList<>();
        all.add(served);
        all.addAll(Shapes.others(facts));
        return List.copyOf(all);
    }

    /** One line for the model that answered, and one for each other model that worked on the answer. */
    public List<Line> lines() {
        return lines;
    }

    /** The model that answered; {@code null} where the answer does not say it. */
    public @Nullable String model() {
        return lines.get(0).model();
    }

    /** What the model that answered used; {@link Usage#NONE} when the answer reported nothing. */
    public Usage usage() {
        return lines.get(0).usage();
    }

    /** The provider's id of the answer, if it gave one. */
    public @Nullable String responseId() {
        return responseId;
    }

    /** The service tier that served, in lower case, if the answer says so. */
    public @Nullable String serviceTier() {
        return serviceTier;
    }

    /** The geography that served, if the answer says so. */
    public @Nullable String region() {
        return region;
    }

    /** What the provider or gateway says it bills for the answer, in its currency; {@code null} when it says nothing. */
    public @Nullable BigDecimal cost() {
        return cost;
    }

    /** What the provider behind a gateway bills, as the gateway says; {@code null} when it says nothing. */
    public @Nullable BigDecimal upstreamCost() {
        return upstreamCost;
    }

    /** Whether the gateway used a key of the caller's own, so that {@link #cost()} is only its fee. */
    public boolean isOwnKey() {
        return ownKey;
    }

    /** How many answers there are side by side; 0 when it is not known. */
    public int choices() {
        return choices;
    }

    /** Whether the answer came to its end, by its own words. A stream that broke did not. */
    public boolean isComplete() {
        return complete;
    }

    /** Whether the answer reports an error. */
    public boolean isError() {
        return error;
    }

    /** Whether the answer says anything about usage, even if it is nothing but zeros. */
    public boolean hasUsage() {
        return reported;
    }

    /** The text of the answer: what the model wrote, thoughts and arguments of tools included. */
    public SeenText text() {
        return text;
    }

    /** How much text of the answer was seen. */
    public TextVolume volume() {
        return text.volume();
    }

    private static @Nullable String tier(Facts facts) {
        String tier = facts.text(Field.SERVICE_TIER);
        String traffic = facts.text(Field.TRAFFIC_TYPE);
        String speed = facts.text(Field.SPEED);
        if (traffic != null && traffic.startsWith("ON_DEMAND_")) {
            return traffic.substring("ON_DEMAND_".length()).toLowerCase(Locale.ROOT);
        }
        if ("fast".equals(speed)) {
            return speed;
        }
        return tier == null ? null : tier.toLowerCase(Locale.ROOT);
    }

    private static @Nullable String region(@Nullable String geography) {
        return geography == null || geography.equals("not_available") ? null : geography;
    }
}
