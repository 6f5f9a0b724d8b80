package io.unitcost.cli;

/** Text for terminals of every character set. */
final class Texts {

    private Texts() {}

    /** The signs that messages use, in ASCII. */
    static String ascii(String text) {
        return text.replace("×", "x").replace("→", "->").replace("…", "...");
    }
}
