package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.Numbers;
import io.unitcost.cli.shell.TableOption;
import io.unitcost.cli.shell.TextTable;
import io.unitcost.price.PriceChange;
import io.unitcost.price.PriceChanges;
import io.unitcost.price.PriceTable;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a newer price table says differently. */
@Command(
        name = "diff",
        sortOptions = false,
        usageHelpWidth = Main.WIDTH,
        description =
                "Which prices changed from one table to another, and which models came and went. The exit code is 1"
                        + " when a price moved so far that it may be a slip.",
        footer = {
            "",
            "  unitcost diff bundled prices-new.json",
            "  unitcost diff prices-old.json prices-new.json --factor 3"
        })
final class DiffCommand implements Callable<Integer> {

    private static final int DEFAULT_FACTOR = 10;

    @Parameters(index = "0", paramLabel = "OLD", description = "A price file of any known format, or 'bundled'.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String before;

    @Parameters(index = "1", paramLabel = "NEW", description = "A price file of any known format, or 'bundled'.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String after;

    @Option(
            names = "--factor",
            paramLabel = "N",
            description = "How many times as large or small is too far; " + DEFAULT_FACTOR + " unless given.")
    private int factor = DEFAULT_FACTOR;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (factor < 1) {
            throw new DataException("--factor: " + factor + " is below 1; give how many times is too far, such as 10");
        }
        PriceTable old = TableOption.named(before);
        PriceTable now = TableOption.named(after);
        PriceChanges changes = PriceChanges.between(old, now);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(answer(old, now, changes)));
        } else {
            print(out, old, now, changes);
        }
        return changes.changed().stream().anyMatch(change -> change.isBeyond(factor)) ? ExitCode.FOUND : ExitCode.OK;
    }

    private void print(PrintWriter out, PriceTable old, PriceTable now, PriceChanges changes) {
        Map<String, List<PriceChange>> byModel = new LinkedHashMap<>();
        changes.changed().forEach(change -> byModel.computeIfAbsent(
                        change.provider() + "/" + change.model(), model -> new ArrayList<>())
                .add(change));
        byModel.forEach((model, changed) -> {
            out.println(model);
            List<String> lines = rows(changed).lines();
            for (int i = 0; i < lines.size(); i++) {
                out.println((changed.get(i).isBeyond(factor) ? "!" : " ")
                        + lines.get(i).substring(1));
            }
        });
        changes.added().forEach(model -> out.println("+ " + model));
        changes.removed().forEach(model -> out.println("- " + model));
        long far = changes.changed().stream()
                .filter(change -> change.isBeyond(factor))
                .count();
        out.println(changes.summary(0) + (far == 0 ? "" : "; " + far + " by more than " + factor + " times (!)"));
        out.println(old.id() + " -> " + now.id());
    }

    private static TextTable rows(List<PriceChange> changes) {
        TextTable rows = TextTable.aligned("<<<>");
        for (PriceChange change : changes) {
            BigDecimal ratio = change.ratio();
            rows.row(
                    change.item(),
                    change.before() == null ? "no price" : change.before(),
                    "-> " + (change.after() == null ? "no price" : change.after()),
                    ratio == null ? "" : "x " + Numbers.ratio(ratio, BigDecimal.ONE));
        }
        return rows;
    }

    private Map<String, @Nullable Object> answer(PriceTable old, PriceTable now, PriceChanges changes) {
        List<Map<String, @Nullable Object>> changed = new ArrayList<>();
        for (PriceChange change : changes.changed()) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("entry", change.provider() + "/" + change.model());
            one.put("item", change.item());
            one.put("before", change.before());
            one.put("after", change.after());
            one.put("ratio", change.ratio());
            one.put("beyond", change.isBeyond(factor));
            changed.add(one);
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("old", old.id());
        answer.put("new", now.id());
        answer.put("changed", changed);
        answer.put("added", changes.added());
        answer.put("removed", changes.removed());
        return answer;
    }
}
