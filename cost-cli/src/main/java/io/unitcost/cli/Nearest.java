package io.unitcost.cli;

import io.unitcost.price.ModelPrice;
import io.unitcost.price.PriceTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Ids that somebody may have meant. */
final class Nearest {

    private static final int MOST = 5;
    private static final int LONGEST = 100;
    private static final int FEWEST_LETTERS = 3;

    private record Candidate(String name, int distance) {}

    private Nearest() {}

    /** The nearest models, {@code provider/id}, nearest first; empty when nothing is near. */
    static List<String> to(String asked, PriceTable table) {
        String wanted = asked.strip().toLowerCase(Locale.ROOT);
        if (wanted.length() > LONGEST) {
            return List.of();
        }
        List<Candidate> candidates = new ArrayList<>();
        for (ModelPrice price : table.models()) {
            int distance = distance(wanted, price.toString());
            distance = Math.min(distance, distance(wanted, price.id()));
            for (String alias : price.aliases()) {
                distance = Math.min(distance, distance(wanted, alias));
            }
            if (distance < Integer.MAX_VALUE) {
                candidates.add(new Candidate(price.toString(), distance));
            }
        }
        candidates.sort(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name));
        return candidates.stream().limit(MOST).map(Candidate::name).toList();
    }

    /** Few edits, or one name within the other; how many letters are different. */
    private static int distance(String wanted, String id) {
        String candidate = id.toLowerCase(Locale.ROOT);
        int bound = Math.max(1, Math.min(wanted.length(), candidate.length()) / 4);
        int edits = edits(wanted, candidate, bound);
        if (edits <= bound) {
            return edits;
        }
        boolean within = wanted.length() >= FEWEST_LETTERS && candidate.contains(wanted);
        return within ? bound + candidate.length() - wanted.length() : Integer.MAX_VALUE;
    }

    /** Letters to insert, remove or replace, and neighbours to swap; more than the bound is some larger number. */
    static int edits(String one, String other, int bound) {
        if (Math.abs(one.length() - other.length()) > bound) {
            return bound + 1;
        }
        int[] before = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < last.length; j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= other.length(); j++) {
                boolean same = one.charAt(i - 1) == other.charAt(j - 1);
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
                boolean swapped = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
                least = Math.min(least, row[j]);
            }
            if (least > bound) {
                return bound + 1;
            }
            int[] free = before;
            before = last;
            last = row;
            row = free;
        }
        return last[other.length()];
    }
}
