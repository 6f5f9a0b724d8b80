-- A recipe for ClickHouse 24 or newer. NOT RUN HERE: no test of this sample starts ClickHouse. Try it on a copy.
--
-- Fed with lines of a ledger as they are:
--   clickhouse client --query "INSERT INTO ai_cost_ledger FORMAT JSONEachRow" < ledger.jsonl
-- or from Kafka with a table of ENGINE = Kafka and kafka_format = 'JSONEachRow'.

SET input_format_skip_unknown_fields = 1;
SET input_format_null_as_default = 1;

CREATE TABLE ai_cost_ledger (
    id String,
    time DateTime64(3, 'UTC'),
    kind LowCardinality(String),
    feature LowCardinality(String),
    outcome LowCardinality(String),
    ms Decimal(18, 6),
    latencyBudget LowCardinality(String),
    currency LowCardinality(String),
    cost Decimal(18, 12),
    revenue Nullable(Decimal(18, 12)),
    allowance Nullable(Decimal(18, 12)),
    prices LowCardinality(String),
    release LowCardinality(String),
    `case` Nullable(String),
    session Nullable(String),
    unpricedAttempts UInt32,
    attempts Array(Tuple(
        service Nullable(String), provider String, model String, result String, part String, unpriced Nullable(String),
        cost Nullable(Decimal(18, 12)), idle Nullable(Decimal(18, 12)),
        lines Array(Tuple(unit String, quantity Decimal(38, 12), cost Decimal(18, 12)))))
)
-- a line that came twice goes away when parts are merged; read with FINAL where it must not count until then
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (feature, toStartOfHour(time), id);

-- The buckets of a day, kept as lines come in. Lines that come twice count twice here.
CREATE MATERIALIZED VIEW ai_cost_buckets
ENGINE = SummingMergeTree
ORDER BY (day, feature, currency, bucket)
AS SELECT
    toDate(time) AS day, feature, currency,
    reinterpretAsUInt16(reverse(substring(MD5(coalesce(session, `case`, id)), 1, 2))) % 200 AS bucket,
    countIf(kind = 'request') AS requests,
    countIf(kind = 'request' AND outcome = 'delivered') AS delivered,
    sum(cost) AS cost,
    sum(coalesce(revenue, 0)) AS revenue,
    sum(coalesce(allowance, 0)) AS allowance,
    countIf(kind = 'request' AND outcome = 'delivered' AND latencyBudget != 'none') AS judged,
    countIf(kind = 'request' AND outcome = 'delivered' AND latencyBudget = 'missed') AS missed,
    sum(length(attempts)) AS calls,
    sum(unpricedAttempts) AS unpriced
FROM ai_cost_ledger
WHERE kind != 'subrequest'
GROUP BY day, feature, currency, bucket;
