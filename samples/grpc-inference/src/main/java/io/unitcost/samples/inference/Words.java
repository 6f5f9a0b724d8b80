package io.unitcost.samples.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The tokens of the played models: a word each. Engines take and give their numbers; both sides know the list. */
final class Words {

    private static final List<String> KNOWN = new ArrayList<>();

    static List<String> of(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    static synchronized List<Integer> ids(String text) {
        List<Integer> ids = new ArrayList<>();
        for (String word : of(text)) {
            int id = KNOWN.indexOf(word);
            if (id < 0) {
                id = KNOWN.size();
                KNOWN.add(word);
            }
            ids.add(id);
        }
        return ids;
    }

    static synchronized String text(List<?> ids) {
        return ids.stream().map(id -> KNOWN.get((Integer) id)).collect(Collectors.joining(" "));
    }

    private Words() {}
}
