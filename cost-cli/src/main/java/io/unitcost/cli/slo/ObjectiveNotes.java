package io.unitcost.cli.slo;

import static java.util.stream.Collectors.joining;

import io.unitcost.CostObjective;
import io.unitcost.cli.shell.Texts;
import io.unitcost.slo.CostObjectives;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What objectives ask for and an exported file does not do. Only Pyrra's and OpenSLO's files have a window for each feature, the others have
 * one for all, and a minimum of requests is in Prometheus rules alone: both are options, and what the objectives say of them is not taken.
 */
final class ObjectiveNotes {

    /** An objective that says neither asks for nothing that an option might contradict. */
    private static final CostObjective UNSET = CostObjective.of("unset").build();

    private static final Set<ExportFormat> WINDOW_OF_EACH = Set.of(ExportFormat.PYRRA, ExportFormat.OPENSLO);
    private static final Set<ExportFormat> WITHOUT_REQUESTS = Set.of(ExportFormat.GRAFANA, ExportFormat.SLOTH_WINDOWS);

    private ObjectiveNotes() {}

    /** One line for each value that the file does not have, with the features that ask for it. */
    static List<String> of(ExportFormat format, CostObjectives objectives, RuleParameters parameters) {
        List<String> notes = new ArrayList<>();
        if (!WINDOW_OF_EACH.contains(format)) {
            String where = format == ExportFormat.SLOTH ? "the file of --format sloth-windows has " : "this file has ";
            asked(objectives, CostObjective::window, (length, features) -> {
                Span window = Span.of(length);
                if (!window.equals(parameters.sloWindow)) {
                    notes.add("note: windowDays of " + features + " is " + length.toDays() + ", and " + where
                            + parameters.sloWindow + " for every feature; " + remedy(window, parameters));
                }
            });
        }
        if (!WITHOUT_REQUESTS.contains(format)) {
            asked(objectives, CostObjective::minimumRequests, (count, features) -> {
                boolean rules = format == ExportFormat.PROMETHEUS;
                if (!rules) {
                    notes.add("note: minRequests of " + features + " is " + count
                            + ", and this file knows no minimum of requests; the rules of --format prometheus do,"
                            + " with --min-requests " + count);
                } else if (parameters.minRequests.compareTo(BigDecimal.valueOf(count)) != 0) {
                    notes.add("note: minRequests of " + features + " is " + count + ", and this file has "
                            + parameters.minRequests.toPlainString() + " for every feature; --min-requests " + count
                            + " makes it that");
                }
            });
        }
        return notes;
    }

    private static String remedy(Span window, RuleParameters parameters) {
        return window.compareTo(parameters.weekWindow) > 0
                ? "--slo-window " + window + " makes it that"
                : "--slo-window is the option, which takes more than --week-window " + parameters.weekWindow;
    }

    private static <T extends Comparable<T>> void asked(
            CostObjectives objectives, Function<CostObjective, T> value, BiConsumer<T, String> note) {
        TreeMap<T, List<String>> features = new TreeMap<>();
        for (CostObjective objective : objectives.objectives()) {
            features.computeIfAbsent(value.apply(objective), any -> new ArrayList<>())
                    .add(Texts.line(objective.feature()));
        }
        features.remove(value.apply(UNSET));
        features.forEach((asked, names) -> note.accept(asked, names.stream().collect(joining(", "))));
    }
}
