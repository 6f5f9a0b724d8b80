package io.unitcost.samples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a trace in the format of the Azure LLM inference traces: {@code TIMESTAMP,ContextTokens,GeneratedTokens} with a
 * header, any line end, up to nine digits of a second, a last line with or without its end.
 */
final class TraceFile {

    static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int MOST_TOKENS = 100_000_000;
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    /**
     * A line of a trace.
     *
     * @param epochNanos the timestamp, read as UTC
     */
    record Row(long epochNanos, int inputTokens, int outputTokens) {}

    private final Path file;
    private int line;

    private TraceFile(Path file) {
        this.file = file;
    }

    /**
     * Reads all of a trace.
     *
     * @throws DataException if the file cannot be read, is of another format, or has no row
     */
    static List<Row> read(Path file) {
        TraceFile trace = new TraceFile(file);
        // one byte, one character: a stray byte is shown in the message instead of ending the reading
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            return trace.read(reader);
        } catch (NoSuchFileException e) {
            throw new DataException(
                    "trace " + file + ": there is no such file; name a CSV file with the columns " + HEADER);
        } catch (IOException e) {
            throw new DataException("trace " + file + ": cannot be read (" + e + "); name a CSV file");
        }
    }

    private List<Row> read(BufferedReader reader) throws IOException {
        String header = reader.readLine();
        line = 1;
        if (header == null || !withoutByteOrderMark(header).strip().equals(HEADER)) {
            throw wrong("the header", header, "make the first line " + HEADER);
        }
        List<Row> rows = new ArrayList<>();
        for (String text = reader.readLine(); text != null; text = reader.readLine()) {
            line++;
            if (!text.isBlank()) {
                rows.add(row(text));
            }
        }
        if (rows.isEmpty()) {
            throw new DataException("trace " + file + ": has a header and no rows; give at least one request");
        }
        return rows;
    }

    private Row row(String text) {
        String[] cells = text.split(",", -1);
        if (cells.length != 3) {
            throw wrong("the row", text, "write three values: " + HEADER);
        }
        return new Row(
                timestamp(cells[0].strip()),
                tokens("ContextTokens", cells[1].strip()),
                tokens("GeneratedTokens", cells[2].strip()));
    }

    private long timestamp(String text) {
        try {
            Instant time = LocalDateTime.parse(text, TIMESTAMP).toInstant(ZoneOffset.UTC);
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS_PER_SECOND), time.getNano());
        } catch (DateTimeParseException | ArithmeticException e) {
            throw wrong("TIMESTAMP", text, "write it like 2023-11-16 18:15:46.6805900");
        }
    }

    private int tokens(String column, String text) {
        try {
            int count = Integer.parseInt(text);
            if (count >= 0 && count <= MOST_TOKENS) {
                return count;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw wrong(column, text, "write a whole number from 0 to " + MOST_TOKENS);
    }

    private DataException wrong(String what, @Nullable String value, String remedy) {
        return new DataException("trace " + file + ", line " + line + ": " + what + " is "
                + (value == null ? "missing" : "'" + shortened(value) + "'") + "; " + remedy);
    }

    private static String shortened(String value) {
        return value.length() <= 60 ? value : value.substring(0, 60) + "...";
    }

    private static String withoutByteOrderMark(String header) {
        return header.startsWith("\u00ef\u00bb\u00bf") ? header.substring(3) : header;
    }
}
