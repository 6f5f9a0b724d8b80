package io.unitcost.cli.shell;

/** Text for terminals of every character set. */
public final class Texts {

    private Texts() {}

    /** The signs that messages use, in ASCII. */
    public static String ascii(String text) {
        return text.replace("×", "x").replace("→", "->").replace("…", "...");
    }

    /** Without what a terminal would obey, where a text is somebody else's. */
    public static String harmless(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\r\n]]", "?");
    }

    /** The same on one line: a name with a line break in it would write lines of its own. */
    public static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
