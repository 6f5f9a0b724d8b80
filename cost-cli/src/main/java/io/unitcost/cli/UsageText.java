package io.unitcost.cli;

import io.unitcost.cli.shell.Numbers;
import io.unitcost.cli.shell.TextTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.UsageReport;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code usage} tells people about an answer, before its price. */
final class UsageText {

    private final SavedAnswer answer;
    private final int size;
    private final UsageReport report;
    private final KnownUsage known;
    private final ProviderCounts said;

    /** @param size of the answer, in bytes */
    UsageText(SavedAnswer answer, int size, UsageReport report, KnownUsage known) {
        this.answer = answer;
        this.size = size;
        this.report = report;
        this.known = known;
        this.said = ProviderCounts.in(answer.documents());
    }

    String explained() {
        List<String> text = new ArrayList<>();
        text.add(report.model() == null ? "A model that the answer does not name" : report.model());
        text.add("");
        List<String> counts = counts();
        text.addAll(counts);
        if (!counts.isEmpty()) {
            text.add("");
        }
        for (UsageReport.Line other : report.lines().subList(1, report.lines().size())) {
            text.add(other.model() + ", which worked on it too");
            text.add("");
            TextTable rows = TextTable.aligned("<>");
            some(other.usage()).forEach(unit -> rows.row(unit.unitName(), count(other.usage(), unit)));
            text.addAll(rows.lines());
            text.add("");
        }
        text.addAll(circumstances());
        return String.join(System.lineSeparator(), text);
    }

    private List<String> counts() {
        TextTable rows = TextTable.aligned("<><");
        for (Unit unit : some(known.usage())) {
            rows.row(unit.unitName(), count(known.usage(), unit), origin(unit));
        }
        return rows.lines();
    }

    private String origin(Unit unit) {
        BigDecimal count = known.usage().quantity(unit);
        boolean counted =
                report.usage().has(unit) && report.usage().quantity(unit).compareTo(count) == 0;
        return counted ? Origins.of(unit, count, said) : "estimated from the text";
    }

    private List<String> circumstances() {
        TextTable rows = TextTable.aligned("<<");
        rows.row("form", answer.form() + ", " + plural(size, "byte"));
        if (isReported()) {
            rows.row("counts", said.shape());
        }
        if (report.responseId() != null) {
            rows.row("id", report.responseId());
        }
        if (report.serviceTier() != null) {
            rows.row("tier", report.serviceTier());
        }
        if (report.region() != null) {
            rows.row("region", report.region());
        }
        if (report.choices() > 0) {
            rows.row("choices", String.valueOf(report.choices()));
        }
        if (!report.text().isEmpty()) {
            rows.row("text", plural(report.volume().characters(), "character"));
        }
        String zeros = known.usage().units().stream()
                .filter(unit -> !some(known.usage()).contains(unit))
                .sorted(Quote.READING_ORDER)
                .map(Unit::unitName)
                .collect(Collectors.joining(", "));
        if (!zeros.isEmpty()) {
            rows.row("zero", zeros);
        }
        if (report.usage().isContradictory()) {
            rows.row("left out", "a count that cannot be");
        }
        rows.row("quality", known.quality().label() + ": " + reason());
        return rows.lines();
    }

    private String reason() {
        return switch (known.quality()) {
            case REPORTED -> "it came to its end and says what it used";
            case PARTIAL ->
                "it breaks off before its end; "
                        + (known.usage().equals(report.usage())
                                ? "what was generated after the last count is not in it"
                                : "the output is what the text comes to at least");
            case ESTIMATED -> "from the text that was seen; what was sent is not known";
            case UNKNOWN -> unknown();
        };
    }

    private String unknown() {
        if (answer.documents().isEmpty()) {
            return "no answer can be read in it";
        }
        if (report.isError()) {
            return "it is an error, and says nothing of usage";
        }
        String guess = report.text().isEmpty() ? "" : "; --estimate guesses from the text";
        if (isReported()) {
            return "it counts nothing but zeros beside a text" + guess;
        }
        if (!report.isComplete()) {
            return "it breaks off before it says anything of usage" + guess;
        }
        boolean chat = answer.form() == SavedAnswer.Form.EVENTS && report.choices() > 0;
        return "it came to its end and says nothing of usage"
                + (chat ? "; a request asks for it with stream_options.include_usage" : "") + guess;
    }

    private boolean isReported() {
        return report.hasUsage() && !report.usage().isEmpty();
    }

    /** What is more than zero, and input and output anyway. */
    private static List<Unit> some(Usage usage) {
        return usage.units().stream()
                .filter(unit -> usage.quantity(unit).signum() > 0
                        || unit.equals(Unit.INPUT_TOKENS)
                        || unit.equals(Unit.OUTPUT_TOKENS))
                .sorted(Quote.READING_ORDER)
                .toList();
    }

    private static String count(Usage usage, Unit unit) {
        return Numbers.count(usage.quantity(unit));
    }

    private static String plural(long count, String what) {
        return Numbers.count(BigDecimal.valueOf(count)) + " " + what + (count == 1 ? "" : "s");
    }
}
