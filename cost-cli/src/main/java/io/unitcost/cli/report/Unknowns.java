package io.unitcost.cli.report;

import io.unitcost.price.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the page does not know, in sentences; and what was looked for in vain. */
final class Unknowns {

    private static final int MOST_NAMES = 5;

    private final LedgerTally tally;
    private final Doubts doubts;
    private final List<String> found = new ArrayList<>();
    private final List<String> looked = new ArrayList<>();

    private Unknowns(LedgerTally tally) {
        this.tally = tally;
        this.doubts = tally.doubts();
    }

    /** @param unused features with an objective that have no record */
    static Unknowns of(LedgerTally tally, Set<String> unused) {
        Unknowns unknowns = new Unknowns(tally);
        unknowns.prices();
        unknowns.usage();
        unknowns.accounts();
        unknowns.lines();
        unknowns.revenue();
        unknowns.services();
        for (String feature : unused) {
            unknowns.found.add("The objectives name the feature " + feature + ", of which there is no request here.");
        }
        return unknowns;
    }

    List<String> found() {
        return found;
    }

    /** Parts of a sentence. */
    List<String> lookedFor() {
        return looked;
    }

    private void prices() {
        if (doubts.unpricedAttempts == 0) {
            looked.add("attempts without a price");
            return;
        }
        found.add(Words.count(doubts.unpricedAttempts) + " of " + Words.count(doubts.attempts, "attempt")
                + (doubts.unpricedAttempts == 1 ? " has" : " have") + " no price or not a whole one: "
                + Words.count(doubts.boundedRequests, "request") + " cost at least what is counted here.");
        doubts.unpriced().forEach((reason, models) -> {
            List<String> names = new ArrayList<>();
            models.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(MOST_NAMES)
                    .forEach(model -> names.add(model.getKey() + " (" + Words.count(model.getValue()) + ")"));
            if (models.size() > MOST_NAMES) {
                names.add(models.size() - MOST_NAMES + " others");
            }
            found.add("Unpriced because of " + reason.label().replace('_', ' ') + ": " + Phrases.join(names) + ".");
        });
    }

    private void usage() {
        share("The usage of ", doubts.estimated, "attempt", " was estimated", "estimated usage");
        share(
                "The usage of ",
                doubts.partial,
                "attempt",
                " is only partly known, from broken streams",
                "broken streams");
        if (doubts.contradictory > 0) {
            found.add("The counts of " + Words.count(doubts.contradictory, "attempt") + " contradict each other.");
        }
    }

    private void accounts() {
        share("", doubts.late, "record", " came after the request was closed; the feature pays", "late usage");
        share(
                "",
                doubts.unattributed,
                "record",
                (doubts.unattributed.count == 1 ? " belongs" : " belong") + " to no request",
                "unattributed usage");
        if (doubts.reaped > 0) {
            found.add(Words.count(doubts.reaped, "request") + (doubts.reaped == 1 ? " was" : " were")
                    + " closed by the reaper and not by an owner.");
        }
        if (doubts.withoutSession > 0) {
            found.add(Words.count(doubts.withoutSession, "request")
                    + " without a session: bounds take each for independent, and are too narrow if they are not.");
        } else {
            looked.add("requests without a session");
        }
    }

    private void share(String before, Doubts.Share share, String noun, String what, String lookedFor) {
        if (share.count == 0) {
            looked.add(lookedFor);
            return;
        }
        found.add(before + Words.count(share.count, noun) + what + ": " + Words.money(share.cost()) + ", "
                + Words.share(share.cost(), tally.total().cost()) + " of the cost.");
    }

    private void lines() {
        if (tally.halfWritten().isEmpty()) {
            looked.add("half-written lines");
        } else {
            found.add(Words.count(tally.halfWritten().size(), "last line")
                    + (tally.halfWritten().size() == 1 ? " was" : " were") + " not written to the end and left out: "
                    + Phrases.join(tally.halfWritten().stream()
                            .limit(MOST_NAMES)
                            .map(Unknowns::fileName)
                            .toList())
                    + ".");
        }
        Numbering numbering = tally.numbering();
        if (numbering.missing() > 0) {
            found.add("By their numbers at least " + Words.count(numbering.missing(), "record")
                    + " between the first and the last one are not here: lost, left out, or in other files.");
        }
        if (numbering.repeated() > 0) {
            found.add("By their numbers at least " + Words.count(numbering.repeated(), "record")
                    + " came twice; they are counted twice.");
        }
        if (numbering.processes() > 0 && numbering.missing() + numbering.repeated() == 0) {
            looked.add("gaps in the numbers of records");
        }
    }

    /** The page is the same wherever the ledger is. */
    private static String fileName(String position) {
        return position.substring(Math.max(position.lastIndexOf('/'), position.lastIndexOf('\\')) + 1);
    }

    private void revenue() {
        for (FeatureTally feature : tally.features()) {
            Sums total = feature.total();
            long without = total.delivered - total.earning;
            if (total.earning > 0 && without > 0) {
                found.add(Words.count(without, "delivered request") + " of " + feature.name
                        + " without revenue: its margin is at least what is shown.");
            }
        }
        List<String> none = tally.features().stream()
                .filter(feature -> feature.total().delivered > 0 && feature.total().earning == 0)
                .map(feature -> feature.name)
                .toList();
        if (!none.isEmpty()) {
            List<String> names = new ArrayList<>(none.subList(0, Math.min(none.size(), MOST_NAMES)));
            if (none.size() > MOST_NAMES) {
                names.add(none.size() - MOST_NAMES + " others");
            }
            found.add("No revenue is known of " + Phrases.join(names) + ", and so no margin.");
        }
    }

    private void services() {
        if (doubts.subrequests.count > 0) {
            found.add(Words.count(doubts.subrequests.count, "record")
                    + (doubts.subrequests.count == 1 ? " is" : " are") + " work on requests of other services, "
                    + Words.money(doubts.subrequests.cost())
                    + "; no sum here has it, because those services count it.");
        }
        if (doubts.elsewhere.count > 0) {
            found.add(Words.money(doubts.elsewhere.cost()) + " of the cost is also in the ledgers of other services.");
        }
        Money excess = tally.excess().total().cost();
        if (!excess.isZero()) {
            found.add("There are more than " + LedgerTally.MOST_FEATURES + " features; those that came later are one, "
                    + Words.money(excess) + ".");
        }
    }
}
