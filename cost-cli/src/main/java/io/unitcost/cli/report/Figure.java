package io.unitcost.cli.report;

import java.util.List;

/**
 * A chart with what is seen on it in words, and its numbers as a table.
 *
 * @param chart how it is drawn: a name that the page's script knows
 * @param feature the index of the feature; -1 for none
 * @param caption what is seen
 * @param head the columns of the table
 * @param rows the numbers
 */
record Figure(String chart, int feature, String title, String caption, List<String> head, List<List<String>> rows) {

    void write(Html page) {
        page.raw("<figure class=\"" + chart + "\"><h3>").text(title).raw("</h3>");
        page.raw("<div class=\"plot\"><canvas data-chart=\"" + chart + "\" data-feature=\"" + feature
                        + "\" role=\"img\" aria-label=\"")
                .text(title + ". " + caption)
                .raw("\"></canvas></div>");
        page.element("figcaption", caption);
        page.raw("<details><summary>Numbers</summary><div class=\"scroll\" tabindex=\"0\"><table>")
                .headRow(head)
                .raw("<tbody>\n");
        rows.forEach(page::row);
        page.raw("</tbody></table></div></details></figure>\n");
    }
}
