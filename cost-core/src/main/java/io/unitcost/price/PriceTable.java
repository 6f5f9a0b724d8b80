package io.unitcost.price;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What models and services cost: an immutable snapshot with an id. Thread-safe.
 *
 * <p>A price is found by provider and by model id or alias, whatever their case and however the provider writes it: with
 * a path in front, with a date or a version behind. There is no prefix match: {@code command-a-plus} is not
 * {@code command-a}. What is not found is {@linkplain Unpriced#UNKNOWN_MODEL unpriced}, never free.
 *
 * <p>Support services are rows like models: provider {@code pinecone}, model {@code query}, a rate for
 * {@link Unit#REQUESTS}.
 */
public final class PriceTable {

    /** What {@link #picos} answers when a price is not a whole number of 10<sup>-12</sup>, or there is none. */
    public static final long NO_PICOS = -1;

    private static final String BUNDLED = "prices.json";

    private final String id;
    private final String name;
    private final LocalDate asOf;
    private final Currency currency;
    private final List<ModelPrice> models;
    private final Map<String, Map<String, ModelPrice>> byProvider;
    private final Map<String, Provider> providers;
    private final Directory directory;
    private final LoadReport report;

    /**
     * @param byProvider prices by provider id and model id or alias, both normalized; adjusted here to the terms of their
     *     providers
     */
    private PriceTable(
            String name,
            LocalDate asOf,
            Currency currency,
            Map<String, Map<String, ModelPrice>> byProvider,
            Map<String, Provider> providers,
            LoadReport report) {
        this.name = name;
        this.asOf = asOf;
        this.currency = currency;
        this.providers = Map.copyOf(providers);
        this.byProvider = PriceIndex.adjusted(byProvider, providers);
        Set<ModelPrice> distinct = new LinkedHashSet<>();
        this.byProvider.values().forEach(ids -> distinct.addAll(ids.values()));
        this.models = distinct.stream()
                .sorted(Comparator.comparing(ModelPrice::provider).thenComparing(ModelPrice::id))
                .toList();
        this.directory = new Directory(this.byProvider, this.providers);
        this.report = report;
        this.id = name + "@" + PriceIndex.contentHash(currency, this.byProvider, this.providers);
    }

    /**
     * The table that comes with the library: list prices of the main public models, in US dollars, as of
     * {@link #asOf()}. Read once, on first use.
     */
    public static PriceTable bundled() {
        return Bundled.TABLE;
    }

    /**
     * Reads a price file, in any of the formats that {@link #read(InputStream, String)} knows.
     *
     * @throws PriceTableException if the file does not exist, cannot be read or says something wrong; the message names
     *     the file, the line, the path within, the value and the remedy
     */
    public static PriceTable read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        } catch (NoSuchFileException e) {
            throw new PriceTableException(
                    "price file " + file.toAbsolutePath() + " does not exist; name a file in the format "
                            + PriceFileReader.FORMAT + ", or one of LiteLLM, genai-prices or models.dev",
                    e);
        } catch (IOException | UncheckedIOException e) {
            throw new PriceTableException("price file " + file.toAbsolutePath() + " cannot be read: " + e, e);
        }
    }

    /**
     * Reads prices from a stream, which the caller closes. The format is told by the content: {@code unitcost-prices/1},
     * LiteLLM's price file, genai-prices v2, or models.dev. What a public format says that has no place here is in the
     * {@link #report()}.
     *
     * @param in JSON, UTF-8
     * @param source what to call the stream in messages
     * @throws PriceTableException as {@link #read(Path)}
     */
    public static PriceTable read(InputStream in, String source) {
        return PriceFormat.read(in, source);
    }

    /**
     * Starts a table in US dollars, as of today.
     *
     * @param name letters, digits and {@code . _ -}; part of the id on every record
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** The name and a hash of the content: two tables with the same id price everything alike. */
    public String id() {
        return id;
    }

    /** The name alone. */
    public String name() {
        return name;
    }

    /** The day these prices were looked up. */
    public LocalDate asOf() {
        return asOf;
    }

    /** The one currency of this table. */
    public Currency currency() {
        return currency;
    }

    /** How many models and services have a price. */
    public int size() {
        return models.size();
    }

    /** All prices, sorted by provider and model. */
    public List<ModelPrice> models() {
        return models;
    }

    /** What was read to make this table, and what of it could not be taken over. Empty for a table that was built. */
    public LoadReport report() {
        return report;
    }

    /** Whether there is a price for this provider and model. */
    public boolean has(String provider, String model) {
        return directory.find(provider, model).isFound();
    }

    /**
     * The price of a model, and how it was found. Never throws.
     *
     * @param provider who is paid; {@code null} to look for the one maker that has the model
     * @param model the model as served, however the provider writes it
     */
    public PriceMatch find(@Nullable String provider, String model) {
        return directory.find(provider, model);
    }

    /**
     * What this usage costs. Never throws: what has no price says so.
     *
     * @param provider who is paid, such as {@code openai}; {@code null} to look for the one maker that has the model
     * @param model the model as served
     * @param usage inclusive counts; {@link Usage#NONE} is {@linkplain Unpriced#NO_USAGE unpriced}, not free, unless all that
     *     the model costs is a fee for each request
     * @param at when: prices change, and some depend on the time of day
     */
    public Charge charge(@Nullable String provider, String model, Usage usage, Instant at) {
        return charge(provider, model, null, null, usage, millis(at));
    }

    /**
     * What this usage costs, in a service tier and region. Never throws: what has no price says so.
     *
     * @param provider who is paid, such as {@code openai}; {@code null} to look for the one maker that has the model
     * @param model the model as served
     * @param serviceTier the tier that served, {@code null} or a name that the price does not know for the standard
     * @param region the region that served, {@code null} or a name that the price does not know for none
     * @param usage inclusive counts; {@link Usage#NONE} is {@linkplain Unpriced#NO_USAGE unpriced}, not free, unless all that
     *     the model costs is a fee for each request
     * @param atMillis when, in milliseconds since the epoch: prices change, and some depend on the time of day
     */
    public Charge charge(
            @Nullable String provider,
            String model,
            @Nullable String serviceTier,
            @Nullable String region,
            Usage usage,
            long atMillis) {
        return directory.find(provider, model).charge(usage, serviceTier, region, atMillis);
    }

    /**
     * The same as {@link #charge(String, String, String, String, Usage, long) charge}, as one number and without making an
     * object: for routers and samplers that compare prices many times a request.
     *
     * @return the exact cost in 10<sup>-12</sup> of the currency, or {@link #NO_PICOS} when it is not a whole number of them,
     *     is more than about 9.2 million, or is not known completely; {@code charge} tells which
     */
    public long picos(
            @Nullable String provider,
            String model,
            @Nullable String serviceTier,
            @Nullable String region,
            Usage usage,
            long atMillis) {
        return directory.find(provider, model).picos(usage, serviceTier, region, atMillis);
    }

    /**
     * This table, and behind it another one for what this one does not have: a file of one's own over the bundled list. A
     * model that this table prices is priced here under the other table's aliases too: its dated snapshots follow it,
     * unless they have a row of their own here. What this table says about a provider, such as a discount or a deployment
     * name, holds for the other table's models too. A provider is the same under each of its names: a file may say
     * {@code xai} for the bundled {@code x-ai}. The new table's name joins both names with {@code +}, its date is the
     * older one.
     *
     * @throws IllegalArgumentException if the currencies differ
     */
    public PriceTable over(PriceTable fallback) {
        if (!currency.equals(fallback.currency)) {
            throw new IllegalArgumentException("price table " + id + " is in " + currency + " but " + fallback.id
                    + " is in " + fallback.currency + "; convert one with convertedTo(currency, rate)");
        }
        Map<String, Map<String, ModelPrice>> layered = new HashMap<>();
        fallback.byProvider.forEach((provider, ids) -> layered.put(provider, new HashMap<>(ids)));
        byProvider.forEach((name, ids) ->
                PriceIndex.lay(ids, layered.computeIfAbsent(fallback.directory.idOf(name), p -> new HashMap<>())));
        Map<String, Provider> terms = new HashMap<>(fallback.providers);
        providers.forEach(
                (name, own) -> terms.merge(fallback.directory.idOf(name), own, (theirs, ours) -> ours.over(theirs)));
        LocalDate older = asOf.isBefore(fallback.asOf) ? asOf : fallback.asOf;
        return new PriceTable(name + "+" + fallback.name, older, currency, layered, terms, report.and(fallback.report));
    }

    /**
     * This table in another currency, at a rate that the caller states.
     *
     * @param rate how much one unit of this table's currency is in the other, as decimal text, above zero
     * @throws IllegalArgumentException if the rate is not a decimal number above zero
     */
    public PriceTable convertedTo(Currency other, String rate) {
        BigDecimal factor = Decimals.parse(rate, "exchange rate");
        if (factor.signum() <= 0) {
            throw new IllegalArgumentException(
                    "exchange rate: " + rate + " is not above zero; say how much one " + currency + " is in " + other);
        }
        Map<ModelPrice, ModelPrice> converted = new HashMap<>();
        models.forEach(price ->
                converted.put(price, new ModelPrice(price.definition().converted(factor), Adjustment.NONE, other)));
        Map<String, Map<String, ModelPrice>> index = new HashMap<>();
        byProvider.forEach((provider, ids) -> {
            Map<String, ModelPrice> same = index.computeIfAbsent(provider, p -> new HashMap<>());
            ids.forEach((id, price) -> same.put(id, Objects.requireNonNull(converted.get(price))));
        });
        Map<String, Provider> terms = new HashMap<>();
        providers.forEach((provider, own) -> terms.put(provider, own.converted(factor)));
        return new PriceTable(name, asOf, other, index, terms, report);
    }

    @Override
    public String toString() {
        return id + " (" + models.size() + " prices in " + currency + " as of " + asOf + ")";
    }

    /**
     * Writes the table in the format {@code unitcost-prices/1}, UTF-8, sorted. What is read back prices everything alike
     * and has the same content hash; notes of a file that was read are not in it.
     *
     * @param out stays open
     * @throws IOException if it cannot be written
     */
    public void writeTo(OutputStream out) throws IOException {
        out.write(PriceFileWriter.write(this, byProvider).getBytes(StandardCharsets.UTF_8));
    }

    /** The same prices as a table of another name and day: what a list is called when it is kept. */
    public PriceTable named(String other, LocalDate day) {
        return new PriceTable(requireName(other), day, currency, byProvider, providers, report);
    }

    /** Only some of the prices, and what is said about their providers, or about every provider. */
    public PriceTable only(Predicate<ModelPrice> wanted) {
        Map<String, Map<String, ModelPrice>> some = new HashMap<>();
        byProvider.forEach((provider, ids) -> ids.forEach((id, price) -> {
            if (wanted.test(price)) {
                some.computeIfAbsent(provider, p -> new HashMap<>()).put(id, price);
            }
        }));
        Map<String, Provider> terms = new HashMap<>(providers);
        terms.keySet().removeIf(provider -> !some.containsKey(provider) && !provider.equals(Provider.ANY));
        return new PriceTable(name, asOf, currency, some, terms, report);
    }

    /** What the table says about providers, by normalized id. */
    Map<String, Provider> providers() {
        return providers;
    }

    /** The nearest millisecond there is. */
    private static long millis(Instant at) {
        try {
            return at.toEpochMilli();
        } catch (ArithmeticException beyond) {
            return at.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** How many ways of writing an id are remembered. */
    long remembered() {
        return directory.remembered();
    }

    private static String key(ModelPrice.Definition definition) {
        return definition.provider() + "/" + definition.id();
    }

    static String requireId(String text, String what) {
        if (text.isBlank() || !text.equals(text.strip()) || text.length() > 200) {
            throw new IllegalArgumentException(
                    what + " '" + text + "' is blank, has blanks around it or is longer than 200 characters");
        }
        return text;
    }

    private static String requireName(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new PriceTableException("price table: '" + name
                    + "' is not a name; use up to 64 letters, digits and . _ - (it becomes part of the table's id)");
        }
        return name;
    }

    private static final class Bundled {
        static final PriceTable TABLE = load();

        private static PriceTable load() {
            try (InputStream in = Objects.requireNonNull(PriceTable.class.getResourceAsStream(BUNDLED), BUNDLED)) {
                return read(in, "bundled " + BUNDLED);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Collects prices; one thread at a time. Errors name the model and the remedy. */
    public static final class Builder {
        private final String name;
        private LocalDate asOf = LocalDate.now(ZoneOffset.UTC);
        private Currency currency = Money.USD;
        private final Map<String, ModelPrice.Definition> definitions = new LinkedHashMap<>();
        private final Map<String, Provider> providers = new LinkedHashMap<>();
        private LoadReport report = LoadReport.NONE;

        private Builder(String name) {
            this.name = requireName(name);
        }

        /** The day the prices were looked up; today (UTC) unless set. */
        public Builder asOf(LocalDate day) {
            this.asOf = day;
            return this;
        }

        /** The currency of every price in the table; US dollar unless set. */
        public Builder currency(Currency currency) {
            this.currency = currency;
            return this;
        }

        /**
         * Adds the price of a model or service.
         *
         * @param provider who is paid, such as {@code openai} or {@code pinecone}
         * @param model the exact model id, or the name of the service
         * @param prices sets at least one rate
         * @throws PriceTableException if the model is there already, has no rate, or a rate is not one
         */
        public Builder model(String provider, String model, Consumer<Model> prices) {
            Model collected = new Model(provider, model);
            try {
                prices.accept(collected);
                return add(collected.toDefinition());
            } catch (PriceTableException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                throw new PriceTableException(
                        "price table " + name + ": " + provider + "/" + model + ": " + e.getMessage(), e);
            }
        }

        /**
         * Says what holds for a provider as a whole: other names, deployments, where else to look, discount and margin.
         *
         * @param id the provider's id; {@code *} for the terms of every provider without a discount, margin or fee of its own
         * @throws PriceTableException if the provider was described before, or a value is not one
         */
        public Builder provider(String id, Consumer<ProviderTerms> terms) {
            try {
                ProviderTerms collected = new ProviderTerms(id);
                terms.accept(collected);
                return add(collected.build());
            } catch (PriceTableException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                throw new PriceTableException("price table " + name + ": provider " + id + ": " + e.getMessage(), e);
            }
        }

        Builder add(Provider provider) {
            if (providers.putIfAbsent(ModelIds.normalize(provider.id()), provider) != null) {
                throw new PriceTableException(
                        "price table " + name + ": provider " + provider.id() + " is there twice; remove one of them");
            }
            return this;
        }

        Builder report(LoadReport report) {
            this.report = report;
            return this;
        }

        Builder add(ModelPrice.Definition definition) {
            if (definitions.putIfAbsent(key(definition), definition) != null) {
                throw new PriceTableException(
                        "price table " + name + ": " + key(definition) + " is there twice; remove one of them");
            }
            return this;
        }

        /**
         * The table. The builder may go on; the table does not change with it.
         *
         * @throws PriceTableException if two models share an id or alias
         */
        public PriceTable build() {
            requireDistinctNames();
            List<ModelPrice> models = definitions.values().stream()
                    .map(definition -> new ModelPrice(definition.of(name + ", " + asOf), Adjustment.NONE, currency))
                    .toList();
            return new PriceTable(name, asOf, currency, PriceIndex.of(models), providers, report);
        }

        /** A name of a provider, and a pattern of a provider's models, stand for one thing each. */
        private void requireDistinctNames() {
            Map<String, String> names = new HashMap<>();
            definitions.values().forEach(one -> names.put(ModelIds.normalize(one.provider()), ""));
            if (names.containsKey(Provider.ANY)) {
                throw new PriceTableException("price table " + name + ": provider " + Provider.ANY
                        + " has models; it only stands for terms of every provider, so name theirs");
            }
            providers.keySet().forEach(id -> names.put(id, ""));
            providers.values().forEach(provider -> provider.aliases().forEach(alias -> {
                String other = names.put(ModelIds.normalize(alias), provider.id());
                if (other != null && !other.equals(provider.id())) {
                    throw new PriceTableException("price table " + name + ": '" + alias + "' is an alias of provider "
                            + provider.id() + " and " + (other.isEmpty() ? "a provider itself" : "of " + other)
                            + "; remove it from one of them");
                }
            }));
            Map<String, String> globs = new HashMap<>();
            definitions.values().forEach(one -> one.patterns().forEach(glob -> {
                String other = globs.put(one.provider() + "/" + ModelIds.normalize(glob), one.id());
                if (other != null) {
                    throw new PriceTableException("price table " + name + ": the pattern '" + glob + "' of provider "
                            + one.provider() + " stands for both " + other + " and " + one.id()
                            + "; remove it from one of them");
                }
            }));
        }
    }

    /** Collects the price of one model; lives only inside {@link Builder#model}. */
    public static final class Model {
        private final String provider;
        private final String id;
        private final Set<String> aliases = new LinkedHashSet<>();
        private final Set<String> patterns = new LinkedHashSet<>();
        private final PriceSheet sheet = new PriceSheet(false);
        private final List<ModelPrice.Period> periods = new ArrayList<>();
        private ModelPrice.@Nullable Source source;

        Model(String provider, String id) {
            this.provider = requireId(provider, "provider");
            this.id = requireId(id, "model");
        }

        /** Another exact id of the same model at the same price, such as a dated snapshot. */
        public Model alias(String alias) {
            if (!aliases.add(requireId(alias, "alias")) || alias.equals(id)) {
                throw new IllegalArgumentException("alias '" + alias + "' is there already; remove it");
            }
            return this;
        }

        /**
         * A listed pattern of ids of the same model at the same price, such as {@code ft:gpt-4o-mini:*} for fine-tuned ones.
         * Looked at last, the longest pattern first.
         *
         * @param glob at least four characters before the first {@code *}, which stands for one or more characters; at most
         *     two of them
         */
        public Model pattern(String glob) {
            int star = requireId(glob, "pattern").indexOf('*');
            if (star < 4 || glob.chars().filter(c -> c == '*').count() > 2) {
                throw new IllegalArgumentException("pattern '" + glob
                        + "': start with at least 4 characters and use * once or twice, like 'ft:gpt-4o-mini:*'");
            }
            patterns.add(glob);
            return this;
        }

        /**
         * The price of a unit.
         *
         * @param rate such as {@code 0.15 per 1M}; see {@link Rate#parse}
         * @throws IllegalArgumentException if the text is not a rate or the unit has one already
         */
        public Model rate(Unit unit, String rate) {
            return rate(unit, Rate.parse(rate));
        }

        /**
         * The price of a unit.
         *
         * @throws IllegalArgumentException if the unit has one already
         */
        public Model rate(Unit unit, Rate rate) {
            sheet.rate(unit, rate);
            return this;
        }

        /** Rates for requests with more than this many input tokens in all; what is not set keeps its base rate. */
        public Model above(long inputTokens, Map<Unit, Rate> rates) {
            sheet.above(inputTokens, rates);
            return this;
        }

        /** Rates for requests with at least this many input tokens in all; what is not set keeps its base rate. */
        public Model from(long inputTokens, Map<Unit, Rate> rates) {
            sheet.from(inputTokens, rates);
            return this;
        }

        /** The whole sheet: service tiers, regions, minimum billing and volume slices too. */
        public Model sheet(Consumer<PriceSheet> prices) {
            prices.accept(sheet);
            return this;
        }

        /**
         * What it costs at a time instead: a price change, past or future.
         *
         * @param from included; {@code null} for ever since
         * @param to excluded; {@code null} for ever after
         */
        public Model between(@Nullable Instant from, @Nullable Instant to, Consumer<PriceSheet> prices) {
            return period(from, to, null, built(prices));
        }

        /**
         * What it costs at times that come back each week instead, such as nights and weekends. More specific than a
         * price change; within dates, more specific still.
         *
         * @param from included; {@code null} for ever since
         * @param to excluded; {@code null} for ever after
         * @param zone whose days and hours are meant
         * @param days on which the window starts
         * @param start included
         * @param end excluded; not after the start means the next day, the same means a whole day
         */
        public Model weekly(
                @Nullable Instant from,
                @Nullable Instant to,
                ZoneId zone,
                Set<DayOfWeek> days,
                LocalTime start,
                LocalTime end,
                Consumer<PriceSheet> prices) {
            Weekly weekly = new Weekly(zone, List.of(new Weekly.Window(days, start, end)));
            return period(from, to, weekly, built(prices));
        }

        /** Where the price was read. */
        public Model source(String source) {
            return source(new ModelPrice.Source(source, null, null));
        }

        Model source(ModelPrice.@Nullable Source source) {
            this.source = source;
            return this;
        }

        Model period(@Nullable Instant from, @Nullable Instant to, @Nullable Weekly weekly, Sheet prices) {
            if (from == null && to == null && weekly == null) {
                throw new IllegalArgumentException("period: it says no time; give from, to or weekly");
            }
            if (from != null && to != null && !from.isBefore(to)) {
                throw new IllegalArgumentException("period: from " + from + " is not before to " + to);
            }
            ModelPrice.Period period = new ModelPrice.Period(from, to, weekly, prices);
            for (ModelPrice.Period other : periods) {
                if (period.isAmbiguousWith(other)) {
                    throw new IllegalArgumentException("period from " + from + " to " + to + " overlaps the one from "
                            + other.from() + " to " + other.to() + "; end one where the other starts");
                }
            }
            periods.add(period);
            return this;
        }

        PriceSheet sheet() {
            return sheet;
        }

        ModelPrice.Definition toDefinition() {
            return new ModelPrice.Definition(provider, id, aliases, patterns, sheet.build(), periods, source, "");
        }

        private static Sheet built(Consumer<PriceSheet> prices) {
            PriceSheet collected = new PriceSheet(false);
            prices.accept(collected);
            return collected.build();
        }
    }
}
