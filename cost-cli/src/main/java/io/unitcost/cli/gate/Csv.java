package io.unitcost.cli.gate;

import io.unitcost.cli.shell.DataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A table as every engine writes it: commas, quotes where needed (RFC 4180), a header that names the columns, in any order. */
final class Csv {

    private static final double MOST = 1e15;

    private final String source;
    private final Map<String, Integer> columns = new HashMap<>();
    private List<String> row = List.of();
    private int line;

    private Csv(String source) {
        this.source = source;
    }

    /** Whether a file is a table and not a ledger, by its name. */
    static boolean isTable(Path file) {
        return Files.isRegularFile(file) && file.getFileName().toString().endsWith(".csv");
    }

    /** The columns that a table has. */
    static Set<String> columns(Path file) {
        Csv csv = new Csv(file.toString());
        read(file, csv::header);
        return csv.columns.keySet();
    }

    /** Gives every row of a table, by reference to the same object. */
    static void read(Path file, List<String> needed, Consumer<Csv> reader) {
        Csv csv = new Csv(file.toString());
        read(file, in -> {
            csv.header(in);
            for (String column : needed) {
                if (!csv.columns.containsKey(column)) {
                    throw new DataException(file + ": column '" + column + "' is missing; the table needs "
                            + String.join(", ", needed));
                }
            }
            for (csv.row = csv.next(in); !csv.row.isEmpty(); csv.row = csv.next(in)) {
                if (csv.row.size() != csv.columns.size()) {
                    throw csv.error("it has " + csv.row.size() + " columns and the header " + csv.columns.size());
                }
                reader.accept(csv);
            }
        });
    }

    /** Reads lines. */
    private interface Lines {
        void read(BufferedReader in) throws IOException;
    }

    private static void read(Path file, Lines lines) {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            lines.read(in);
        } catch (MalformedInputException e) {
            throw new DataException(file + ": is not UTF-8; export it again");
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e.getMessage() + "; name a readable table");
        }
    }

    private void header(BufferedReader in) throws IOException {
        row = next(in);
        for (int i = 0; i < row.size(); i++) {
            String column = i == 0 ? row.get(i).replace("\uFEFF", "") : row.get(i);
            if (columns.put(column, i) != null) {
                throw error("there are two columns '" + column + "'");
            }
        }
    }

    /** The next row; empty at the end. */
    private List<String> next(BufferedReader in) throws IOException {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            line++;
            if (text.isEmpty() && !quoted) {
                continue;
            }
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    cell.append(c);
                    i++;
                } else if (c == '"') {
                    quoted = !quoted;
                } else if (c == ',' && !quoted) {
                    cells.add(cell.toString());
                    cell.setLength(0);
                } else {
                    cell.append(c);
                }
            }
            if (!quoted) {
                cells.add(cell.toString());
                return cells;
            }
            cell.append('\n');
        }
        if (quoted) {
            throw error("a quote is opened and never closed");
        }
        return List.of();
    }

    String text(String column) {
        return row.get(columns.getOrDefault(column, -1));
    }

    /** Empty when the table does not have the column. */
    @Nullable
    String textIfAny(String column) {
        Integer index = columns.get(column);
        return index == null || row.get(index).isEmpty() ? null : row.get(index);
    }

    /** 0 when the table does not have the column, or nothing in it. */
    double numberIfAny(String column) {
        return textIfAny(column) == null ? 0 : number(column);
    }

    /** A number of requests or calls. */
    double count(String column) {
        double count = number(column);
        if (count < 0 || count > MOST) {
            throw error(column + " '" + text(column) + "' is not a count");
        }
        return count;
    }

    double countIfAny(String column) {
        return textIfAny(column) == null ? 0 : count(column);
    }

    double number(String column) {
        String text = text(column);
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw error(column + " '" + text + "' is not a number");
    }

    DataException error(String what) {
        return new DataException(source + ":" + line + ": " + what + "; correct it there, or export it again");
    }
}
