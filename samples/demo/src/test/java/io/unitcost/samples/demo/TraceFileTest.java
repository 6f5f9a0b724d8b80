package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.samples.demo.TraceFile.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFileTest {

    private static final String HEADER = TraceFile.HEADER + "\r\n";

    @TempDir
    Path folder;

    @Test
    void readsSevenDigitsCarriageReturnsAndALastLineWithoutItsEnd() throws IOException {
        List<Row> rows = read(HEADER + "1970-01-01 00:00:01.6805900,374,44\r\n1970-01-01 00:01:00.0000001,0,16");
        assertThat(rows).containsExactly(new Row(1_680_590_000L, 374, 44), new Row(60_000_000_100L, 0, 16));
    }

    @Test
    void readsLineFeedsBlankLinesAndAByteOrderMark() throws IOException {
        List<Row> rows = read("\ufeff" + TraceFile.HEADER + "\n1970-01-01 00:00:00,1,2\n\n  \n");
        assertThat(rows).containsExactly(new Row(0, 1, 2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2023-11-16 18:15:46.68,374        | line 3 | '2023-11-16 18:15:46.68,374' | write three values",
                "2023-11-16 18:15:46.68,374,44,5   | line 3 | 44,5                         | write three values",
                "2023-11-16T18:15:46.68,374,44     | line 3 | '2023-11-16T18:15:46.68'     | write it like",
                "2023-02-31 18:15:46.68,374,44     | line 3 | TIMESTAMP                    | write it like",
                "2023-11-16 18:15:46.68,many,44    | line 3 | ContextTokens is 'many'      | write a whole number",
                "2023-11-16 18:15:46.68,-1,44      | line 3 | ContextTokens is '-1'        | write a whole number",
                "2023-11-16 18:15:46.68,374,       | line 3 | GeneratedTokens is ''        | write a whole number",
                "2023-11-16 18:15:46.68,374,1.5    | line 3 | GeneratedTokens is '1.5'     | write a whole number",
                "2023-11-16 18:15:46.68,374,9999999999999 | line 3 | '9999999999999'       | write a whole number",
            },
            quoteCharacter = '"')
    void aMalformedRowIsNamedWithFileLineValueAndRemedy(String row, String line, String value, String remedy) {
        assertThatThrownBy(() -> read(HEADER + "2023-11-16 18:15:46.68,374,44\r\n" + row + "\r\n"))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("trace.csv", line, value, remedy);
    }

    @Test
    void aFileOfAnotherKindIsRefusedWithOneMessage() {
        assertThatThrownBy(() -> read("")).hasMessageContainingAll("trace.csv, line 1", "missing", TraceFile.HEADER);
        assertThatThrownBy(() -> read("a,b,c\r\n")).hasMessageContainingAll("'a,b,c'", TraceFile.HEADER);
        assertThatThrownBy(() -> read(HEADER)).hasMessageContaining("no rows");
        assertThatThrownBy(() -> TraceFile.read(folder.resolve("none.csv"))).hasMessageContaining("there is no such");
        assertThatThrownBy(() -> TraceFile.read(folder)).hasMessageContaining("cannot be read");
    }

    private List<Row> read(String content) throws IOException {
        Path file = folder.resolve("trace.csv");
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
        return TraceFile.read(file);
    }
}
