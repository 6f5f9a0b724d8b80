package io.unitcost.cli.gate;

import io.unitcost.explain.CostCells;
import io.unitcost.explain.CostCells.Use;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The sums of a window: {@code unitcost export --format cells}, or SQL. A row of a feature without a model has its delivered requests and its
 * support; the others are models.
 */
final class CellTable {

    private static final List<String> NEEDED = List.of("feature", "provider", "model", "delivered", "attempts");

    private CellTable() {}

    static void read(Path file, CostCells.Builder cells, List<String> features) {
        Csv.read(file, NEEDED, row -> {
            if (features.isEmpty() || features.contains(row.text("feature"))) {
                add(row, cells);
            }
        });
    }

    private static void add(Csv row, CostCells.Builder cells) {
        String feature = row.text("feature");
        cells.feature(feature).delivered(row.countIfAny("delivered")).support(row.numberIfAny("support"));
        if (row.textIfAny("model") != null) {
            CostCells.Model model = cells.model(feature, row.text("provider") + "/" + row.text("model"))
                    .attempts(row.count("attempts"))
                    .idle(row.numberIfAny("idle"))
                    .fixed(row.numberIfAny("fixed"));
            for (Use use : Use.values()) {
                String name = use.name().toLowerCase(Locale.ROOT);
                model.used(use, row.countIfAny(name), row.numberIfAny(name + "_cost"));
            }
        }
    }
}
