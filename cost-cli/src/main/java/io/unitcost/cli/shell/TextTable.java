package io.unitcost.cli.shell;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns, each to the left ({@code <}) or to the right ({@code >}). */
public final class TextTable {

    private static final String GAP = "  ";

    private final String alignment;
    private final List<List<String>> rows = new ArrayList<>();

    private TextTable(String alignment) {
        this.alignment = alignment;
    }

    /**
     * Without rows yet.
     *
     * @param alignment a character for each column: {@code <} or {@code >}
     */
    public static TextTable aligned(String alignment) {
        return new TextTable(alignment);
    }

    /** A row; cells that are not given are empty. */
    public TextTable row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    public List<String> lines() {
        int[] widths = new int[alignment.length()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String padding = " ".repeat(widths[i] - row.get(i).length());
            boolean left = alignment.charAt(i) == '<';
            line.append(GAP).append(left ? "" : padding).append(row.get(i)).append(left ? padding : "");
        }
        return line.toString().stripTrailing();
    }
}
