package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.DataException;
import io.unitcost.ledger.LedgerReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which ledger: files, or directories of them. */
final class LedgerOption {

    @Option(
            names = {"-l", "--ledger"},
            required = true,
            paramLabel = "FILE_OR_DIR",
            description = "A ledger, plain or gzip, or a directory of *.jsonl and *.jsonl.gz; as often as needed.")
    private List<Path> paths = new ArrayList<>();

    LedgerReader open() {
        return LedgerReader.open(paths);
    }

    /** @throws DataException if a ledger of this name would be read as a part of this one */
    void refuse(Path out) {
        Path folder = out.toAbsolutePath().normalize().getParent();
        String name = String.valueOf(out.getFileName());
        boolean ledger = name.endsWith(".jsonl") || name.endsWith(".jsonl.gz");
        for (Path path : paths) {
            if (ledger
                    && Files.isDirectory(path)
                    && path.toAbsolutePath().normalize().equals(folder)) {
                throw new DataException("--out: " + out + " would be read as a part of the ledger in " + path
                        + "; name a file in another directory");
            }
        }
    }

    /** @throws DataException always: a ledger without records says nothing */
    DataException empty() {
        return new DataException("there are no records in " + paths + "; name a ledger with records");
    }
}
