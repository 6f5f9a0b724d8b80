-- How Spark SQL reads a ledger: plain or gzip files, as one path or a pattern. The rest is the same for every engine: tables.sql.
CREATE OR REPLACE TEMPORARY VIEW records (
    `id` STRING, `time` TIMESTAMP, `kind` STRING, `feature` STRING, `outcome` STRING,
    `ms` DECIMAL(18,6), `latencyBudget` STRING, `currency` STRING,
    `cost` DECIMAL(18,12), `inference` DECIMAL(18,12), `idle` DECIMAL(18,12), `support` DECIMAL(18,12),
    `retry` DECIMAL(18,12), `elsewhere` DECIMAL(18,12), `revenue` DECIMAL(18,12), `allowance` DECIMAL(18,12),
    `prices` STRING, `repricedFrom` STRING, `release` STRING, `promptVersion` STRING, `case` STRING,
    `session` STRING, `tenant` STRING, `unpricedAttempts` INT, `estimatedAttempts` INT,
    `attempts` ARRAY<STRUCT<`call`: INT, `service`: STRING, `provider`: STRING, `model`: STRING, `result`: STRING,
        `part`: STRING, `quality`: STRING, `unpriced`: STRING, `cost`: DECIMAL(18,12), `idle`: DECIMAL(18,12),
        `list`: DECIMAL(18,12), `reported`: DECIMAL(18,12), `elsewhere`: BOOLEAN,
        `lines`: ARRAY<STRUCT<`unit`: STRING, `quantity`: DECIMAL(38,12), `cost`: DECIMAL(18,12)>>>>)
USING json OPTIONS (path '${ledger}', mode 'FAILFAST');

CREATE OR REPLACE TEMPORARY VIEW ledger AS SELECT *, `case` AS caseId FROM records;
