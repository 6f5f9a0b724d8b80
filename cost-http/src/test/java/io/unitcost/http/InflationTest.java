package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.price.Usage;
import io.unitcost.usage.UsageReader;
import io.unitcost.usage.UsageReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed answers are read in whatever pieces they come, and given up where they are not what they say. */
class InflationTest {

    private static final byte[] TEXT = ("{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\""
                    + "word ".repeat(3_000) + "\"}}],\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":4}}")
            .getBytes(StandardCharsets.UTF_8);

    private final UsageReader reader = UsageReader.create();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 4_096, 1 << 20})
    void gzipIsReadInPiecesOfAnySize(int size) throws IOException {
        Inflation inflation = Inflation.of("gzip", reader);
        feed(inflation, gzipped(TEXT), size);
        assertRead(inflation);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4_096})
    void deflateIsReadInPiecesOfAnySize(int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream zip = new DeflaterOutputStream(bytes)) {
            zip.write(TEXT);
        }
        Inflation inflation = Inflation.of("deflate", reader);
        feed(inflation, bytes.toByteArray(), size);
        assertRead(inflation);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 1 << 20})
    void everyPartOfAHeaderIsPassedOver(int size) {
        for (int flags = 0; flags < 32; flags++) {
            UsageReader reader = UsageReader.create();
            Inflation inflation = Inflation.of("x-gzip", reader);
            feed(inflation, member(flags, new byte[] {1, 2, 3}, TEXT), size);
            assertThat(inflation.isReadable()).isTrue();
            assertThat(reader.report().usage()).as("flags %d", flags).isEqualTo(Usage.tokens(30, 4));
            inflation.end();
        }
    }

    @Test
    void anEmptyExtraPartIsOne() {
        Inflation inflation = Inflation.of("gzip", reader);
        feed(inflation, member(4 | 8, new byte[0], TEXT), 3);
        assertRead(inflation);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 1 << 20})
    void severalMembersAreOneText(int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int from = 0; from < TEXT.length; from += 5_000) {
            byte[] part = new byte[Math.min(5_000, TEXT.length - from)];
            System.arraycopy(TEXT, from, part, 0, part.length);
            bytes.write(gzipped(part));
            bytes.write(gzipped(new byte[0]));
        }
        bytes.write("and something else".getBytes(StandardCharsets.UTF_8));
        Inflation inflation = Inflation.of("gzip", reader);
        feed(inflation, bytes.toByteArray(), size);
        assertRead(inflation);
    }

    @Test
    void whatBreaksOffCouldBeReadSoFar() throws IOException {
        byte[] zipped = gzipped("{\"model\":\"m\",\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":4},\"more\":\""
                .concat("x".repeat(10_000))
                .getBytes(StandardCharsets.UTF_8));
        Inflation inflation = Inflation.of("gzip", reader);
        inflation.read(zipped, 0, zipped.length - 12);
        assertThat(inflation.isReadable()).isTrue();
        inflation.end();
        UsageReport report = reader.report();
        assertThat(report.usage()).isEqualTo(Usage.tokens(30, 4));
        assertThat(report.isComplete()).isFalse();
    }

    @Test
    void whatIsNotCompressedAtAllIsNotReadable() {
        for (String coding : new String[] {"gzip", "deflate"}) {
            Inflation inflation = Inflation.of(coding, reader);
            feed(inflation, TEXT, 100);
            assertThat(inflation.isReadable()).isFalse();
            inflation.end();
        }
        assertThat(reader.report().hasUsage()).isFalse();
    }

    @Test
    void nothingAtAllIsReadable() {
        Inflation inflation = Inflation.of("gzip", reader);
        inflation.read(new byte[0], 0, 0);
        assertThat(inflation.isReadable()).isTrue();
        inflation.end();
    }

    @Test
    void aCodingThatIsNotKnownIsNone() {
        assertThat(Inflation.of("br", reader)).isNull();
        assertThat(Inflation.of("gzip, gzip", reader)).isNull();
        assertThat(Inflation.of("", reader)).isNull();
    }

    @Test
    void aDictionaryThatNobodyHasIsNotReadable() {
        Deflater deflater = new Deflater();
        deflater.setDictionary("{\"model\":".getBytes(StandardCharsets.UTF_8));
        deflater.setInput(TEXT);
        deflater.finish();
        byte[] zipped = new byte[TEXT.length];
        int length = deflater.deflate(zipped);
        deflater.end();
        Inflation inflation = Inflation.of("deflate", reader);
        inflation.read(zipped, 0, length);
        assertThat(inflation.isReadable()).isFalse();
        inflation.end();
    }

    @Test
    void aBombIsGivenUp() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            byte[] megabyte = new byte[1 << 20];
            for (long i = 0; i <= Inflation.MOST >> 20; i++) {
                zip.write(megabyte);
            }
            zip.write(TEXT);
        }
        Inflation inflation = Inflation.of("gzip", reader);
        feed(inflation, bytes.toByteArray(), 1_000);
        assertThat(inflation.isReadable()).isFalse();
        inflation.end();
    }

    @Test
    void whatComesAfterTheEndIsIgnored() throws IOException {
        byte[] zipped = gzipped(TEXT);
        Inflation inflation = Inflation.of("gzip", reader);
        inflation.read(zipped, 0, 20);
        inflation.end();
        inflation.end();
        inflation.read(zipped, 20, zipped.length - 20);
        assertThat(reader.report().hasUsage()).isFalse();
    }

    @Test
    void randomBytesAndBrokenOnesThrowNothing() throws IOException {
        Random random = new Random(11);
        byte[] zipped = gzipped(TEXT);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = zipped.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (round % 5 == 0) {
                random.nextBytes(bytes);
            }
            Inflation inflation = Inflation.of(round % 2 == 0 ? "gzip" : "deflate", UsageReader.create());
            feed(inflation, bytes, 1 + random.nextInt(100));
            inflation.end();
        }
    }

    private void assertRead(Inflation inflation) {
        assertThat(inflation.isReadable()).isTrue();
        inflation.end();
        UsageReport report = reader.report();
        assertThat(report.usage()).isEqualTo(Usage.tokens(30, 4));
        assertThat(report.isComplete()).isTrue();
        assertThat(report.volume().characters()).isEqualTo(15_000);
    }

    /** In an array of its own each, so that nothing can be read that has not come yet. */
    private static void feed(Inflation inflation, byte[] bytes, int size) {
        for (int from = 0; from < bytes.length; from += size) {
            byte[] piece = new byte[Math.min(size, bytes.length - from)];
            System.arraycopy(bytes, from, piece, 0, piece.length);
            inflation.read(piece, 0, piece.length);
        }
    }

    private static byte[] gzipped(byte[] text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text);
        }
        return bytes.toByteArray();
    }

    /** A member with a header as its flags say: RFC 1952, 2.3. */
    private static byte[] member(int flags, byte[] extra, byte[] text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 0, 0, 0, 0, 0, 3});
        if ((flags & 4) != 0) {
            bytes.write(extra.length);
            bytes.write(0);
            bytes.writeBytes(extra);
        }
        if ((flags & 8) != 0) {
            bytes.writeBytes("a name\0".getBytes(StandardCharsets.ISO_8859_1));
        }
        if ((flags & 16) != 0) {
            bytes.writeBytes("a comment\0".getBytes(StandardCharsets.ISO_8859_1));
        }
        if ((flags & 2) != 0) {
            bytes.write(0);
            bytes.write(0);
        }
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(text);
        deflater.finish();
        byte[] zipped = new byte[text.length];
        bytes.write(zipped, 0, deflater.deflate(zipped));
        deflater.end();
        CRC32 check = new CRC32();
        check.update(text);
        for (long value : new long[] {check.getValue(), text.length}) {
            for (int shift = 0; shift < 32; shift += 8) {
                bytes.write((int) (value >> shift));
            }
        }
        return bytes.toByteArray();
    }
}
