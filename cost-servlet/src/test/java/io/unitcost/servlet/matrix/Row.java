package io.unitcost.servlet.matrix;

import java.util.Arrays;
import java.util.List;

/**
 * What a scenario came to in one cell of the matrix, over all its repetitions. Goes between class loaders as text.
 *
 * @param requests that reached the container's chain
 * @param unfinished opened, and not closed when the run was over
 * @param twice closed once too often
 * @param outcomes what they ended as, and how often
 * @param findings what is wrong, in words
 */
record Row(
        String scenario,
        boolean http2,
        int requests,
        int opened,
        int unfinished,
        int twice,
        String outcomes,
        List<String> findings) {

    private static final String TAB = "\t";

    String toText() {
        return String.join(
                TAB,
                scenario,
                Boolean.toString(http2),
                Integer.toString(requests),
                Integer.toString(opened),
                Integer.toString(unfinished),
                Integer.toString(twice),
                outcomes,
                String.join(TAB, findings));
    }

    static Row of(String text) {
        List<String> parts = Arrays.asList(text.split(TAB));
        return new Row(
                parts.get(0),
                Boolean.parseBoolean(parts.get(1)),
                Integer.parseInt(parts.get(2)),
                Integer.parseInt(parts.get(3)),
                Integer.parseInt(parts.get(4)),
                Integer.parseInt(parts.get(5)),
                parts.get(6),
                parts.subList(7, parts.size()));
    }
}
