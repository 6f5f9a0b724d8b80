package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.cli.shell.ExitCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @Test
    void withoutACommandSaysWhichThereAre() {
        Shell.Result result = Shell.run();
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out())
                .contains("price ", "compare", "prices", "usage", "lint", "diff", "convert")
                .contains(
                        "slo ",
                        "gate ",
                        "explain ",
                        "reprice ",
                        "export ",
                        "report ",
                        "Exit codes: 0 fine",
                        "3 undecided");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void saysItsVersionAndThatOfThePricesInIt() {
        Shell.Result result = Shell.run("--version");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out().lines())
                .hasSize(2)
                .anyMatch(line -> line.matches("prices bundled@[0-9a-f]{12} \\([0-9]+ prices in USD as of 20.*\\)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "price", "compare", "prices", "usage", "lint", "diff", "convert", "slo", "gate", "explain", "reprice",
                "export", "report"
            })
    void everyCommandExplainsItselfWithExamplesInPrintableAscii(String command) {
        Shell.Result result = Shell.run(command, "--help");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out())
                .startsWith("Usage: unitcost " + command)
                .containsPattern("(?s)Usage.*unitcost " + command + " .*\n.*unitcost " + command)
                .matches("[\\x20-\\x7e\\n]+");
        assertThat(result.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(Main.WIDTH));
    }

    /** Those without a file of the reader's own, run as they stand in the help. */
    @Test
    void theExamplesOfTheHelpWork() {
        List<String> examples = List.of("price", "compare").stream()
                .flatMap(command -> Shell.run(command, "--help").out().lines())
                .map(String::strip)
                .filter(line -> line.startsWith("unitcost "))
                .toList();
        assertThat(examples).hasSizeGreaterThan(5);
        assertThat(examples).allSatisfy(example -> {
            String[] args =
                    example.substring("unitcost ".length()).replace("'", "").split(" ");
            Shell.Result result = Shell.run(args);
            assertThat(result.err()).isEmpty();
            assertThat(result.code()).isEqualTo(ExitCode.OK);
        });
    }

    @Test
    void aWrongOptionIsAnsweredWithWhatWasMeant() {
        Shell.Result result = Shell.run("price", "gpt-4o", "--inptu", "3");
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("--inptu", "Did you mean --input?", "unitcost price --help lists what there is.")
                .doesNotContain("Exception", "at io.");
    }

    @Test
    void aMissingArgumentIsNamed() {
        assertThat(Shell.run("price").err()).contains("Missing required parameter: 'MODEL'");
        assertThat(Shell.run("diff", "bundled").err()).contains("Missing required parameter: 'NEW'");
        assertThat(Shell.run("convert").code()).isEqualTo(ExitCode.WRONG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "price", "compare", "lint", "convert", "diff", "prices", "usage", "slo", "gate", "explain", "reprice",
                "export", "report"
            })
    void aFileThatIsNotThereIsSaidInOneLineAndNotThrown(String command) {
        Shell.Result result =
                switch (command) {
                    case "price" -> Shell.run("price", "gpt-4o", "--prices", "none.json");
                    case "diff" -> Shell.run("diff", "bundled", "none.json");
                    case "slo" -> Shell.run("slo", "export", "--format", "sloth", "--slo", "none.json");
                    case "gate" -> Shell.run("gate", "--candidate", "none.json");
                    case "explain" -> Shell.run("explain", "--before", "none.json", "--after", "none.json");
                    case "reprice" -> Shell.run("reprice", "--ledger", "none.json");
                    case "export" -> Shell.run("export", "--ledger", "none.json", "--format", "cells");
                    case "report" -> Shell.run("report", "--ledger", "none.json", "--html", "none.html");
                    case "compare", "prices" -> Shell.run(command, "--prices", "none.json", "--no-bundled");
                    default -> Shell.run(command, "none.json");
                };
        assertThat(result.code()).isEqualTo(ExitCode.WRONG);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).doesNotContain("Exception", "\tat ");
        if (!command.equals("compare")) {
            assertThat(result.err()).contains("none.json");
        }
    }
}
