package io.unitcost.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.price.Money;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerReaderTest {

    private static final String HEAD =
            "{\"v\":1,\"id\":\"a-%d\",\"time\":\"2026-11-21T10:00:00.123Z\",\"kind\":\"request\","
                    + "\"feature\":\"chat\",\"outcome\":\"delivered\",\"ms\":812,\"latencyBudget\":\"none\",\"currency\":\"USD\"";
    private static final String LINE = HEAD + ",\"cost\":0.5,\"inference\":0.5,\"attempts\":[]}";

    @TempDir
    Path directory;

    @Test
    void readsWhatWasWritten_plainAndGzip_fromSeveralFilesAndADirectory() {
        List<LedgerRecord> records = new ArrayList<>();
        for (String name : List.of("a.jsonl", "b.jsonl.gz")) {
            try (LedgerWriter writer = LedgerWriter.create(directory.resolve(name))) {
                for (int i = 0; i < 1_000; i++) {
                    LedgerRecord record = record(name + i);
                    records.add(record);
                    writer.write(record);
                }
            }
        }

        assertThat(all(directory.resolve("a.jsonl"), directory.resolve("b.jsonl.gz")))
                .isEqualTo(records);
        assertThat(all(directory)).isEqualTo(records);
        try (LedgerReader reader = LedgerReader.open(directory)) {
            assertThat(reader.stream().map(LedgerRecord::id)).hasSize(2_000).doesNotHaveDuplicates();
            assertThat(reader.records()).isEqualTo(2_000);
            assertThat(reader.halfWritten()).isEmpty();
        }
    }

    @Test
    void aLastLineThatIsHalfWrittenIsLeftOutAndSaid_whereverItWasCut() {
        String whole = LINE.formatted(1) + "\n" + LINE.formatted(2) + "\n";
        String last = LINE.formatted(3);
        for (int cut = 1; cut < last.length(); cut++) {
            try (LedgerReader reader = read(whole + last.substring(0, cut))) {
                assertThat(reader.stream()).as("cut at %s", cut).hasSize(2);
                assertThat(reader.halfWritten()).containsExactly("costs.jsonl:3");
            }
        }
        try (LedgerReader reader = read(whole + last)) {
            assertThat(reader.stream()).hasSize(3);
            assertThat(reader.halfWritten()).isEmpty();
        }
    }

    @Test
    void aGzipThatWasCutGivesItsWholeLinesAndIsSaid_whereverItWasCut() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            text.append(LINE.formatted(i)).append('\n');
        }
        byte[] whole = gzip(text.toString());
        for (int cut = 2; cut < whole.length; cut += cut < 40 || cut > whole.length - 40 ? 1 : 17) {
            try (LedgerReader reader =
                    LedgerReader.read(new ByteArrayInputStream(Arrays.copyOf(whole, cut)), "costs.jsonl.gz")) {
                assertThat(reader.stream()).hasSizeLessThanOrEqualTo(300);
                assertThat(reader.halfWritten()).as("cut at %s", cut).hasSize(1);
            }
        }
        try (LedgerReader reader = LedgerReader.read(new ByteArrayInputStream(whole), "costs.jsonl.gz")) {
            assertThat(reader.stream()).hasSize(300);
            assertThat(reader.halfWritten()).isEmpty();
        }
    }

    @Test
    void aBrokenGzipIsNeverReadAsAWholeOne() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            text.append(LINE.formatted(i * 7919)).append('\n');
        }
        byte[] whole = gzip(text.toString());
        int errors = 0;
        int tried = 0;
        for (int at = 10; at < whole.length; at += 13) {
            tried++;
            byte[] broken = whole.clone();
            broken[at] ^= 0x55;
            try (LedgerReader reader = LedgerReader.read(new ByteArrayInputStream(broken), "costs.jsonl.gz")) {
                reader.forEach(record -> {});
                assertThat(reader.halfWritten()).as("broken at %s", at).isNotEmpty();
            } catch (LedgerException e) {
                errors++;
                assertThat(e).hasMessageMatching("(?s)costs\\.jsonl\\.gz:[0-9]+: .*; .*");
            }
        }
        assertThat(errors).isGreaterThan(tried / 2);
    }

    @Test
    void aHalfWrittenLastLineOfOneFileDoesNotHideTheNextFile() throws IOException {
        Files.writeString(directory.resolve("1.jsonl"), LINE.formatted(1) + "\n{\"v\":1,\"id");
        Files.writeString(directory.resolve("2.jsonl"), LINE.formatted(2) + "\n");

        try (LedgerReader reader = LedgerReader.open(directory)) {
            assertThat(reader.stream().map(LedgerRecord::id)).containsExactly("a-1", "a-2");
            assertThat(reader.halfWritten()).containsExactly(directory.resolve("1.jsonl") + ":2");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"v":1,"id                      | costs.jsonl:2: not valid JSON
            not json                        | costs.jsonl:2: not valid JSON
            []                              | costs.jsonl:2: this is no JSON object; name a ledger
            {}                              | costs.jsonl:2: there is no version "v"; name a ledger, whose lines begin with {"v":1
            {"v":2,"what":[1,{"x":2}]}      | costs.jsonl:2: version 2 is not known; read it with the version of unitcost that wrote it
            {"v":"1"}                       | costs.jsonl:2: version "1" is not known
            {"v":1}                         | costs.jsonl:2: there is no "currency"; add it, such as "currency":"USD"
            {"v":1,"currency":"XXYY"}       | costs.jsonl:2: currency: 'XXYY' is none; give an ISO 4217 code such as USD
            {"v":1,"currency":"USD"}        | costs.jsonl:2: there is no "id"; restore the line
            """)
    void aLineInTheMiddleThatIsNoRecordIsAnErrorThatSaysWhere(String line, String message) {
        try (LedgerReader reader = read(LINE.formatted(1) + "\n" + line + "\n" + LINE.formatted(3) + "\n")) {
            assertThat(reader.next()).isNotNull();
            assertThatThrownBy(reader::next)
                    .isInstanceOf(LedgerException.class)
                    .hasMessageStartingWith(message)
                    .hasMessageContaining("; ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "cost":1                                  | cost: 1 USD is not the sum of its parts, 0 USD; restore the line
            "cost":"0"                                | cost: found '0'; give a number
            "cost":1e999                              | cost: '1e999' has more than 200 digits; give fewer
            "inference":0.5                           | there is no "cost"
            "cost":0,"ms":-1                          | ms: '-1' is below 0
            "cost":0,"ms":1e190                       | ms:
            "cost":0,"time":"yesterday"               | time: 'yesterday' is no time; give one such as
            "cost":0,"outcome":"fine"                 | outcome: 'fine' is not known; use one of delivered, failed, cancelled
            "cost":0,"attempts":[{"provider":"p"}]    | there is no "model"
            "cost":0,"attempts":[{"usage":{"tokns":1}}] | attempts[0].usage.tokns: unit: there is no unit 'tokns'
            "cost":0,"attempts":[{"usage":{"requests":-1}}] | attempts[0].usage: a count is below 0
            "cost":0,"attempts":{}                    | attempts: found '{'; give a list
            "cost":0,"attempts":[{"provider":"p","model":"m","result":"failed"}] | attempt at p/m: it has neither a cost
            """)
    void aFieldThatCannotBeIsAnErrorThatSaysWhich(String fields, String message) {
        String line = HEAD.formatted(1).replace("\"ms\":812,", "") + "," + fields + "}";
        assertThatThrownBy(() -> LedgerReader.parse(line))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("; ");
    }

    @Test
    void passesOverFieldsThatItDoesNotKnow_takesNullForNothing_andAnyOrder() {
        LedgerRecord read = LedgerReader.parse(
                "{\"attempts\":[{\"new\":[{}],\"cost\":0.5,\"service\":null,\"result\":\"delivered\","
                        + "\"model\":\"m\",\"provider\":\"p\",\"quality\":\"reported\",\"usage\":{}}],\"future\":{\"a\":[1,2]},\"cost\":5e-1,"
                        + "\"inference\":0.50,\"outcome\":\"delivered\",\"tenant\":null,\"time\":\"2026-11-21T10:00:00Z\",\"feature\":\"f\","
                        + "\"id\":\"x\",\"currency\":\"USD\",\"v\":1}");

        assertThat(read.total()).isEqualTo(Money.usd("0.5"));
        assertThat(read.tenant()).isNull();
        assertThat(read.attempts()).hasSize(1);
        assertThat(read.attempts().get(0).service()).isNull();
    }

    @Test
    void aVersionThatIsNotKnownIsAnErrorEvenOnALastLineWithoutBreak() {
        try (LedgerReader reader = read(LINE.formatted(1) + "\n{\"v\":2}")) {
            assertThat(reader.next()).isNotNull();
            assertThatThrownBy(reader::next).hasMessageStartingWith("costs.jsonl:2: version 2 is not known");
        }
    }

    @Test
    void blankLinesAndEmptyFilesHoldNothing() throws IOException {
        try (LedgerReader reader = read("\n\r\n  \n" + LINE.formatted(1) + "\r\n\n")) {
            assertThat(reader.next()).isNotNull();
            assertThat(reader.position()).isEqualTo("costs.jsonl:4");
            assertThat(reader.next()).isNull();
        }
        for (String empty : new String[] {"", "\n", "\n\n"}) {
            try (LedgerReader reader = read(empty)) {
                assertThat(reader.next()).isNull();
                assertThat(reader.halfWritten()).isEmpty();
            }
        }
        try (LedgerReader reader = LedgerReader.read(new ByteArrayInputStream(gzip("")), "empty.gz")) {
            assertThat(reader.next()).isNull();
            assertThat(reader.halfWritten()).isEmpty();
        }
    }

    @Test
    void readsLongLinesAndRefusesEndlessOnes() {
        String long1 = "x".repeat(3_000_000);
        try (LedgerReader reader = read(LINE.formatted(1).replace("chat", long1) + "\n" + LINE.formatted(2) + "\n")) {
            assertThat(reader.stream().map(record -> record.feature().length())).containsExactly(3_000_000, 4);
        }
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] to, int offset, int length) {
                Arrays.fill(to, offset, offset + length, (byte) 'x');
                return length;
            }
        };
        try (LedgerReader reader = LedgerReader.read(endless, "endless")) {
            assertThatThrownBy(reader::next)
                    .hasMessageStartingWith("endless:1: cannot be read: the line is longer than 16777216 bytes");
        }
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> LedgerReader.open(Path.of("no-such.jsonl")))
                .hasMessage("no-such.jsonl: there is no such file, or it cannot be read; name a ledger");
        assertThatThrownBy(() -> LedgerReader.open(directory))
                .hasMessageEndingWith("there is no *.jsonl or *.jsonl.gz in it; name a directory with ledgers");
    }

    @Test
    void aWriterNeverOverwrites() throws IOException {
        Path file = Files.writeString(directory.resolve("a.jsonl"), "kept");
        assertThatThrownBy(() -> LedgerWriter.create(file))
                .hasMessage(file + ": there is such a file, and a ledger is never overwritten; name a new one");
        assertThat(file).hasContent("kept");
    }

    private static LedgerRecord record(String id) {
        return LedgerRecord.builder(id, Instant.parse("2026-11-21T10:00:00.5Z"), "chat", Money.USD)
                .build();
    }

    private static List<LedgerRecord> all(Path... paths) {
        try (LedgerReader reader = LedgerReader.open(paths)) {
            return reader.stream().toList();
        }
    }

    private static LedgerReader read(String text) {
        return LedgerReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "costs.jsonl");
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
