package io.unitcost.cli.gate;

import io.unitcost.gate.CaseMix;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How often production has each case: {@code unitcost export --format cases}, or SQL. */
final class CaseTable {

    /** A keyword in SQL, where it is called {@code caseId}. */
    private static final List<String> NAMES = List.of("case", "caseId");

    private CaseTable() {}

    static boolean isOne(Path file) {
        return column(file).isPresent();
    }

    private static Optional<String> column(Path file) {
        Set<String> columns = Csv.columns(file);
        return NAMES.stream().filter(columns::contains).findFirst();
    }

    static void read(Path file, CaseMix.Builder mix) {
        String name = column(file).orElse(NAMES.get(0));
        Csv.read(
                file,
                List.of("feature", name, "requests"),
                row -> mix.add(row.text("feature"), row.textIfAny(name), row.count("requests")));
    }
}
