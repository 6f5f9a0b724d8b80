package io.unitcost.cli.slo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text of this package's resources, with values for its {@code @names@}. */
final class Template {

    private static final Pattern PLACEHOLDER = Pattern.compile("@([a-z][a-z-]*)@");

    private Template() {}

    @SafeVarargs
    static String fill(String resource, Map<String, String>... values) {
        Map<String, String> all = new HashMap<>();
        for (Map<String, String> some : values) {
            all.putAll(some);
        }
        return PLACEHOLDER.matcher(read(resource)).replaceAll(match -> {
            String value = all.get(match.group(1));
            if (value == null) {
                throw new IllegalStateException(resource + ": nothing known as " + match.group());
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static String read(String resource) {
        try (InputStream in = Template.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + ": not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
