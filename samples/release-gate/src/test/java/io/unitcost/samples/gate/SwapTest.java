package io.unitcost.samples.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What the gate says of another model: {@code -Dmodel=...} from here. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class SwapTest {

    @Test
    void aDearerModelFailsAndTheMessageSaysWhy() {
        TestExecutionResult result = gate("gpt-4o");
        assertThat(result.getStatus()).isEqualTo(Status.FAILED);
        assertThat(result.getThrowable().orElseThrow())
                .hasMessageContaining("cost per delivered request against the baseline: +1")
                .hasMessageContaining("60 cases ran on both sides and are compared one by one")
                .hasMessageContaining("\nWhy +$0.0006")
                .hasMessageContaining("model mix");
    }

    @Test
    void aModelWithoutAPriceFails() {
        TestExecutionResult result = gate("gpt-4o-mini-tuned-by-us");
        assertThat(result.getStatus()).isEqualTo(Status.FAILED);
        assertThat(result.getThrowable().orElseThrow()).hasMessageContaining("have no price");
    }

    @Test
    void theModelOfProductionPasses() {
        assertThat(gate("gpt-4o-mini").getStatus()).isEqualTo(Status.SUCCESSFUL);
    }

    private static TestExecutionResult gate(String model) {
        String before = System.getProperty("model");
        System.setProperty("model", model);
        try {
            return EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(SummariserCostTest.class))
                    .execute()
                    .containerEvents()
                    .finished()
                    .filter(event -> event.getTestDescriptor()
                            .getUniqueId()
                            .getLastSegment()
                            .getType()
                            .equals("class"))
                    .findFirst()
                    .orElseThrow()
                    .getRequiredPayload(TestExecutionResult.class);
        } finally {
            if (before == null) {
                System.clearProperty("model");
            } else {
                System.setProperty("model", before);
            }
        }
    }
}
