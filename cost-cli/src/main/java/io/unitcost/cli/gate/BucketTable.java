package io.unitcost.cli.gate;

import io.unitcost.gate.GateEvidence;
import io.unitcost.gate.GateEvidence.Bucket;
import java.nio.file.Path;
import java.util.Currency;
import java.util.List;

/** Sessions that another engine has added up: {@code unitcost export --format buckets}, or SQL. */
final class BucketTable {

    private static final List<String> NEEDED =
            List.of("feature", "bucket", "currency", "requests", "delivered", "cost");

    private BucketTable() {}

    static void read(Path file, GateEvidence evidence) {
        Csv.read(file, NEEDED, row -> evidence.add(bucket(row), currency(row)));
    }

    private static Bucket bucket(Csv row) {
        if (row.count("delivered") > row.count("requests")) {
            throw row.error("delivered " + row.text("delivered") + " of " + row.text("requests") + " requests");
        }
        return new Bucket(
                row.text("feature"),
                row.text("bucket"),
                (long) row.count("requests"),
                row.count("delivered"),
                row.number("cost"),
                row.numberIfAny("allowance"),
                (long) row.countIfAny("judged"),
                (long) row.countIfAny("missed"),
                (long) row.countIfAny("calls"),
                (long) row.countIfAny("unpriced"));
    }

    static Currency currency(Csv row) {
        try {
            return Currency.getInstance(row.text("currency"));
        } catch (IllegalArgumentException e) {
            throw row.error("currency '" + row.text("currency") + "' is none");
        }
    }
}
