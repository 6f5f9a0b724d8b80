package io.unitcost.ledger;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a ledger as a tool does: on the calling thread, to a new file, failing aloud. An application's requests go through
 * {@link CostLedger}. For one thread.
 */
public final class LedgerWriter implements AutoCloseable {

    private static final int CHUNK = 1 << 16;

    private final OutputStream out;
    private final String target;
    private final RecordBuffer buffer = new RecordBuffer();

    private LedgerWriter(OutputStream out, String target) {
        this.out = out;
        this.target = target;
    }

    /**
     * Starts a new file; compressed if its name ends in {@code .gz}. Nothing is ever overwritten.
     *
     * @throws LedgerException if there is such a file already, or it cannot be made
     */
    public static LedgerWriter create(Path file) {
        try {
            OutputStream to = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            boolean gzip = file.getFileName().toString().endsWith(".gz");
            return new LedgerWriter(gzip ? new GZIPOutputStream(to, CHUNK) : to, file.toString());
        } catch (FileAlreadyExistsException e) {
            throw new LedgerException(
                    file + ": there is such a file, and a ledger is never overwritten; name a new one", e);
        } catch (IOException e) {
            throw new LedgerException(
                    file + ": cannot be made: " + e.getMessage() + "; name a file in a directory that is there", e);
        }
    }

    /** Writes to a stream, which {@link #close()} closes. */
    public static LedgerWriter to(OutputStream out, String name) {
        return new LedgerWriter(out, name);
    }

    /**
     * Writes a line.
     *
     * @throws LedgerException if it cannot be written
     */
    public void write(LedgerRecord record) {
        buffer.add(record);
        if (buffer.size() >= CHUNK) {
            try {
                buffer.writeTo(out);
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    /**
     * Closes the file.
     *
     * @throws LedgerException if what was written cannot be kept
     */
    @Override
    public void close() {
        try (out) {
            buffer.writeTo(out);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private LedgerException failed(IOException e) {
        return new LedgerException(
                target + ": cannot be written: " + e.getMessage() + "; make room, and write it anew", e);
    }
}
