package io.unitcost.samples.demo;

import java.nio.charset.StandardCharsets;

/** Prompts and answers: text of about the right length, since only its length matters. */
final class Texts {

    private static final String SENTENCE = "What did the request cost, and what did it earn? ";
    private static final int LONGEST = 65_536;
    private static final String TEXT = SENTENCE.repeat(LONGEST / SENTENCE.length() + 1);
    private static final byte[] BYTES = TEXT.getBytes(StandardCharsets.US_ASCII);

    /** The text as bytes; callers do not write to it. */
    static byte[] bytes() {
        return BYTES;
    }

    static String text(int length) {
        return TEXT.substring(0, length);
    }

    /** How many characters a text of so many tokens has: 3.5 to 4.5 a token, by request, and not beyond a limit. */
    static int length(int tokens, int request) {
        double perToken = 3.5 + Math.floorMod(request * 31, 101) / 100.0;
        return (int) Math.min(LONGEST, tokens * perToken);
    }

    private Texts() {}
}
