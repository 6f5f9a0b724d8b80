package io.unitcost.cli.shell;

import io.unitcost.price.PriceTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which prices: files over the bundled ones. */
public final class TableOption {

    private static final String BUNDLED = "bundled";

    @Option(
            names = {"-p", "--prices"},
            paramLabel = "FILE",
            description =
                    "Prices of your own, over the bundled ones: unitcost-prices/1, LiteLLM, genai-prices or models.dev."
                            + " Of several, the first one wins.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--no-bundled", description = "Only the prices of the files.")
    private boolean alone;

    public PriceTable table() {
        List<PriceTable> layers = new ArrayList<>();
        files.forEach(file -> layers.add(PriceTable.read(file)));
        if (!alone) {
            layers.add(PriceTable.bundled());
        }
        return layers.stream()
                .reduce(PriceTable::over)
                .orElseThrow(() -> new DataException("--no-bundled: there are no prices left; give --prices FILE too"));
    }

    /** A file, or the bundled table by its name. */
    public static PriceTable named(String name) {
        return name.equals(BUNDLED) ? PriceTable.bundled() : PriceTable.read(Path.of(name));
    }
}
