package io.unitcost.price;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Writes a small JSON document the way people lay out price files: what fits on a line stands on one, lists of providers
 * and models never do. Texts, whole numbers, booleans, lists and maps in their own order.
 */
final class JsonLayout {

    private static final int WIDTH = 140;
    private static final String INDENT = "  ";

    private static final String ROOT = "$";

    /** What stands on several lines, however short, and so do its members. */
    private static final Set<String> LISTINGS = Set.of(ROOT, "sources", "providers", "models");

    private final StringBuilder text = new StringBuilder();

    private JsonLayout() {}

    static String of(Map<String, ?> document) {
        JsonLayout layout = new JsonLayout();
        layout.write("", ROOT, document, "", 0);
        return layout.text.append('\n').toString();
    }

    /**
     * @param parent the key of what this value is in
     * @param key the key of this value
     * @param indent of the line it starts on
     * @param used how much of that line is taken
     */
    private void write(String parent, String key, Object value, String indent, int used) {
        List<Member> members = members(value);
        if (members.isEmpty() || !isOpen(parent, key, value)) {
            String line = inline(value);
            // a comma may follow
            if (members.isEmpty() || used + line.length() < WIDTH) {
                text.append(line);
                return;
            }
        }
        boolean list = value instanceof List;
        text.append(list ? '[' : '{').append('\n');
        String inner = indent + INDENT;
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            String start = inner + (list ? "" : quoted(member.key) + ": ");
            text.append(start);
            write(key, member.key, member.value, inner, start.length());
            text.append(i < members.size() - 1 ? ",\n" : "\n");
        }
        text.append(indent).append(list ? ']' : '}');
    }

    private static boolean isOpen(String parent, String key, Object value) {
        boolean listOfObjects = value instanceof List<?> list && list.get(0) instanceof Map;
        boolean listing = LISTINGS.contains(key) || LISTINGS.contains(parent) || key.equals("tiers");
        return listOfObjects || (value instanceof Map && listing);
    }

    private record Member(String key, Object value) {}

    private static List<Member> members(Object value) {
        List<Member> members = new ArrayList<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, member) -> members.add(new Member(key.toString(), member)));
        } else if (value instanceof List<?> list) {
            list.forEach(member -> members.add(new Member("", member)));
        }
        return members;
    }

    private static String inline(Object value) {
        if (value instanceof Map<?, ?> map) {
            List<String> parts = new ArrayList<>();
            map.forEach((key, member) -> parts.add(quoted(key.toString()) + ": " + inline(member)));
            return parts.isEmpty() ? "{}" : "{ " + String.join(", ", parts) + " }";
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(", ", list.stream().map(JsonLayout::inline).toList()) + "]";
        }
        return value instanceof String string ? quoted(string) : value.toString();
    }

    private static String quoted(String string) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(string)) + '"';
    }
}
