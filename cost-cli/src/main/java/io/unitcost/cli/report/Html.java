package io.unitcost.cli.report;

import io.unitcost.cli.shell.Texts;
import java.util.List;

/**
 * A page as it is written. What comes from outside goes through {@link #text}; everything else is written as it stands. The page is ASCII:
 * it is the same in every character set.
 */
final class Html {

    private final StringBuilder page = new StringBuilder(1 << 16);

    /** Markup of our own. */
    Html raw(String markup) {
        page.append(markup);
        return this;
    }

    /** Text of whatever origin, for between tags and for attributes in double quotes. */
    Html text(String text) {
        page.append(escaped(text));
        return this;
    }

    /** A name of whatever origin, which cannot change the direction of what is around it. */
    Html name(String name) {
        return raw("<bdi>").text(name).raw("</bdi>");
    }

    Html element(String tag, String text) {
        return raw("<" + tag + ">").text(text).raw("</" + tag + ">");
    }

    /** A paragraph of text. */
    Html paragraph(String text) {
        return element("p", text);
    }

    Html headRow(List<String> cells) {
        raw("<thead><tr>");
        cells.forEach(cell -> raw("<th scope=\"col\">").text(cell).raw("</th>"));
        return raw("</tr></thead>");
    }

    /** A row of a table; the first cell names it. */
    Html row(List<String> cells) {
        raw("<tr><th scope=\"row\">").name(cells.get(0)).raw("</th>");
        cells.subList(1, cells.size()).forEach(cell -> element("td", cell));
        return raw("</tr>\n");
    }

    /** A row whose name leads to a place on the page. */
    Html linkedRow(String place, List<String> cells) {
        raw("<tr><th scope=\"row\"><a href=\"#" + place + "\">")
                .name(cells.get(0))
                .raw("</a></th>");
        cells.subList(1, cells.size()).forEach(cell -> element("td", cell));
        return raw("</tr>\n");
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        Texts.harmless(text).codePoints().forEach(c -> {
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> {
                    if (c < 0x7f) {
                        escaped.append((char) c);
                    } else {
                        escaped.append("&#").append(c).append(';');
                    }
                }
            }
        });
        return escaped.toString();
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
