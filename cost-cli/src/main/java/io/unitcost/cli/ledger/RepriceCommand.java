package io.unitcost.cli.ledger;

import io.unitcost.CostObjective;
import io.unitcost.ReportedCost;
import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.TableOption;
import io.unitcost.cli.shell.Texts;
import io.unitcost.cli.shell.Times;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.Repricing;
import io.unitcost.ledger.RepricingSummary;
import io.unitcost.ledger.RepricingSummary.Feature;
import io.unitcost.ledger.RepricingSummary.Verdict;
import io.unitcost.price.PriceTable;
import io.unitcost.slo.CostObjectives;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a ledger would have cost at other prices, with other models or on another date. */
@Command(
        name = "reprice",
        sortOptions = false,
        usageHelpWidth = 110,
        description = "What recorded requests would have cost at other prices, with other models or on another date:"
                + " exact for those requests. The ledger itself is not touched.",
        footer = {
            "",
            "Exit codes: 0 fine, 1 an objective is missed at these prices, 2 something given is wrong, 3 an objective is"
                    + " kept only as far as there are prices.",
            "",
            "  unitcost reprice --ledger costs --prices new.json",
            "  unitcost reprice --ledger costs --map acme/large=beta/big --slo cost-slo.json --out repriced.jsonl.gz",
            "  unitcost reprice --ledger costs --at 2026-12-01"
        })
public final class RepriceCommand implements Callable<Integer> {

    @Mixin
    private LedgerOption ledger = new LedgerOption();

    @Mixin
    private TableOption tables = new TableOption();

    @Option(
            names = "--map",
            paramLabel = "FROM=TO",
            description = "Charge calls at a model as another one: acme/large=beta/big; as often as needed.")
    private Map<String, String> map = new LinkedHashMap<>();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = Times.class,
            description = "The prices of this day or instant; those of each request's own time unless given.")
    private @Nullable Instant at;

    @Option(
            names = "--token-ratio",
            paramLabel = "in=N,out=N",
            split = ",",
            description = "How many tokens the other model reads and writes where the recorded one had one:"
                    + " in=1.08,out=0.9. For mapped calls; without --map for all.")
    private Map<String, BigDecimal> ratio = new LinkedHashMap<>();

    @Option(
            names = "--reported",
            paramLabel = "use|compare|ignore",
            description =
                    "What becomes of costs that a provider itself reported. Unless given they stay where they are the"
                            + " recorded cost.")
    private @Nullable ReportedCost reported;

    @Option(
            names = "--slo",
            paramLabel = "FILE",
            description = "Objectives to judge by (cost-slo.json), instead of the recorded allowances.")
    private @Nullable Path slo;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Write the repriced ledger to this new file; compressed if its name ends in .gz.")
    private @Nullable Path out;

    @Option(names = "--strict", description = "Fail if a call has no price; otherwise it stays at its recorded cost.")
    private boolean strict;

    @Option(names = "--json", description = "One JSON object, with exact amounts and all models.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** What came of it, and the half-written lines that were left out. */
    private record Outcome(RepricingSummary summary, List<String> halfWritten) {}

    @Override
    public Integer call() {
        PriceTable table = tables.table();
        CostObjectives objectives = slo == null ? null : CostObjectives.read(slo);
        Repricing repricing = repricing(table, objectives);
        Outcome outcome = run(repricing, objectives);
        RepriceReport report = new RepriceReport(outcome.summary(), table, at, map, ratio, out, outcome.halfWritten());
        PrintWriter to = spec.commandLine().getOut();
        if (json) {
            to.println(Json.write(report.tree()));
        } else {
            report.text().forEach(line -> to.println(Texts.line(line)));
        }
        return exitCode(outcome.summary());
    }

    private Repricing repricing(PriceTable table, @Nullable CostObjectives objectives) {
        Repricing.Builder repricing = Repricing.builder(table);
        map.forEach(repricing::map);
        if (at != null) {
            repricing.at(at);
        }
        if (!ratio.isEmpty()) {
            repricing.tokenRatio(ratioOf("in"), ratioOf("out"));
        }
        if (reported != null) {
            repricing.reportedCost(reported);
        }
        if (objectives != null) {
            if (!objectives.currency().equals(table.currency())) {
                throw new DataException("--slo: " + slo + " is in " + objectives.currency() + ", but the prices are in "
                        + table.currency() + "; give both in one currency");
            }
            for (CostObjective objective : objectives.objectives()) {
                repricing.objective(objective);
            }
        }
        return repricing.build();
    }

    private BigDecimal ratioOf(String side) {
        for (String key : ratio.keySet()) {
            if (!key.equals("in") && !key.equals("out")) {
                throw new DataException("--token-ratio: there is no '" + key + "'; write in=1.08,out=0.9");
            }
        }
        return ratio.getOrDefault(side, BigDecimal.ONE);
    }

    private Outcome run(Repricing repricing, @Nullable CostObjectives objectives) {
        if (out != null) {
            ledger.refuse(out);
        }
        Repricing.Run run = repricing.start();
        List<String> halfWritten;
        try (LedgerReader reader = ledger.open();
                NewLedger to = out == null ? null : NewLedger.create(out)) {
            for (LedgerRecord record = reader.next(); record != null; record = reader.next()) {
                LedgerRecord repriced = run.reprice(record);
                if (to != null) {
                    to.write(repriced);
                }
            }
            halfWritten = reader.halfWritten();
            check(run.summary(), repricing.prices(), objectives);
            if (to != null) {
                to.keep();
            }
        }
        return new Outcome(run.summary(), halfWritten);
    }

    private void check(RepricingSummary summary, PriceTable table, @Nullable CostObjectives objectives) {
        if (summary.records() == 0) {
            throw ledger.empty();
        }
        if (!summary.unusedMaps().isEmpty()) {
            throw new DataException("--map: no call is at " + String.join(" or ", summary.unusedMaps())
                    + "; write PROVIDER/MODEL as the ledger does" + RepriceReport.models(summary));
        }
        if (objectives != null
                && summary.features().stream().allMatch(feature -> objectives.find(feature.name()) == null)) {
            throw new DataException("--slo: " + slo + " has objectives of " + objectives.features()
                    + ", and the ledger has none of these features; give the file that belongs to it");
        }
        if (strict && !summary.unpriced().isEmpty()) {
            throw new DataException("--strict: calls have no price in " + table.id() + ": "
                    + RepriceReport.missing(summary) + "; add prices, or leave --strict out");
        }
    }

    private static int exitCode(RepricingSummary summary) {
        List<Verdict> verdicts =
                summary.features().stream().map(Feature::verdict).toList();
        return verdicts.contains(Verdict.MISSED)
                ? ExitCode.FOUND
                : verdicts.contains(Verdict.UNKNOWN) ? ExitCode.UNDECIDED : ExitCode.OK;
    }
}
