package io.unitcost.ledger;

import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes records as {@code ledger-1.schema.json} says: every number in plain decimal digits, and what is not known left out. */
final class LedgerJson {

    private static final JsonFactory FACTORY = JsonFactory.builder().build();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int MILLI_DECIMALS = 6;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int USUAL_LENGTH = 1_024;

    private final JsonGenerator out;

    private LedgerJson(JsonGenerator out) {
        this.out = out;
    }

    static String toText(LedgerRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_LENGTH);
        write(record, bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Writes one record, without a line break. */
    static void write(LedgerRecord record, OutputStream to) {
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), to)) {
            new LedgerJson(out).record(record);
        }
    }

    private void record(LedgerRecord record) {
        out.writeStartObject();
        out.writeNumberProperty("v", LedgerRecord.VERSION);
        text("id", record.id());
        text("time", TIME.format(record.openedAt()));
        text("kind", record.kind().name().toLowerCase(Locale.ROOT));
        text("feature", record.feature());
        text("outcome", record.outcome().label());
        text("reaped", record.reaped() == null ? null : record.reaped().label());
        number("ms", millis(record.durationNanos()));
        text("latencyBudget", record.latencyBudget().label());
        text("currency", record.currency().getCurrencyCode());
        money("cost", record.total());
        money("inference", record.inference());
        money("idle", record.idle());
        money("support", record.support());
        money("retry", record.retry());
        money("elsewhere", record.meteredElsewhere().isZero() ? null : record.meteredElsewhere());
        money("revenue", record.revenue());
        money("allowance", record.allowance());
        text("prices", record.priceTable());
        text("repricedFrom", record.repricedFrom());
        text("release", record.release());
        text("promptVersion", record.promptVersion());
        text("case", record.caseId());
        text("session", record.session());
        text("tenant", record.tenant());
        attributes(record.attributes());
        out.writeNumberProperty("unpricedAttempts", record.unpricedAttempts());
        out.writeNumberProperty("estimatedAttempts", record.estimatedAttempts());
        out.writeName("attempts");
        out.writeStartArray();
        record.attempts().forEach(this::attempt);
        out.writeEndArray();
        out.writeEndObject();
    }

    private void attributes(Map<String, String> attributes) {
        if (!attributes.isEmpty()) {
            out.writeName("attributes");
            out.writeStartObject();
            attributes.forEach(this::text);
            out.writeEndObject();
        }
    }

    private void attempt(LedgerAttempt attempt) {
        out.writeStartObject();
        out.writeNumberProperty("call", attempt.call());
        text("service", attempt.service());
        text("provider", attempt.provider());
        text("model", attempt.model());
        text("result", attempt.result().label());
        text("part", attempt.part().label());
        flag("unbilled", !attempt.isBilled());
        usage(attempt.usage());
        text("quality", attempt.quality().label());
        flag("contradictory", attempt.isContradictory());
        if (attempt.durationNanos() > 0) {
            number("ms", millis(attempt.durationNanos()));
        }
        if (attempt.firstTokenNanos() >= 0) {
            number("firstTokenMs", millis(attempt.firstTokenNanos()));
        }
        text("tier", attempt.tier());
        text("region", attempt.region());
        text("response", attempt.responseId());
        text("unpriced", attempt.unpriced() == null ? null : attempt.unpriced().label());
        money("cost", attempt.cost());
        money("idle", attempt.idle());
        money("list", attempt.listCost());
        money("reported", attempt.reportedCost());
        flag("elsewhere", attempt.isMeteredElsewhere());
        lines(attempt.lines());
        out.writeEndObject();
    }

    private void usage(Usage usage) {
        out.writeName("usage");
        out.writeStartObject();
        for (int i = 0; i < usage.size(); i++) {
            Unit unit = usage.unit(i);
            if (unit.decimals() == 0) {
                out.writeNumberProperty(unit.unitName(), usage.count(unit));
            } else {
                number(unit.unitName(), plain(usage.quantity(unit)));
            }
        }
        out.writeEndObject();
    }

    private void lines(List<Charge.Line> lines) {
        if (lines.isEmpty()) {
            return;
        }
        out.writeName("lines");
        out.writeStartArray();
        for (Charge.Line line : lines) {
            out.writeStartObject();
            text("unit", line.unit().unitName());
            number("quantity", plain(line.quantity()));
            money("cost", line.cost());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void text(String name, @Nullable String value) {
        if (value != null) {
            out.writeName(name);
            out.writeString(value);
        }
    }

    private void flag(String name, boolean value) {
        if (value) {
            out.writeBooleanProperty(name, true);
        }
    }

    private void money(String name, @Nullable Money amount) {
        if (amount != null) {
            number(name, amount.toPlainString());
        }
    }

    private void number(String name, String digits) {
        out.writeName(name);
        out.writeNumber(digits);
    }

    private static String millis(long nanos) {
        return nanos % NANOS_PER_MILLI == 0
                ? Long.toString(nanos / NANOS_PER_MILLI)
                : plain(BigDecimal.valueOf(nanos, MILLI_DECIMALS));
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
