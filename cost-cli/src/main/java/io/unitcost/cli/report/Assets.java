package io.unitcost.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What is the same in every page: the look, the drawing, and the chart library. */
final class Assets {

    private static final String CHART_JS = "/META-INF/resources/webjars/chart.js/4.5.1/";

    private Assets() {}

    static String style() {
        return read("report.css");
    }

    static String drawing() {
        return read("report.js");
    }

    /** Chart.js with its licence comment, without the address of a map that is not there. */
    static String library() {
        return read(CHART_JS + "dist/chart.umd.min.js").replaceFirst("\n//# sourceMappingURL=\\S+\\s*$", "\n");
    }

    /** The library's licence, which has to go wherever it goes. */
    static String licence() {
        return read(CHART_JS + "LICENSE.md");
    }

    private static String read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a content security policy allows an inline script or style by. */
    static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
