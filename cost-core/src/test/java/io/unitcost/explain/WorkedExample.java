package io.unitcost.explain;

import io.unitcost.explain.CostCells.Use;

/** Two windows of three features, with amounts that can be checked on paper. */
final class WorkedExample {

    static final CostCells BEFORE = before();
    static final CostCells AFTER = after();

    private WorkedExample() {}

    private static CostCells before() {
        CostCells.Builder cells = CostCells.builder();
        // 816 000 calls, 1 200 in (50 % cached), 300 out; 0.25, 0.025 and 2 a million
        cells.feature("summarise").delivered(800_000).support(800_000 * 0.00001);
        tokens(cells.model("summarise", "small"), 816_000, 600, 600, 300, 0.25, 0.025, 2);
        // 210 000 calls, 4 000 in (60 %), 600 out; 3, 0.30 and 15
        cells.feature("assist").delivered(200_000).support(200_000 * 0.0004);
        tokens(cells.model("assist", "large"), 210_000, 1_600, 2_400, 600, 3, 0.30, 15);
        // own GPU at 3 an hour, 1/18 s a call; as much idle as used
        cells.feature("search").delivered(1_000_000).support(1_000_000 * 0.0000228);
        accelerator(cells.model("search", "own"), 1_050_000, 1);
        return cells.build();
    }

    private static CostCells after() {
        CostCells.Builder cells = CostCells.builder();
        cells.feature("summarise").delivered(600_000).support(600_000 * 0.00001);
        tokens(cells.model("summarise", "small"), 630_000, 600, 600, 330, 0.25, 0.025, 2);
        cells.feature("assist").delivered(400_000).support(400_000 * 0.0005);
        tokens(cells.model("assist", "large"), 320_000, 2_760, 1_840, 660, 2.50, 0.25, 15);
        tokens(cells.model("assist", "xlarge"), 120_000, 4_600, 0, 900, 5, 0.5, 25);
        cells.feature("search").delivered(1_000_000).support(1_000_000 * 0.0000228);
        accelerator(cells.model("search", "own"), 1_050_000, 1.5);
        return cells.build();
    }

    private static void tokens(
            CostCells.Model model,
            double calls,
            double fresh,
            double cached,
            double output,
            double freshPrice,
            double cachedPrice,
            double outputPrice) {
        model.attempts(calls)
                .used(Use.FRESH_INPUT, calls * fresh, calls * fresh * freshPrice / 1e6)
                .used(Use.CACHED_INPUT, calls * cached, calls * cached * cachedPrice / 1e6)
                .used(Use.OUTPUT, calls * output, calls * output * outputPrice / 1e6);
    }

    private static void accelerator(CostCells.Model model, double calls, double idle) {
        double seconds = calls / 18;
        double spend = seconds * 3 / 3600;
        model.attempts(calls).used(Use.ACCELERATOR, seconds, spend).idle(spend * idle);
    }
}
