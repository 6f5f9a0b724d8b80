package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The Azure LLM inference traces, where they are: in the folder that {@code UNITCOST_TRACES} names, or in
 * {@code shared/data/traces} beside the repository.
 */
class RealTraceTest {

    private static final String FOLDER = "shared/data/traces";

    @Test
    void theCodeTraceCostsWhatItsTokensCost() {
        // 18,059,974 × 0.15/1e6 + 245,896 × 0.60/1e6
        assertCosts("azure-llm-2023-code.csv", Features.CODE_ASSIST, 8_819, "2.8565337");
    }

    @Test
    void theConversationTraceCostsWhatItsTokensCost() {
        assumeTrue(Boolean.getBoolean("unitcost.long"), "takes long: -Dunitcost.long=true");
        // 22,361,870 × 0.15/1e6 + 4,088,665 × 0.60/1e6
        assertCosts("azure-llm-2023-conv.csv", Features.CHAT, 19_366, "5.8074795");
    }

    private static void assertCosts(String name, String feature, long requests, String cost) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Demo.run(
                new PrintWriter(out),
                new PrintWriter(err),
                "--plain",
                "--json",
                "--trace",
                trace(name) + ":" + feature);
        assertThat(code).as("exit code; %s", err).isZero();
        Json json = Json.parse(out.toString());
        assertThat(json.text("features", feature, "cost")).isEqualTo(cost);
        assertThat(json.count("features", feature, "requests")).isEqualTo(requests);
        assertThat(json.count("features", feature, "delivered")).isEqualTo(requests);
    }

    private static Path trace(String name) {
        String named = System.getenv("UNITCOST_TRACES");
        Path trace = named != null ? Path.of(named, name) : Path.of(FOLDER, name);
        for (Path up = Path.of("").toAbsolutePath(); named == null && up != null; up = up.getParent()) {
            if (Files.exists(up.resolve(FOLDER).resolve(name))) {
                trace = up.resolve(FOLDER).resolve(name);
                break;
            }
        }
        assumeTrue(Files.exists(trace), "no " + trace + ": put the trace there, or name its folder in UNITCOST_TRACES");
        return trace;
    }
}
