package io.unitcost.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    private Path folder;

    @Test
    void takesTheLeastTimeOfAllRounds_andComparesItWithTheFloorOfTheSameParameters() throws Exception {
        Path first = round("first", "floor", "[[210.0, 200.0], [220.0, 230.0]]", "[[0.01, 0.03], [0.02, 0.04]]");
        Path second = round("second", "unitcost", "[[500.0, 520.0], [480.0, 530.0]]", "[[664.0, 664.2], [680, 664.1]]");
        Path third = round("third", "unitcost", "[[450.0]]", "[[664.0]]");
        // 450 ÷ 200 = 2.25; the median of 664.0 664.0 664.1 664.2 680 is 664.1
        assertThat(Report.of(List.of(first, second, third))).isEqualTo("""
                ### SomeBenchmark

                | variant | series | threads | CPU ns/op | × floor | wall ns/op | B/op | blocked |
                |---|---:|---:|---:|---:|---:|---:|---:|
                | `floor` | 1000 | 2 | 200 | 1.00 | 99.9 | 0 | 3 |
                | `unitcost` | 1000 | 2 | 450 | 2.25 | 99.9 | 664 | 6 |

                """);
    }

    private Path round(String name, String variant, String cpu, String bytes) throws Exception {
        return Files.writeString(folder.resolve(name + ".json"), """
                [{"benchmark": "some.where.SomeBenchmark.%s", "threads": 2, "params": {"knownSeries": "1000"},
                  "primaryMetric": {"rawData": [[99.91, 101.0]]},
                  "secondaryMetrics": {
                    "cpu": {"rawData": %s},
                    "cpu.blocked": {"rawData": [[3.0]]},
                    "gc.alloc.rate.norm": {"rawData": %s}}}]
                """.formatted(variant, cpu, bytes));
    }
}
