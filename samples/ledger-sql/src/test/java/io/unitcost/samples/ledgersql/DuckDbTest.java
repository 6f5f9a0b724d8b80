package io.unitcost.samples.ledgersql;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbTest {

    @Test
    void givesTheNumbersThatJavaGives(@TempDir Path folder) throws SQLException {
        Traffic.write(folder);
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
            Tables.Engine duckdb = sql -> run(connection, sql);
            Tables.run(duckdb, "duckdb.sql", folder + "/*.jsonl*");
            Tables.run(duckdb, "tables.sql", "");
            Tables.assertAgree(duckdb, folder);
        }
    }

    private static List<List<@Nullable Object>> run(Connection connection, String sql) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                ResultSet result = statement.getResultSet();
                while (result.next()) {
                    List<@Nullable Object> row = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.add(result.getObject(i));
                    }
                    rows.add(row);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
        return rows;
    }
}
