-- The tables of a ledger, in SQL that DuckDB and Spark SQL both run. Work on another service's request is left out: that request's own
-- record has its cost.

CREATE OR REPLACE TEMPORARY VIEW attempts AS
SELECT feature, currency, a.service, a.provider, a.model, a.unpriced, a.cost, a.idle, a.lines
FROM (SELECT feature, currency, explode(attempts) AS a FROM ledger WHERE kind <> 'subrequest') AS each_attempt;

CREATE OR REPLACE TEMPORARY VIEW lines AS
SELECT feature, currency, provider, model, l.unit, l.quantity, l.cost,
    CASE
        WHEN l.unit LIKE 'cache%read%tokens%' THEN 'cached_input'
        WHEN l.unit LIKE 'cache%write%tokens%' THEN 'cache_write'
        WHEN l.unit LIKE 'input%tokens%' THEN 'fresh_input'
        WHEN l.unit LIKE 'output%tokens%' THEN 'output'
        WHEN l.unit = 'accelerator_seconds' THEN 'accelerator'
    END AS used
FROM (SELECT feature, currency, provider, model, explode(lines) AS l FROM attempts WHERE service IS NULL) AS each_line;

-- What each feature costs per delivered request, what is left of what it earns, and how much of its allowance it uses.
CREATE OR REPLACE TEMPORARY VIEW features AS
SELECT feature, currency,
    sum(CASE WHEN kind = 'request' AND outcome = 'delivered' THEN 1 ELSE 0 END) AS delivered,
    sum(cost) AS cost,
    sum(cost) / nullif(sum(CASE WHEN kind = 'request' AND outcome = 'delivered' THEN 1 ELSE 0 END), 0) AS cost_per_request,
    1 - sum(cost) / nullif(sum(revenue), 0) AS margin,
    sum(cost) / nullif(sum(allowance), 0) AS burn,
    sum(unpricedAttempts) AS unpriced
FROM ledger
WHERE kind <> 'subrequest'
GROUP BY feature, currency;

-- What a release gate reads: 200 buckets of sessions of each feature. The bucket is the first four digits of the MD5 of the session, or of
-- the case, or of the id, modulo 200. Any stable hash does.
CREATE OR REPLACE TEMPORARY VIEW buckets AS
SELECT feature, currency, bucket,
    sum(CASE WHEN kind = 'request' THEN 1 ELSE 0 END) AS requests,
    sum(delivered) AS delivered,
    sum(cost) AS cost,
    sum(revenue) AS revenue,
    sum(allowance) AS allowance,
    sum(CASE WHEN delivered = 1 AND latencyBudget <> 'none' THEN 1 ELSE 0 END) AS judged,
    sum(CASE WHEN delivered = 1 AND latencyBudget = 'missed' THEN 1 ELSE 0 END) AS missed,
    sum(calls) AS calls,
    sum(unpricedAttempts) AS unpriced
FROM (
    SELECT *,
        CASE WHEN kind = 'request' AND outcome = 'delivered' THEN 1 ELSE 0 END AS delivered,
        coalesce(size(attempts), 0) AS calls,
        ((instr('0123456789abcdef', substr(hash, 1, 1)) - 1) * 4096
            + (instr('0123456789abcdef', substr(hash, 2, 1)) - 1) * 256
            + (instr('0123456789abcdef', substr(hash, 3, 1)) - 1) * 16
            + (instr('0123456789abcdef', substr(hash, 4, 1)) - 1)) % 200 AS bucket
    FROM (SELECT *, md5(coalesce(session, caseId, id)) AS hash FROM ledger WHERE kind <> 'subrequest') AS hashed
) AS bucketed
GROUP BY feature, currency, bucket;

