package io.unitcost.price;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which providers write the id of one and the same model. Each form is looked up as a whole: a shorter form
 * is only tried when what was taken off is a date or a version, so that {@code command-a-plus} is never
 * {@code command-a}.
 */
final class ModelIds {

    private static final Pattern FULL_DATE = Pattern.compile("(.+)[-@](20[0-9]{2})-?([0-9]{2})-?([0-9]{2})");

    /** {@code -05-2026}, {@code -2026-05}, {@code -05-06}. */
    private static final Pattern SHORT_DATE = Pattern.compile(
            "(.+)-(?:(?:0[1-9]|1[0-2])-20[0-9]{2}|20[0-9]{2}-(?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])-[0-3][0-9])");

    /** {@code -latest}, {@code @default}; Bedrock's {@code -v1:0}, {@code :0}, {@code :48k}; Vertex's {@code -001}, {@code @001}. */
    private static final Pattern VERSION = Pattern.compile(
            "(.+?)(?:[-@]latest|@default|:[0-9]{1,4}k|-v[0-9]{1,2}:[0-9]{1,2}|:[0-9]{1,2}|[-@]0[0-9]{2})");

    private static final Pattern GEOGRAPHY =
            Pattern.compile("(global|us|eu|apac|jp|au|ca|uk|in|sa|me|af|il|us-gov)\\.(.+\\..+)");

    /** As deep as suffixes are taken off: a date behind a version behind a date does not occur. */
    private static final int MOST_SUFFIXES = 3;

    private static final String MODELS = "models/";

    private ModelIds() {}

    /** An id as it is compared: without blanks around it, in lower case. */
    static String normalize(String id) {
        return id.strip().toLowerCase(Locale.ROOT);
    }

    /** Dots, underscores and dashes alike: {@code claude-3.5-haiku} is {@code claude-3-5-haiku}. */
    static String folded(String id) {
        return id.replace('.', '-').replace('_', '-');
    }

    /** The forms to look up, the most faithful first; the first one is the id itself. */
    static List<String> forms(String normalized) {
        Set<String> forms = new LinkedHashSet<>();
        forms.add(normalized);
        String id = withoutPath(normalized);
        for (int i = 0; i < MOST_SUFFIXES; i++) {
            forms.add(id);
            String shorter = withoutSuffix(id, forms);
            if (shorter.equals(id)) {
                break;
            }
            id = shorter;
        }
        forms.add(id);
        return new ArrayList<>(forms);
    }

    /** The geography of a Bedrock inference profile and the id behind it, or {@code null}. */
    static String @Nullable [] geography(String id) {
        Matcher matcher = GEOGRAPHY.matcher(withoutPath(id));
        return matcher.matches() ? new String[] {matcher.group(1), matcher.group(2)} : null;
    }

    /** Without what leads to a model: {@code models/}, {@code publishers/google/models/}, an ARN. */
    private static String withoutPath(String id) {
        if (id.startsWith("arn:")) {
            return id.substring(id.lastIndexOf('/') + 1);
        }
        int models = id.startsWith(MODELS) ? 0 : id.lastIndexOf("/" + MODELS) + 1;
        boolean path = models > 0 || id.startsWith(MODELS);
        return path ? id.substring(models + MODELS.length()) : id;
    }

    private static String withoutSuffix(String id, Set<String> forms) {
        Matcher version = VERSION.matcher(id);
        if (version.matches()) {
            return version.group(1);
        }
        Matcher date = FULL_DATE.matcher(id);
        if (date.matches() && isDate(date)) {
            String name = date.group(1);
            forms.add(name + '-' + date.group(2) + date.group(3) + date.group(4));
            forms.add(name + '-' + date.group(2) + '-' + date.group(3) + '-' + date.group(4));
            forms.add(name + '@' + date.group(2) + date.group(3) + date.group(4));
            return name;
        }
        Matcher month = SHORT_DATE.matcher(id);
        return month.matches() ? month.group(1) : id;
    }

    private static boolean isDate(Matcher date) {
        try {
            LocalDate.of(
                    Integer.parseInt(date.group(2)), Integer.parseInt(date.group(3)), Integer.parseInt(date.group(4)));
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
