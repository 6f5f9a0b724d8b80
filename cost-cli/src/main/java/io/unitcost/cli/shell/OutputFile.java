package io.unitcost.cli.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that a command is to write: none of those that it reads, and none that it writes for something else. Looked at before anything is
 * read, and through links. A device, such as a pipe or a terminal, is no file.
 *
 * @param option that named it
 */
public record OutputFile(String option, Path path) {

    private static final String GZ = ".gz";

    /**
     * Refuses to write over a file that is read.
     *
     * @param by the option that reads it
     * @throws DataException naming the option, the file and the remedy
     */
    public void requireNot(String by, Path input) {
        if (same(path, input)) {
            throw new DataException(
                    option + ": " + path + " is read as " + by + ", and would be written over; name another file");
        }
    }

    /**
     * The same for a ledger, which may be a directory of files, or the name of a file that was compressed since. In a directory it refuses a
     * new name, too, that would make the file a ledger there.
     *
     * @throws DataException naming the option, the file and the remedy
     */
    public void requireNotIn(String by, Path ledger) {
        if (!Files.isDirectory(ledger)) {
            requireNot(by, ledger);
            if (!Files.exists(ledger)) {
                requireNot(by, ledger.resolveSibling(ledger.getFileName() + GZ));
            }
            return;
        }
        Path real = real(path);
        Path folder = real.getParent();
        if (isLedger(real) && folder != null && folder.equals(real(ledger))) {
            throw new DataException(option + ": " + path + " would be read as a part of the ledger in " + ledger
                    + "; name a file in another directory");
        }
    }

    /**
     * Refuses two names of one file.
     *
     * @throws DataException naming both options, the file and the remedy
     */
    public static void requireDistinct(List<OutputFile> files) {
        for (int i = 0; i < files.size(); i++) {
            for (OutputFile other : files.subList(0, i)) {
                if (same(files.get(i).path, other.path)) {
                    throw new DataException(files.get(i).option + ": " + files.get(i).path + " is what " + other.option
                            + " writes, too; name a file for each");
                }
            }
        }
    }

    private static boolean isLedger(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".jsonl") || name.endsWith(".jsonl" + GZ);
    }

    private static boolean same(Path one, Path other) {
        if (isNoFile(one) || isNoFile(other)) {
            return false;
        }
        try {
            if (Files.exists(one) && Files.exists(other)) {
                return Files.isSameFile(one, other);
            }
        } catch (IOException unreadable) {
            // the names decide
        }
        return real(one).equals(real(other));
    }

    private static boolean isNoFile(Path path) {
        return Files.exists(path) && !Files.isRegularFile(path);
    }

    /** As the file system has it; of a file that is not there yet, its folder. */
    private static Path real(Path path) {
        Path whole = path.toAbsolutePath();
        try {
            if (Files.exists(whole)) {
                return whole.toRealPath();
            }
            Path folder = whole.getParent();
            return folder != null && Files.exists(folder)
                    ? folder.toRealPath().resolve(String.valueOf(whole.getFileName()))
                    : whole.normalize();
        } catch (IOException unreadable) {
            return whole.normalize();
        }
    }
}
