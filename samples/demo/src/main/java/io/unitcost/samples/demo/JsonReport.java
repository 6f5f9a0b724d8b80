package io.unitcost.samples.demo;

import io.unitcost.Part;
import io.unitcost.price.Money;
import java.io.StringWriter;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** The report for machines. Amounts are exact decimal text; a quotient has 34 digits at most. */
final class JsonReport {

    private final JsonGenerator json;

    private JsonReport(JsonGenerator json) {
        this.json = json;
    }

    static String of(Run run) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Completion.JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            new JsonReport(json).write(run);
        }
        return text + "\n";
    }

    private void write(Run run) {
        json.writeStartObject();
        json.writeObjectPropertyStart("features");
        run.whole().features().forEach(this::feature);
        json.writeEndObject();
        if (run.hasSwap()) {
            swap(run);
        }
        json.writeObjectPropertyStart("unpriced_models");
        run.whole().unpriced().forEach(json::writeNumberProperty);
        json.writeEndObject();
        json.writeStringProperty("price_table", run.scenario().prices().id());
        json.writeEndObject();
    }

    private void feature(String name, FeatureTally tally) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("requests", tally.requests());
        json.writeNumberProperty("delivered", tally.delivered());
        money("cost", tally.cost());
        for (Part part : Part.values()) {
            money(part.label(), tally.part(part));
        }
        money("revenue", tally.revenue());
        quotient("cost_per_delivered", tally.perDelivered(tally.cost()));
        money("p95_cost", tally.p95Cost());
        json.writeNumberProperty("unpriced", tally.unpriced());
        json.writeNumberProperty("estimated", tally.estimated());
        json.writeEndObject();
    }

    private void swap(Run run) {
        json.writeObjectPropertyStart("swap");
        json.writeStringProperty("feature", Features.CODE_ASSIST);
        half("before", run, run.first(), run.scenario().route(Features.CODE_ASSIST));
        half("after", run, run.second(), run.scenario().swapTo());
        json.writeEndObject();
    }

    private void half(String name, Run run, Tally half, Scenario.Route route) {
        FeatureTally tally = half.feature(Features.CODE_ASSIST);
        json.writeObjectPropertyStart(name);
        json.writeStringProperty("model", route.model());
        json.writeNumberProperty("delivered", tally.delivered());
        money("cost", tally.cost());
        quotient("cost_per_minute", run.perMinuteOfHalf(tally.cost().amount()));
        quotient("cost_per_delivered", tally.perDelivered(tally.cost()));
        quotient("margin", tally.margin());
        json.writeEndObject();
    }

    private void money(String name, @Nullable Money amount) {
        if (amount == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, amount.toPlainString());
        }
    }

    private void quotient(String name, @Nullable BigDecimal number) {
        if (number == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, number.stripTrailingZeros().toPlainString());
        }
    }
}
