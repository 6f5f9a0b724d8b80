package io.unitcost.spring.actuate;

import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceTable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Models that somebody may have meant. */
final class Nearest {

    private static final int MOST = 5;
    private static final int LONGEST = 100;
    private static final int OTHER_PROVIDER = 1;

    private record Candidate(String name, int distance) {}

    private Nearest() {}

    /** The nearest, {@code provider/id}, nearest first; empty when nothing is near. */
    static List<String> to(String provider, String model, PriceTable table) {
        String wanted = model.strip().toLowerCase(Locale.ROOT);
        if (wanted.isEmpty() || wanted.length() > LONGEST) {
            return List.of();
        }
        return table.models().stream()
                .map(price -> new Candidate(price.toString(), distance(provider, wanted, price)))
                .filter(candidate -> candidate.distance <= bound(wanted) + OTHER_PROVIDER)
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .limit(MOST)
                .map(Candidate::name)
                .toList();
    }

    private static int bound(String wanted) {
        return Math.max(1, wanted.length() / 4);
    }

    private static int distance(String provider, String wanted, ModelPrice price) {
        int elsewhere = price.provider().equalsIgnoreCase(provider) ? 0 : OTHER_PROVIDER;
        return elsewhere
                + Stream.concat(Stream.of(price.id()), price.aliases().stream())
                        .mapToInt(id -> edits(wanted, id.toLowerCase(Locale.ROOT), bound(wanted)))
                        .min()
                        .orElse(Integer.MAX_VALUE - OTHER_PROVIDER);
    }

    /** Letters to insert, remove or replace, and neighbours to swap; more than the bound is some larger number. */
    private static int edits(String one, String other, int bound) {
        if (Math.abs(one.length() - other.length()) > bound) {
            return bound + OTHER_PROVIDER + 1;
        }
        int[] before = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < last.length; j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                boolean same = one.charAt(i - 1) == other.charAt(j - 1);
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
                boolean swapped = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                row[j] = swapped ? Math.min(row[j], before[j - 2] + 1) : row[j];
            }
            int[] free = before;
            before = last;
            last = row;
            row = free;
        }
        int edits = last[other.length()];
        return edits <= bound ? edits : bound + OTHER_PROVIDER + 1;
    }
}