-- How often each case was asked for, which a release gate weighs its own cases by.
CREATE OR REPLACE TEMPORARY VIEW cases AS
SELECT feature, currency, caseId,
    sum(CASE WHEN kind = 'request' THEN 1 ELSE 0 END) AS requests,
    sum(CASE WHEN kind = 'request' AND outcome = 'delivered' THEN 1 ELSE 0 END) AS delivered,
    sum(cost) AS cost
FROM ledger
WHERE kind <> 'subrequest'
GROUP BY feature, currency, caseId;

-- What an explanation reads: models, services and delivered requests of each feature. All amounts of all rows are the cost of the ledger.
CREATE OR REPLACE TEMPORARY VIEW cell_parts AS
SELECT feature, currency, '' AS service, '' AS provider, '' AS model,
    CASE WHEN kind = 'request' AND outcome = 'delivered' THEN 1 ELSE 0 END AS delivered,
    0 AS calls, 0 AS attempts, 0 AS unpriced, 0.0 AS idle, 0.0 AS fixed, cost AS support,
    'nothing' AS used, 0.0 AS quantity, 0.0 AS spent
FROM ledger WHERE kind <> 'subrequest'
UNION ALL
SELECT feature, currency, '', '', '', 0, 0, 0, 0, 0.0, 0.0, -coalesce(cost, 0.0) - coalesce(idle, 0.0), 'nothing', 0.0, 0.0
FROM attempts
UNION ALL
SELECT feature, currency, coalesce(service, ''),
    CASE WHEN service IS NULL THEN provider ELSE '' END,
    CASE WHEN service IS NULL THEN model ELSE '' END,
    0, 1,
    CASE WHEN service IS NULL AND (coalesce(cost, 0.0) <> 0 OR coalesce(idle, 0.0) <> 0) THEN 1 ELSE 0 END,
    CASE WHEN unpriced IS NULL THEN 0 ELSE 1 END,
    CASE WHEN service IS NULL THEN coalesce(idle, 0.0) ELSE 0.0 END,
    CASE WHEN service IS NULL THEN coalesce(cost, 0.0) ELSE 0.0 END,
    CASE WHEN service IS NULL THEN 0.0 ELSE coalesce(cost, 0.0) + coalesce(idle, 0.0) END,
    'nothing', 0.0, 0.0
FROM attempts
UNION ALL
SELECT feature, currency, '', provider, model, 0, 0, 0, 0, 0.0, -cost, 0.0, used, quantity, cost
FROM lines WHERE used IS NOT NULL;

CREATE OR REPLACE TEMPORARY VIEW cells AS
SELECT feature, currency, service, provider, model,
    sum(delivered) AS delivered, sum(calls) AS calls, sum(attempts) AS attempts, sum(unpriced) AS unpriced,
    sum(CASE WHEN used = 'fresh_input' THEN quantity ELSE 0.0 END) AS fresh_input,
    sum(CASE WHEN used = 'fresh_input' THEN spent ELSE 0.0 END) AS fresh_input_cost,
    sum(CASE WHEN used = 'cached_input' THEN quantity ELSE 0.0 END) AS cached_input,
    sum(CASE WHEN used = 'cached_input' THEN spent ELSE 0.0 END) AS cached_input_cost,
    sum(CASE WHEN used = 'cache_write' THEN quantity ELSE 0.0 END) AS cache_write,
    sum(CASE WHEN used = 'cache_write' THEN spent ELSE 0.0 END) AS cache_write_cost,
    sum(CASE WHEN used = 'output' THEN quantity ELSE 0.0 END) AS output,
    sum(CASE WHEN used = 'output' THEN spent ELSE 0.0 END) AS output_cost,
    sum(CASE WHEN used = 'accelerator' THEN quantity ELSE 0.0 END) AS accelerator,
    sum(CASE WHEN used = 'accelerator' THEN spent ELSE 0.0 END) AS accelerator_cost,
    sum(idle) AS idle, sum(fixed) AS fixed, sum(support) AS support
FROM cell_parts
GROUP BY feature, currency, service, provider, model;
