package io.unitcost.ledger;

import io.unitcost.AttemptCost.Result;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestCost.LatencyBudget;
import io.unitcost.RequestCost.Reaped;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one line of a ledger. Fields may stand in any order; those that are not known are passed over, and {@code null} is the same as
 * nothing.
 */
final class LedgerParser {

    private static final JsonFactory FACTORY = JsonFactory.builder().build();
    private static final int SHOWN = 120;
    private static final int MOST_DIGITS = 200;
    private static final int NANO_DECIMALS = 6;

    private final JsonParser in;
    private final Currency currency;
    private final StringBuilder path = new StringBuilder();

    private LedgerParser(JsonParser in, Currency currency) {
        this.in = in;
        this.currency = currency;
    }

    /** What is wrong with a line, and whether it is no JSON at all, as one is that was not written to its end. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean noJson;
        private final String remedy;

        Malformed(String what, String remedy, boolean noJson) {
            super(what, null, false, false);
            this.remedy = remedy;
            this.noJson = noJson;
        }

        boolean isNoJson() {
            return noJson;
        }

        String remedy() {
            return remedy;
        }
    }

    /** A value that cannot be; goes no further than this class. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String remedy;

        Refused(String what, String remedy) {
            super(what, null, false, false);
            this.remedy = remedy;
        }
    }

    static LedgerRecord parse(byte[] line, int offset, int length) throws Malformed {
        Currency currency = header(line, offset, length);
        try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), line, offset, length)) {
            LedgerParser parser = new LedgerParser(in, currency);
            try {
                LedgerRecord read = parser.record();
                if (in.nextToken() != null) {
                    throw new Malformed("there is more after the record", "keep one record in a line", false);
                }
                return read;
            } catch (Refused e) {
                throw new Malformed(parser.place() + e.getMessage(), e.remedy, false);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new Malformed(parser.place() + shown(String.valueOf(e.getMessage())), "correct it there", false);
            }
        } catch (JacksonException e) {
            throw noJson(e);
        }
    }

    private String place() {
        return path.isEmpty() ? "" : path.substring(1) + ": ";
    }

    /** Looks for what decides how the rest is read; our own writer puts it first. */
    private static Currency header(byte[] line, int offset, int length) throws Malformed {
        boolean versioned = false;
        Currency currency = null;
        try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), line, offset, length)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed("this is no JSON object", "name a ledger: one JSON object in a line", false);
            }
            while (!(versioned && currency != null) && in.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "v" -> versioned = version(in);
                    case "currency" -> currency = currency(in);
                    default -> in.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw noJson(e);
        }
        if (!versioned) {
            throw new Malformed("there is no version \"v\"", "name a ledger, whose lines begin with {\"v\":1", false);
        }
        if (currency == null) {
            throw new Malformed("there is no \"currency\"", "add it, such as \"currency\":\"USD\"", false);
        }
        return currency;
    }

    private static boolean version(JsonParser in) throws Malformed {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT || !in.getString().equals("" + LedgerRecord.VERSION)) {
            throw new Malformed(
                    "version "
                            + (in.currentToken() == JsonToken.VALUE_STRING
                                    ? '"' + shown(in.getString()) + '"'
                                    : shown(in.getString()))
                            + " is not known",
                    "read it with the version of unitcost that wrote it; this one reads version "
                            + LedgerRecord.VERSION,
                    false);
        }
        return true;
    }

    private static Currency currency(JsonParser in) throws Malformed {
        String code = in.getString();
        try {
            return Currency.getInstance(code);
        } catch (IllegalArgumentException e) {
            throw new Malformed("currency: '" + shown(code) + "' is none", "give an ISO 4217 code such as USD", false);
        }
    }

    private static Malformed noJson(JacksonException e) {
        return new Malformed("not valid JSON: " + shown(e.getOriginalMessage()), "remove or restore the line", true);
    }

    /** What a record says before it can be made. */
    private final class Draft {
        private final Map<String, @Nullable Money> amounts = new LinkedHashMap<>();
        private @Nullable String id;
        private @Nullable Instant time;
        private @Nullable String feature;
        private Kind kind = Kind.REQUEST;
        private @Nullable Outcome outcome;
        private @Nullable Reaped reaped;
        private long nanos;
        private LatencyBudget latencyBudget = LatencyBudget.NONE;
        private @Nullable String prices;
        private @Nullable String repricedFrom;
        private @Nullable String release;
        private @Nullable String promptVersion;
        private @Nullable String caseId;
        private @Nullable String session;
        private @Nullable String tenant;
        private Map<String, String> attributes = Map.of();
        private List<LedgerAttempt> attempts = List.of();

        private void field(String name) {
            switch (name) {
                case "id" -> id = text();
                case "time" -> time = time();
                case "kind" -> kind = word(Kind.class);
                case "feature" -> feature = text();
                case "outcome" -> outcome = word(Outcome.class);
                case "reaped" -> reaped = word(Reaped.class);
                case "ms" -> nanos = nanos();
                case "latencyBudget" -> latencyBudget = word(LatencyBudget.class);
                case "cost", "inference", "idle", "support", "retry", "elsewhere", "revenue", "allowance" ->
                    amounts.put(name, money());
                case "prices" -> prices = text();
                case "repricedFrom" -> repricedFrom = text();
                case "release" -> release = text();
                case "promptVersion" -> promptVersion = text();
                case "case" -> caseId = text();
                case "session" -> session = text();
                case "tenant" -> tenant = text();
                case "attributes" -> attributes = texts();
                case "attempts" -> attempts = list(LedgerParser.this::attempt);
                default -> in.skipChildren();
            }
        }

        private LedgerRecord toRecord() {
            LedgerRecord.Builder record = LedgerRecord.builder(
                            required(id, "id"), required(time, "time"), required(feature, "feature"), currency)
                    .kind(kind)
                    .outcome(required(outcome, "outcome"))
                    .reaped(reaped)
                    .durationNanos(nanos)
                    .latencyBudget(latencyBudget)
                    .revenue(amounts.get("revenue"))
                    .allowance(amounts.get("allowance"))
                    .meteredElsewhere(amount("elsewhere"))
                    .repricedFrom(repricedFrom)
                    .release(release)
                    .promptVersion(promptVersion)
                    .caseId(caseId)
                    .session(session)
                    .tenant(tenant)
                    .attributes(attributes)
                    .attempts(attempts)
                    .parts(amount("inference"), amount("idle"), amount("support"), amount("retry"));
            if (prices != null) {
                record.priceTable(prices);
            }
            LedgerRecord read = record.build();
            Money cost = required(amounts.get("cost"), "cost");
            if (!cost.equals(read.total())) {
                throw new Refused(
                        "cost: " + cost + " is not the sum of its parts, " + read.total(),
                        "restore the line: inference + idle + support + retry = cost");
            }
            return read;
        }

        private Money amount(String name) {
            return Objects.requireNonNullElseGet(amounts.get(name), () -> Money.zero(currency));
        }
    }

    private LedgerRecord record() {
        in.nextToken();
        Draft draft = new Draft();
        fields(draft::field);
        return draft.toRecord();
    }

    private LedgerAttempt attempt() {
        Fields known = new Fields();
        fields(known::field);
        return known.toAttempt();
    }

    /** What an attempt says before it can be made. */
    private final class Fields {
        private final LedgerAttempt.Builder attempt = LedgerAttempt.of("", "");
        private @Nullable String provider;
        private @Nullable String model;
        private @Nullable Result result;
        private Usage usage = Usage.NONE;
        private Quality quality = Quality.UNKNOWN;

        private void field(String name) {
            switch (name) {
                case "call" -> attempt.call(decimal().intValueExact());
                case "service" -> attempt.service(text());
                case "provider" -> provider = text();
                case "model" -> model = text();
                case "result" -> result = word(Result.class);
                case "unbilled" -> attempt.billed(!flag());
                case "usage" -> usage = usage();
                case "quality" -> quality = word(Quality.class);
                case "contradictory" -> attempt.contradictory(flag());
                case "ms" -> attempt.durationNanos(nanos());
                case "firstTokenMs" -> attempt.firstTokenNanos(nanos());
                case "tier" -> attempt.tier(text());
                case "region" -> attempt.region(text());
                case "response" -> attempt.responseId(text());
                case "unpriced" -> attempt.unpriced(word(Unpriced.class));
                case "cost" -> attempt.cost(money());
                case "idle" -> attempt.idle(money());
                case "list" -> attempt.listCost(money());
                case "reported" -> attempt.reportedCost(money());
                case "elsewhere" -> attempt.meteredElsewhere(flag());
                case "lines" -> attempt.lines(list(LedgerParser.this::line));
                default -> in.skipChildren();
            }
        }

        private LedgerAttempt toAttempt() {
            return attempt.provider(required(provider, "provider"))
                    .model(required(model, "model"))
                    .result(required(result, "result"))
                    .usage(usage, quality)
                    .build();
        }
    }

    private Charge.Line line() {
        String[] unit = new String[1];
        BigDecimal[] quantity = new BigDecimal[1];
        Money[] cost = new Money[1];
        fields(name -> {
            switch (name) {
                case "unit" -> unit[0] = text();
                case "quantity" -> quantity[0] = decimal();
                case "cost" -> cost[0] = money();
                default -> in.skipChildren();
            }
        });
        return new Charge.Line(
                Unit.of(required(unit[0], "unit")), required(quantity[0], "quantity"), required(cost[0], "cost"));
    }

    private Usage usage() {
        Usage.Builder usage = Usage.builder();
        fields(name -> usage.set(Unit.of(name), decimal()));
        Usage read = usage.build();
        if (read.isContradictory()) {
            throw new Refused("a count is below 0 or too large", "give counts from 0 to 2^63");
        }
        return read;
    }

    private Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        fields(name -> texts.put(name, text()));
        return texts;
    }

    /** Reads the object that begins here; the reader takes the value of each field, which is not {@code null}. */
    private void fields(Consumer<String> reader) {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw refused("an object");
        }
        int length = path.length();
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = in.currentName();
            path.append('.').append(name);
            if (in.nextToken() != JsonToken.VALUE_NULL) {
                reader.accept(name);
            }
            path.setLength(length);
        }
    }

    private <T> List<T> list(Supplier<T> element) {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw refused("a list");
        }
        List<T> read = new ArrayList<>();
        int length = path.length();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            path.append('[').append(read.size()).append(']');
            read.add(element.get());
            path.setLength(length);
        }
        return read;
    }

    private String text() {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw refused("a text in quotes");
        }
        return in.getString();
    }

    private boolean flag() {
        if (in.currentToken() != JsonToken.VALUE_TRUE && in.currentToken() != JsonToken.VALUE_FALSE) {
            throw refused("true or false");
        }
        return in.currentToken() == JsonToken.VALUE_TRUE;
    }

    private Instant time() {
        String text = text();
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new Refused("'" + shown(text) + "' is no time", "give one such as 2026-11-21T10:00:00.123Z");
        }
    }

    private Money money() {
        return Money.of(decimal(), currency);
    }

    /** Exact, and not so long that adding it to another one would take the memory. */
    private BigDecimal decimal() {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT && in.currentToken() != JsonToken.VALUE_NUMBER_FLOAT) {
            throw refused("a number");
        }
        BigDecimal number = in.getDecimalValue();
        if (number.precision() > MOST_DIGITS || Math.abs((long) number.scale()) > MOST_DIGITS) {
            throw new Refused("'" + shown(in.getString()) + "' has more than " + MOST_DIGITS + " digits", "give fewer");
        }
        return number;
    }

    private long nanos() {
        BigDecimal millis = decimal();
        if (millis.signum() < 0) {
            throw new Refused("'" + millis + "' is below 0", "give 0 or more");
        }
        return millis.movePointRight(NANO_DECIMALS)
                .setScale(0, RoundingMode.HALF_EVEN)
                .longValueExact();
    }

    private <E extends Enum<E>> E word(Class<E> type) {
        String text = text();
        try {
            return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            StringBuilder known = new StringBuilder();
            for (E word : type.getEnumConstants()) {
                known.append(known.isEmpty() ? "" : ", ").append(word.name().toLowerCase(Locale.ROOT));
            }
            throw new Refused("'" + shown(text) + "' is not known", "use one of " + known);
        }
    }

    private static <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new Refused("there is no \"" + name + "\"", "restore the line");
        }
        return value;
    }

    private Refused refused(String wanted) {
        return new Refused("found '" + shown(in.getString()) + "'", "give " + wanted);
    }

    /** A value as a message can carry it: one line, not too long. */
    private static String shown(String text) {
        String start = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        return start.replaceAll("\\p{Cntrl}", "�");
    }
}
