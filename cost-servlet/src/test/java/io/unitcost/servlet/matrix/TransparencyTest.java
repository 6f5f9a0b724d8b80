package io.unitcost.servlet.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** With the filter, clients get what they get without it, to the byte. */
class TransparencyTest {

    private static final int ORDINARY = 400;
    private static final int LONG = 10_000;

    @SuppressWarnings("unused") // named below
    private static final List<String> CONTAINERS = MatrixTest.CONTAINERS;

    @ParameterizedTest
    @FieldSource("CONTAINERS")
    void randomAnswersAreByteIdentical(String container) throws Exception {
        LogManager.getLogManager().reset();
        int count = Boolean.getBoolean("unitcost.long") ? LONG : ORDINARY;
        try (ContainerLoader loader = ContainerLoader.of(container)) {
            List<String> results = loader.call(
                    TransparencyRun.class, Map.of("container", container, "count", Integer.toString(count)));
            assertThat(results.get(0)).matches(count + " answers of \\d{5,} bytes");
            assertThat(results.subList(1, results.size())).isEmpty();
        }
    }
}
