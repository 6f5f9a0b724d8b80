package io.unitcost.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads ledgers, one record at a time, in memory that depends on the longest line only. For one thread.
 *
 * <pre>{@code
 * try (LedgerReader ledger = LedgerReader.open(Path.of("costs"))) {
 *     ledger.forEach(record -> add(record.feature(), record.total()));
 * }
 * }</pre>
 *
 * <p>A last line without its line break that is no whole JSON object was being written when its process or disk went away. It is left out
 * and listed in {@link #halfWritten()}. Everything else that cannot be read is an error, because a ledger that silently lacks lines
 * proves nothing. Fields that are not known are passed over; a version that is not known is an error.
 */
public final class LedgerReader implements AutoCloseable {

    private static final String GZ = ".gz";

    private final Deque<Path> files;
    private final List<String> halfWritten = new ArrayList<>();
    private @Nullable LineSource lines;
    private String source = "";
    private long records;

    private LedgerReader(Deque<Path> files) {
        this.files = files;
    }

    /**
     * Reads files one after the other, plain or gzip by their content.
     *
     * @param paths files, or directories for all {@code *.jsonl} and {@code *.jsonl.gz} directly in them, by name
     * @throws LedgerException if there is no such file, none in a directory, or one twice
     */
    public static LedgerReader open(Path... paths) {
        return open(List.of(paths));
    }

    /** The same for a list of paths. */
    public static LedgerReader open(List<Path> paths) {
        Deque<Path> files = new ArrayDeque<>();
        for (Path path : paths) {
            files.addAll(Files.isDirectory(path) ? ledgersIn(path) : List.of(path));
        }
        Set<Path> seen = new HashSet<>();
        for (Path file : files) {
            if (!seen.add(file.toAbsolutePath().normalize())) {
                throw new LedgerException(
                        file + ": is given twice, and its requests would count twice; name each ledger once", null);
            }
            if (!Files.isReadable(file) && !Files.isReadable(compressed(file))) {
                throw new LedgerException(file + ": there is no such file, or it cannot be read; name a ledger", null);
            }
        }
        return new LedgerReader(files);
    }

    private static Path compressed(Path file) {
        return file.resolveSibling(file.getFileName() + GZ);
    }

    /**
     * Reads a stream, plain or gzip by its content.
     *
     * @param name shown in messages
     */
    public static LedgerReader read(InputStream in, String name) {
        LedgerReader reader = new LedgerReader(new ArrayDeque<>());
        reader.begin(in, name);
        return reader;
    }

    /**
     * Reads one line.
     *
     * @throws LedgerException if it is no record
     */
    public static LedgerRecord parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        try {
            return LedgerParser.parse(bytes, 0, bytes.length);
        } catch (LedgerParser.Malformed e) {
            throw new LedgerException("ledger record: " + e.getMessage() + "; " + e.remedy(), e);
        }
    }

    /** A compressed file and the plain one it was made of may both be there after a kill; they say the same. */
    private static List<Path> ledgersIn(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> ledgers = all.filter(LedgerReader::isLedger).sorted().toList();
            if (ledgers.isEmpty()) {
                throw new LedgerException(
                        directory + ": there is no *.jsonl or *.jsonl.gz in it; name a directory with ledgers", null);
            }
            return ledgers.stream()
                    .filter(file -> !ledgers.contains(compressed(file)))
                    .toList();
        } catch (IOException e) {
            throw new LedgerException(directory + ": cannot be listed: " + e.getMessage() + "; name files", e);
        }
    }

    private static boolean isLedger(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jsonl") || name.endsWith(".jsonl" + GZ);
    }

    /**
     * The next record, or {@code null} after the last one.
     *
     * @throws LedgerException if a line cannot be read; its message names the file, the line and the remedy
     */
    public @Nullable LedgerRecord next() {
        while (true) {
            LineSource current = lines;
            if (current == null) {
                Path file = files.poll();
                if (file == null) {
                    return null;
                }
                begin(open(file), file.toString());
                continue;
            }
            LedgerRecord read = next(current);
            if (read != null) {
                records++;
                return read;
            }
            close();
        }
    }

    private @Nullable LedgerRecord next(LineSource current) {
        try {
            while (current.next()) {
                if (current.isBlank()) {
                    continue;
                }
                try {
                    return LedgerParser.parse(current.buffer(), current.start(), current.length());
                } catch (LedgerParser.Malformed e) {
                    if (current.isTerminated() || !e.isNoJson()) {
                        throw new LedgerException(where() + e.getMessage() + "; " + e.remedy(), e);
                    }
                    halfWritten.add(source + ":" + current.number());
                    return null;
                }
            }
            if (current.isCut()) {
                halfWritten.add(source + ":" + current.number());
            }
            return null;
        } catch (ZipException e) {
            throw new LedgerException(where() + "the gzip is broken: " + e.getMessage() + "; restore the file", e);
        } catch (IOException e) {
            throw new LedgerException(where() + "cannot be read: " + e.getMessage() + "; restore the file", e);
        }
    }

    /** Its writer may have compressed it meanwhile. */
    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(Files.exists(file) ? file : compressed(file));
        } catch (IOException e) {
            throw new LedgerException(file + ": cannot be opened: " + e + "; name a readable ledger", e);
        }
    }

    private void begin(InputStream in, String name) {
        source = name;
        try {
            lines = new LineSource(in);
        } catch (IOException e) {
            throw new LedgerException(name + ": cannot be read: " + e.getMessage() + "; name a readable ledger", e);
        }
    }

    private String where() {
        LineSource current = lines;
        return source + ":" + (current == null ? 0 : current.number()) + ": ";
    }

    /** Gives all records that are left, one after the other. */
    public void forEach(Consumer<? super LedgerRecord> action) {
        for (LedgerRecord record = next(); record != null; record = next()) {
            action.accept(record);
        }
    }

    /** All records that are left, as they are asked for. */
    public Stream<LedgerRecord> stream() {
        return StreamSupport.stream(
                new Spliterators.AbstractSpliterator<LedgerRecord>(
                        Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
                    @Override
                    public boolean tryAdvance(Consumer<? super LedgerRecord> action) {
                        LedgerRecord record = next();
                        if (record != null) {
                            action.accept(record);
                        }
                        return record != null;
                    }
                },
                false);
    }

    /** Where the last record stood: file and line, {@code costs.jsonl:17}. */
    public String position() {
        LineSource current = lines;
        return current == null ? source : source + ":" + current.number();
    }

    /** How many records were read so far. */
    public long records() {
        return records;
    }

    /** The last lines that were left out so far because they were not written to their end: {@code costs.jsonl:17}. */
    public List<String> halfWritten() {
        return List.copyOf(halfWritten);
    }

    /** Closes the file being read. */
    @Override
    public void close() {
        LineSource current = lines;
        lines = null;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                throw new LedgerException(source + ": cannot be closed: " + e.getMessage() + "; try again", e);
            }
        }
    }
}
