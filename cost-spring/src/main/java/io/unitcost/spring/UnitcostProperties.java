package io.unitcost.spring;

import io.unitcost.ReportedCost;
import io.unitcost.ledger.FileLedgerSink;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What an application says in {@code unitcost.*}. Amounts are decimal text in US dollars; quote one with more than fifteen digits
 * in YAML, where a plain number passes through a double.
 *
 * @param enabled Whether anything is metered at all.
 * @param prices Where prices come from.
 * @param features Features by name: which requests belong to them, what they earn and may cost.
 * @param objectives Where the file of objectives is that the release gate reads too, such as cost-slo.json: a path, or with
 *     file: or classpath: before. A feature has its objective there or in the features.
 * @param pools Accelerator capacity of your own by name, which is the provider that its attempts name.
 * @param estimates Whether usage that nobody reported is estimated from the text, and flagged.
 * @param ledger One line for each request, in files.
 * @param limits Bounds on memory, meters and the age of requests.
 */
@ConfigurationProperties("unitcost")
public record UnitcostProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue Prices prices,
        @DefaultValue Map<String, Feature> features,
        @Nullable String objectives,
        @DefaultValue Map<String, Pool> pools,
        @DefaultValue("true") boolean estimates,
        @DefaultValue Ledger ledger,
        @DefaultValue Limits limits) {

    /**
     * Where prices come from. Overrides go before files, files before the remote list, that before the bundled table.
     *
     * @param overrides Prices of single models.
     * @param files Price files, the most important first: this library's format, LiteLLM's, genai-prices or models.dev.
     * @param checkFilesEvery How often files are looked at for changes.
     * @param bundled Whether the table that comes with the library is used for what nobody else prices.
     * @param remote A price list that is fetched from a server.
     * @param reportedCost What becomes of a cost that a provider reports beside the usage.
     * @param reportedCostOf The same for single providers, such as openrouter: use.
     */
    public record Prices(
            @DefaultValue List<PriceOverride> overrides,
            @DefaultValue List<Path> files,
            @DefaultValue("10s") Duration checkFilesEvery,
            @DefaultValue("true") boolean bundled,
            @DefaultValue Remote remote,
            @DefaultValue("compare") ReportedCost reportedCost,
            @DefaultValue Map<String, ReportedCost> reportedCostOf) {}

    /**
     * The price of one model or service.
     *
     * @param provider Who is paid, such as openai or pinecone.
     * @param model The model, or the name of the service.
     * @param rates Rates by unit, such as input-tokens: "2.50 per 1M".
     */
    public record PriceOverride(
            @Nullable String provider,
            @Nullable String model,
            @DefaultValue Map<String, String> rates) {}

    /**
     * A price list that is fetched from a server. An application starts without it, on the other prices.
     *
     * @param url Its address; https, or http to this machine. Nothing is fetched unless this is set.
     * @param every How often it is asked for.
     * @param timeout How long the whole exchange may take.
     * @param maxSize How large it may be, unpacked.
     * @param headers Headers of each request for it, such as Authorization.
     * @param allowPlainHttp Whether http to other machines is allowed: whoever is between can set the prices.
     */
    public record Remote(
            @Nullable URI url,
            @DefaultValue("6h") Duration every,
            @DefaultValue("20s") Duration timeout,
            @DefaultValue("16MB") DataSize maxSize,
            @DefaultValue Map<String, String> headers,
            @DefaultValue("false") boolean allowPlainHttp) {}

    /**
     * A feature: which requests belong to it, what it earns and may cost.
     *
     * @param paths Path patterns of its HTTP requests, with or without a method before: /chat/**, POST /orders/{id}/summary.
     * @param grpcMethods Its gRPC methods: package.Service/Method, or package.Service/* for all of a service.
     * @param revenue What a delivered request earns, in US dollars.
     * @param revenueBy What it earns by the value of an attribute of the request, such as its plan; others earn the revenue.
     * @param targetMargin The share of revenue that is to remain, from 0 to below 1: 0.8 lets a request cost 20 % of its revenue.
     * @param ceiling What a delivered request may cost, in US dollars; instead of a target margin.
     * @param p95 The latency that 95 % of its requests should meet.
     */
    public record Feature(
            @DefaultValue List<String> paths,
            @DefaultValue List<String> grpcMethods,
            @Nullable BigDecimal revenue,
            @Nullable RevenueBy revenueBy,
            @Nullable BigDecimal targetMargin,
            @Nullable BigDecimal ceiling,
            @Nullable Duration p95) {}

    /**
     * Revenue by an attribute of the request.
     *
     * @param attribute The attribute, as the application sets it on the request: plan.
     * @param amounts What a delivered request earns for each value of it, in US dollars.
     */
    public record RevenueBy(
            @Nullable String attribute, @DefaultValue Map<String, BigDecimal> amounts) {}

    /**
     * Accelerator capacity of your own.
     *
     * @param pricePerHour What one replica costs for an hour, accelerators and the node they sit in, in US dollars.
     * @param replicas How many replicas are paid for.
     * @param plannedUtilization The share of sustainable work that is planned, above 0 and at most 1.
     * @param models What one replica sustains of each model.
     */
    public record Pool(
            @Nullable BigDecimal pricePerHour,
            @DefaultValue("1") int replicas,
            @DefaultValue("0.5") BigDecimal plannedUtilization,
            @DefaultValue List<Calibration> models) {}

    /**
     * What one replica sustains of a model at its latency budget: requests per second with a reference request, or seconds per
     * thousand tokens.
     *
     * @param model The model as served.
     * @param requestsPerSecond Reference requests per second.
     * @param referenceInputTokens Input tokens of the reference request.
     * @param referenceOutputTokens Output tokens of the reference request.
     * @param outputWeight How many uncached input tokens an output token weighs.
     * @param cachedWeight How many uncached input tokens a cached one weighs.
     * @param secondsPer1kInput Seconds for a thousand input tokens; with the same for output, instead of requests per second.
     * @param secondsPer1kOutput Seconds for a thousand output tokens.
     */
    public record Calibration(
            @Nullable String model,
            @Nullable BigDecimal requestsPerSecond,
            @DefaultValue("0") long referenceInputTokens,
            @DefaultValue("0") long referenceOutputTokens,
            @Nullable BigDecimal outputWeight,
            @Nullable BigDecimal cachedWeight,
            @Nullable BigDecimal secondsPer1kInput,
            @Nullable BigDecimal secondsPer1kOutput) {}

    /**
     * One line for each request, in files. With a LedgerSink bean there is a ledger too, and nothing here about files counts.
     *
     * @param directory Where the files are. There are none unless this is set.
     * @param maxFileSize At which size a file ends; it also ends with the UTC day.
     * @param gzip Whether files that ended are compressed.
     * @param flushInterval How long a record waits in memory before it is given to the operating system.
     * @param fsync When files are forced to the device: never, each-file as it ends, or every-flush.
     * @param queueCapacity How many records may wait to be written; more are dropped and counted.
     * @param release The release that serves, of requests that name none by their attribute.
     * @param releaseAttribute The attribute of a request that names the release that serves it.
     * @param promptVersionAttribute The attribute of a request that names the version of its prompt.
     * @param caseAttribute The attribute of a request that names the case that is replayed.
     * @param sessionAttribute The attribute of a request that names its session, which is written as a pseudonym.
     * @param tenantAttribute The attribute of a request that names its tenant, which is written as a pseudonym.
     * @param salt The secret that pseudonyms are made with, 16 characters or more; without one they are others in every process.
     * @param attributes Further attributes of requests that are written, as they are.
     */
    public record Ledger(
            @Nullable String directory,
            @DefaultValue("256MB") DataSize maxFileSize,
            @DefaultValue("false") boolean gzip,
            @DefaultValue("1s") Duration flushInterval,
            @DefaultValue("each-file") FileLedgerSink.Fsync fsync,
            @DefaultValue("16384") int queueCapacity,
            @Nullable String release,
            @DefaultValue("release") String releaseAttribute,
            @DefaultValue("prompt.version") String promptVersionAttribute,
            @DefaultValue("case") String caseAttribute,
            @DefaultValue("session") String sessionAttribute,
            @DefaultValue("tenant") String tenantAttribute,
            @Nullable String salt,
            @DefaultValue List<String> attributes) {}

    /**
     * Bounds on memory, meters and the age of requests.
     *
     * @param features Feature names beside the configured ones; what comes later is called other.
     * @param models Models with a price that get tags of their own.
     * @param unpricedModels Combinations of feature and model without a price that get meters of their own.
     * @param services Support services that get tags of their own.
     * @param series Combinations of feature and priced model that get meters of their own.
     * @param linger How long an ended request waits for calls that are still open.
     * @param maxAge How old a request becomes before it is closed as forgotten.
     */
    public record Limits(
            @DefaultValue("100") int features,
            @DefaultValue("500") int models,
            @DefaultValue("50") int unpricedModels,
            @DefaultValue("100") int services,
            @DefaultValue("1000") int series,
            @DefaultValue("30s") Duration linger,
            @DefaultValue("15m") Duration maxAge) {}
}
