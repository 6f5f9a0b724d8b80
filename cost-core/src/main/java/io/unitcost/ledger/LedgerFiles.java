package io.unitcost.ledger;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The names of the files of a ledger in one directory: {@code PREFIX-2026-11-21-0001.jsonl}. A name is never used twice, so that several
 * processes can write to one directory, and a file that a killed process left is not written to again.
 */
final class LedgerFiles {

    private static final int CHUNK = 1 << 16;
    private static final String SUFFIX = ".jsonl";
    private static final String GZ = ".gz";

    /** Makes a new file and opens it; fails if there is one. */
    interface Opener {
        FileChannel open(Path file) throws IOException;
    }

    static final Opener NEW_FILE =
            file -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path directory;
    private final String prefix;
    private final Opener opener;

    LedgerFiles(Path directory, String prefix, Opener opener) {
        this.directory = directory;
        this.prefix = prefix;
        this.opener = opener;
    }

    /** A file that has just been made. */
    record Opened(Path file, FileChannel channel) {}

    Opened open(LocalDate day) throws IOException {
        Files.createDirectories(directory);
        String start = prefix + '-' + day + '-';
        for (int number = highest(start) + 1; ; number++) {
            Path file = directory.resolve(start + String.format("%04d", number) + SUFFIX);
            try {
                return new Opened(file, opener.open(file));
            } catch (FileAlreadyExistsException e) {
                // another process was faster
            }
        }
    }

    private int highest(String start) throws IOException {
        Pattern name = Pattern.compile(Pattern.quote(start) + "([0-9]{4,9})" + Pattern.quote(SUFFIX) + ".*");
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> name.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    /**
     * Compresses a file that is done. The compressed one appears whole, and then the plain one goes: a kill between leaves both,
     * which say the same.
     */
    static void compress(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + GZ + ".part");
        try {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), CHUNK);
                    OutputStream out = new GZIPOutputStream(Files.newOutputStream(part), CHUNK)) {
                in.transferTo(out);
            }
            Files.move(part, file.resolveSibling(file.getFileName() + GZ), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        Files.delete(file);
    }
}
