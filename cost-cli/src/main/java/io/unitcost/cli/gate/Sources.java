package io.unitcost.cli.gate;

import io.unitcost.cli.shell.DataException;
import io.unitcost.gate.GateEvidence;
import io.unitcost.gate.ReleaseGate;
import io.unitcost.ledger.LedgerReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What commands read: ledgers, or the small tables that any engine makes of them, whose names end in {@code .csv}. */
final class Sources {

    private Sources() {}

    static GateEvidence evidence(ReleaseGate gate, List<Path> paths) {
        GateEvidence evidence = gate.evidence();
        List<Path> ledgers = new ArrayList<>();
        Set<Path> tables = new HashSet<>();
        for (Path path : paths) {
            if (Csv.isTable(path)) {
                if (!tables.add(path.toAbsolutePath().normalize())) {
                    throw new DataException(
                            path + ": is given twice, and its requests would count twice; name each table once");
                }
                BucketTable.read(path, evidence);
            } else {
                ledgers.add(path);
            }
        }
        if (!ledgers.isEmpty()) {
            try (LedgerReader ledger = LedgerReader.open(ledgers)) {
                evidence.add(ledger);
            }
        }
        return evidence;
    }
}
