package io.unitcost.cli;

import io.unitcost.cli.shell.DataException;
import io.unitcost.cli.shell.Invocation;
import io.unitcost.cli.shell.TableOption;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The machine interface: JSON lines in, JSON lines out, one answer for each line as soon as it is there. */
@Command(
        name = "prices",
        sortOptions = false,
        usageHelpWidth = Main.WIDTH,
        description = {
            "For programs: reads JSON lines from standard input and answers each at once, in order.",
            "",
            "in   {id?, provider?, model, at?, tier?, region?, usage: {unit: count}, prices?, litellm_model_info?,"
                    + " format?, raw_prices?, raw_usage?, billable_usage?, options?}",
            "out  {id, usd, lines: [{unit, count, usd}], entry, source}, or {id, unpriced: \"NO_PRICE\" or"
                    + " \"INVALID_USAGE\", detail}, or {id, error}",
            "",
            "Counts are inclusive: input_tokens contains cache_read_tokens. Amounts are exact decimal texts. Prices that"
                    + " come with a line are used instead of the table's."
        },
        footer = {
            "",
            "Exit codes: 0 every line has a price, 1 some have none, 2 some could not be understood.",
            "",
            "  echo '{\"model\":\"gpt-4o\",\"usage\":{\"input_tokens\":1200,\"output_tokens\":300}}' | unitcost prices"
        })
final class PricesCommand implements Callable<Integer> {

    @Mixin
    private TableOption tables = new TableOption();

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Invocation invocation;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        PriceTable table = tables.table();
        if (!table.currency().equals(Money.USD)) {
            throw new DataException("price table " + table.id() + " is in " + table.currency()
                    + ", and this command answers in USD; use 'price --json', which names the currency");
        }
        LinePricer pricer = new LinePricer(table, invocation.clock());
        return JsonLines.answer(invocation.in(), spec.commandLine().getOut(), pricer::answer);
    }
}
