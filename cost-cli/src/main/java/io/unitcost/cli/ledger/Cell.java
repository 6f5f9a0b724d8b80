package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.Numbers;
import io.unitcost.price.Money;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What stands in a cell of a CSV table (RFC 4180): exact numbers, and nothing for what is not known. */
final class Cell {

    private Cell() {}

    static String of(long count) {
        return Long.toString(count);
    }

    static String of(@Nullable BigDecimal number) {
        return number == null ? "" : Numbers.plain(number);
    }

    static String of(Money.Sum sum) {
        return sum.toMoney().toPlainString();
    }

    static String of(Money.Sum sum, boolean isKnown) {
        return isKnown ? of(sum) : "";
    }

    static String line(List<String> cells) {
        return cells.stream().map(Cell::quoted).collect(Collectors.joining(","));
    }

    private static String quoted(String cell) {
        boolean plain = true;
        for (int i = 0; i < cell.length() && plain; i++) {
            char c = cell.charAt(i);
            plain = c != ',' && c != '"' && c != '\n' && c != '\r';
        }
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
