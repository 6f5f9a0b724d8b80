package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is paid, whatever was asked before. */
class TargetsTest {

    private final GrpcUsage usage = GrpcPresetsTest.preset(TestProtos.VLLM);
    private final Targets targets = new Targets(List.of(
            Targets.Rule.of("one.example.com", "pool-one", "llama"), Targets.Rule.of("*", "pool-others", null)));

    @Test
    void oneMethodAtTwoPlacesHasTwoProviders_everyTime() {
        for (int i = 0; i < 3; i++) {
            assertThat(targets.of("a.B/C", usage, "ONE.example.com").provider()).isEqualTo("pool-one");
            assertThat(targets.of("a.B/C", usage, "two.example.com").provider()).isEqualTo("pool-others");
            assertThat(targets.of("a.B/C", usage, null).provider()).isEqualTo("pool-others");
            assertThat(targets.of("a.B/D", usage, "two.example.com").method()).isEqualTo("a.B/D");
        }
    }

    @Test
    void theSameCallHasTheSameTarget() {
        Target first = targets.of("a.B/C", usage, "one.example.com");
        assertThat(targets.of("a.B/C", usage, "one.example.com")).isSameAs(first);
        assertThat(first.model()).isEqualTo("llama");
    }

    @Test
    void methodsThatNobodyCanListDoNotFillTheMemory_andHaveTheirTargets() {
        for (int i = 0; i < 2_000; i++) {
            Target target = targets.of("a.B/C" + i, usage, "one.example.com");
            assertThat(target.method()).isEqualTo("a.B/C" + i);
            assertThat(target.provider()).isEqualTo("pool-one");
        }
        assertThat(targets.known()).isLessThan(300);
    }
}
