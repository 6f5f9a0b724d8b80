package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.DataException;
import io.unitcost.ledger.LedgerException;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;

/**
 * A ledger that is being made. It appears under its name when it is whole, and never in place of another file: until then it is
 * {@code NAME.part}, which goes away when the command fails and is no ledger when the process is killed.
 */
final class NewLedger implements AutoCloseable {

    private static final int CHUNK = 1 << 16;

    private final Path file;
    private final Path part;
    private final LedgerWriter writer;
    private boolean closed;

    private NewLedger(Path file, Path part, LedgerWriter writer) {
        this.file = file;
        this.part = part;
        this.writer = writer;
    }

    /** @throws DataException if there is such a file, or it cannot be made */
    static NewLedger create(Path file) {
        if (Files.exists(file)) {
            throw taken(file);
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            boolean gzip = file.getFileName().toString().endsWith(".gz");
            return new NewLedger(
                    file, part, LedgerWriter.to(gzip ? new GZIPOutputStream(out, CHUNK) : out, file.toString()));
        } catch (FileAlreadyExistsException e) {
            throw new DataException("--out: there is " + part
                    + ", which another run is writing or a killed one left behind; delete it, or name another file");
        } catch (IOException e) {
            throw new DataException(
                    "--out: " + file + " cannot be made: " + e + "; name a file in a directory that is there");
        }
    }

    private static DataException taken(Path file) {
        return new DataException("--out: there is a file " + file + ", and nothing is overwritten; name a new one");
    }

    void write(LedgerRecord record) {
        writer.write(record);
    }

    /** Ends the ledger and gives it its name. */
    void keep() {
        closed = true;
        writer.close();
        try {
            Files.createLink(file, part);
        } catch (FileAlreadyExistsException e) {
            throw taken(file);
        } catch (IOException | UnsupportedOperationException withoutLinks) {
            move();
        }
    }

    private void move() {
        try {
            Files.move(part, file);
        } catch (FileAlreadyExistsException e) {
            throw taken(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves nothing behind but what was kept. */
    @Override
    public void close() {
        try {
            if (!closed) {
                writer.close();
            }
        } catch (LedgerException unwritten) {
            // it goes away with what could be written
        }
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
