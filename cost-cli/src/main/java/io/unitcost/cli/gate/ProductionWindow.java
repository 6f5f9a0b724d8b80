package io.unitcost.cli.gate;

import io.unitcost.cli.shell.DataException;
import io.unitcost.explain.CostCells;
import io.unitcost.gate.CaseMix;
import io.unitcost.gate.ReleaseGate;
import io.unitcost.ledger.LedgerReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a test run cannot know, from ledgers of production or from tables of them. */
final class ProductionWindow {

    private final CostCells.Builder cells = CostCells.builder();
    private final CaseMix.Builder mix = CaseMix.builder();
    private boolean hasCells;
    private boolean hasMix;

    private ProductionWindow() {}

    static ProductionWindow read(List<Path> paths) {
        ProductionWindow window = new ProductionWindow();
        List<Path> ledgers = new ArrayList<>();
        Set<Path> tables = new HashSet<>();
        for (Path path : paths) {
            if (!Csv.isTable(path)) {
                ledgers.add(path);
                continue;
            }
            if (!tables.add(path.toAbsolutePath().normalize())) {
                throw new DataException(
                        path + ": is given twice, and its requests would count twice; name each table once");
            }
            if (CaseTable.isOne(path)) {
                CaseTable.read(path, window.mix);
                window.hasMix = true;
            } else {
                CellTable.read(path, window.cells, List.of());
                window.hasCells = true;
            }
        }
        if (!ledgers.isEmpty()) {
            try (LedgerReader ledger = LedgerReader.open(ledgers)) {
                ledger.forEach(record -> {
                    window.cells.add(record);
                    window.mix.add(record);
                });
            }
            window.hasCells = true;
            window.hasMix = true;
        }
        return window;
    }

    void give(ReleaseGate.Builder gate) {
        if (hasCells) {
            gate.production(cells.build());
        }
        if (hasMix) {
            gate.caseMix(mix.build());
        }
    }
}
