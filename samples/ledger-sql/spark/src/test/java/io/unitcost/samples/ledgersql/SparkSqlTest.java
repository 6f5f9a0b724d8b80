package io.unitcost.samples.ledgersql;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSqlTest {

    @Test
    void givesTheNumbersThatJavaGives(@TempDir Path folder) throws IOException {
        Traffic.write(folder);
        try (SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.sql.session.timeZone", "UTC")
                .getOrCreate()) {
            Tables.Engine engine = sql -> run(spark, sql);
            Tables.run(engine, "spark.sql", folder + "/*.jsonl*");
            Tables.run(engine, "tables.sql", "");
            Tables.assertAgree(engine, folder);
        }
    }

    private static List<List<Object>> run(SparkSession spark, String sql) {
        List<List<Object>> rows = new ArrayList<>();
        for (Row row : spark.sql(sql).collectAsList()) {
            List<Object> cells = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                cells.add(row.get(i));
            }
            rows.add(cells);
        }
        return rows;
    }
}
