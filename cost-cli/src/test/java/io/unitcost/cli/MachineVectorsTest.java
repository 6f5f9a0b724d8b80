package io.unitcost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.SharedData;
import io.unitcost.cli.shell.ExitCode;
import io.unitcost.cli.shell.Json;
import io.unitcost.cli.shell.Numbers;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every vector of the price calculators, as one run of the machine interface, each to the last digit. */
class MachineVectorsTest {

    /**
     * Its prices are those that a peer chose wrongly, and are used where they are given; what is right can only come from
     * the table, so this line goes in without them.
     */
    private static final String THROUGH_THE_TABLE = "gp-offpeak-017";

    @Test
    void answersEveryVectorExactly() throws IOException {
        Path file = SharedData.file("vectors/pricing.jsonl");
        assumeTrue(file != null, "no shared data beside the project: pricing vectors skipped");
        List<Map<String, Object>> vectors = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            Map<String, Object> vector = Json.object(line);
            if (THROUGH_THE_TABLE.equals(vector.get("id"))) {
                vector.remove("prices");
            }
            vectors.add(vector);
        }
        assertThat(vectors).hasSizeGreaterThan(200);
        // some are meant to have no price, none is meant to be unreadable
        assertThat(answersAll(vectors)).isEqualTo(ExitCode.FOUND);
    }

    /** The provider's usage object says the same as the counts that are given beside it. */
    @Test
    void answersFromTheProvidersOwnUsageTheSame() throws IOException {
        Path file = SharedData.file("vectors/pricing.jsonl");
        assumeTrue(file != null, "no shared data beside the project: pricing vectors skipped");
        List<Map<String, Object>> vectors = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            Map<String, Object> vector = Json.object(line);
            if (vector.get("raw_usage") != null) {
                vector.remove("usage");
                vector.remove("billable_usage");
                vectors.add(vector);
            }
        }
        assertThat(vectors).hasSizeGreaterThan(80);
        assertThat(answersAll(vectors)).isEqualTo(ExitCode.OK);
    }

    /** The exit code. */
    private static int answersAll(List<Map<String, Object>> vectors) {
        StringBuilder input = new StringBuilder();
        vectors.forEach(vector -> input.append(Json.write(vector)).append('\n'));
        Shell.Result result = Shell.piped(input.toString(), "prices");
        List<String> answers = result.out().lines().toList();
        assertThat(answers).hasSameSizeAs(vectors);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            check(vectors.get(i), Json.object(answers.get(i)), wrong);
        }
        assertThat(wrong).isEmpty();
        return result.code();
    }

    private static void check(Map<String, Object> vector, Map<String, Object> answer, List<String> wrong) {
        Object error = vector.get("expected_error");
        Object expected = vector.get("correct_usd") == null ? vector.get("expected_usd") : vector.get("correct_usd");
        boolean right;
        if (error != null) {
            right = error.equals(answer.get("unpriced")) && !answer.containsKey("usd");
        } else if (!(answer.get("usd") instanceof String usd)) {
            right = false;
        } else if (vector.get("expected_repeating") != null) {
            right = usd.startsWith(expected.toString());
        } else {
            right = new BigDecimal(usd).compareTo(new BigDecimal(expected.toString())) == 0
                    && usd.equals(Numbers.plain(new BigDecimal(usd)))
                    && sumOfLines(answer).compareTo(new BigDecimal(usd)) == 0;
        }
        if (!right || !vector.get("id").equals(answer.get("id"))) {
            wrong.add(vector.get("id") + ": expected " + (error == null ? expected : error) + " but got "
                    + Json.write(answer));
        }
    }

    private static BigDecimal sumOfLines(Map<String, Object> answer) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Object line : (List<?>) answer.get("lines")) {
            sum = sum.add(new BigDecimal(((Map<?, ?>) line).get("usd").toString()));
        }
        return sum;
    }
}
