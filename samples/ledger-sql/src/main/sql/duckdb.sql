-- How DuckDB reads a ledger: plain or gzip files, as one path or a pattern. The rest is the same for every engine: tables.sql.
CREATE OR REPLACE TEMPORARY VIEW ledger AS
SELECT *, "case" AS caseId FROM read_json('${ledger}', format = 'newline_delimited', columns = {
    "id": 'VARCHAR', "time": 'TIMESTAMP', "kind": 'VARCHAR', "feature": 'VARCHAR', "outcome": 'VARCHAR',
    "ms": 'DECIMAL(18,6)', "latencyBudget": 'VARCHAR', "currency": 'VARCHAR',
    "cost": 'DECIMAL(18,12)', "inference": 'DECIMAL(18,12)', "idle": 'DECIMAL(18,12)', "support": 'DECIMAL(18,12)',
    "retry": 'DECIMAL(18,12)', "elsewhere": 'DECIMAL(18,12)', "revenue": 'DECIMAL(18,12)', "allowance": 'DECIMAL(18,12)',
    "prices": 'VARCHAR', "repricedFrom": 'VARCHAR', "release": 'VARCHAR', "promptVersion": 'VARCHAR', "case": 'VARCHAR',
    "session": 'VARCHAR', "tenant": 'VARCHAR', "unpricedAttempts": 'INTEGER', "estimatedAttempts": 'INTEGER',
    "attempts": 'STRUCT("call" INTEGER, "service" VARCHAR, "provider" VARCHAR, "model" VARCHAR, "result" VARCHAR,
        "part" VARCHAR, "quality" VARCHAR, "unpriced" VARCHAR, "cost" DECIMAL(18,12), "idle" DECIMAL(18,12),
        "list" DECIMAL(18,12), "reported" DECIMAL(18,12), "elsewhere" BOOLEAN,
        "lines" STRUCT("unit" VARCHAR, "quantity" DECIMAL(38,12), "cost" DECIMAL(18,12))[])[]'});

-- What others call these.
CREATE OR REPLACE TEMPORARY MACRO explode(list) AS unnest(list);
CREATE OR REPLACE TEMPORARY MACRO size(list) AS len(list);
