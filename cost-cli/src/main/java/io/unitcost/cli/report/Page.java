package io.unitcost.cli.report;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The page: one file that asks nothing of a network. The same ledger makes the same page. */
final class Page {

    private final LedgerTally tally;
    private final String title;
    private final Html page = new Html();

    private Page(LedgerTally tally, String title) {
        this.tally = tally;
        this.title = title;
    }

    /** @param unused features with an objective that have no record */
    static String write(LedgerTally tally, Change change, Set<String> unused, String title) {
        return new Page(tally, title).write(change, unused);
    }

    private String write(Change change, Set<String> unused) {
        FeatureSection features = new FeatureSection(tally);
        String style = Assets.style();
        String library = Assets.library();
        String drawing = Assets.drawing();
        page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src "
                        + Assets.hash(library) + " " + Assets.hash(drawing) + "; style-src " + Assets.hash(style)
                        + "; img-src data:; base-uri 'none'; form-action 'none'\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw(
                        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"unitcost\">\n")
                .element("title", title)
                .raw("\n<style>" + style + "</style>\n</head>\n<body>\n<main>\n");
        head();
        new Summary(tally).write(page);
        unknowns(Unknowns.of(tally, unused));
        features.writeTable(page);
        new ChangeSection(change, tally.currency()).write(page);
        features.writeEach(page);
        dearest();
        foot();
        page.raw("</main>\n<script type=\"application/json\" id=\"data\">"
                        + PageData.json(tally, features.drawn(), change) + "</script>\n")
                .raw("<!-- Chart.js: " + Assets.licence() + "-->\n<script>" + library + "</script>\n<script>" + drawing
                        + "</script>\n</body>\n</html>\n");
        return page.toString();
    }

    private void head() {
        Duration span = Duration.between(tally.first(), tally.last());
        page.raw("<header><h1>").text(title).raw("</h1><p class=\"span\">");
        page.text(Words.minute(tally.first()) + " to " + Words.minute(tally.last()) + " UTC, " + Words.span(span) + ", "
                        + Words.count(tally.records(), "record"))
                .raw("</p></header>\n");
    }

    private void unknowns(Unknowns unknowns) {
        page.raw("<section id=\"unknown\"><h2>What this page does not know</h2>");
        if (!unknowns.found().isEmpty()) {
            page.raw("<ul>");
            unknowns.found().forEach(sentence -> page.element("li", sentence));
            page.raw("</ul>");
        }
        if (!unknowns.lookedFor().isEmpty()) {
            page.paragraph("Looked for and not found: " + Phrases.join(unknowns.lookedFor()) + ".");
        }
        page.raw("</section>\n");
    }

    private void dearest() {
        if (tally.dearest().isEmpty()) {
            return;
        }
        page.raw("<section id=\"dearest\"><h2>The dearest requests</h2><div class=\"scroll\" tabindex=\"0\"><table>")
                .headRow(List.of(
                        "id",
                        "cost " + tally.currency().getCurrencyCode(),
                        "feature",
                        "time (UTC)",
                        "outcome",
                        "attempts"))
                .raw("<tbody>\n");
        for (Dearest.Request request : tally.dearest()) {
            page.row(List.of(
                    request.id(),
                    Words.exact(request.cost()),
                    request.feature(),
                    Words.second(request.time()),
                    request.outcome(),
                    Words.count(request.attempts())));
        }
        page.raw("</tbody></table></div></section>\n");
    }

    private void foot() {
        page.raw("<footer>")
                .paragraph(
                        "Cost is inference, idle share, support and retries, of everything that a feature pays for: failed"
                                + " requests and late usage too. A cost per request divides it by the delivered requests. Sums in"
                                + " tables are exact to the twelfth decimal; prose and charts round. Margin is what of revenue remains after this cost.")
                .paragraph("As of the last record, " + Words.second(tally.last())
                        + " UTC. Drawn with Chart.js (MIT licence), which is part of this file. Nothing is loaded from a"
                        + " network.")
                .raw("</footer>\n");
    }
}
