package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Counts by choice and kind, of which only those that were said take a place. */
class ChoiceCountsTest {

    private final ChoiceCounts counts = new ChoiceCounts();

    @Test
    void keepsAnyNumberOfKindsApart_andOfChoices() {
        for (int choice = 0; choice < 5; choice++) {
            for (int kind = 199; kind >= 0; kind -= 3) {
                counts.add(choice, kind, 1_000L * choice + kind);
            }
        }
        for (int kind = 0; kind < 200; kind++) {
            boolean said = kind % 3 == 1;
            // 0 + 1,000 + 2,000 + 3,000 + 4,000, and the kind five times
            assertThat(counts.sum(kind)).isEqualTo(said ? 10_000L + 5L * kind : ChoiceCounts.ABSENT);
            assertThat(counts.max(kind)).isEqualTo(said ? 4_000L + kind : ChoiceCounts.ABSENT);
        }
    }

    @Test
    void anEndIsKeptBeforeAndAfterCounts() {
        counts.finish(3);
        for (int kind = 0; kind < 20; kind++) {
            counts.set(3, kind, kind);
        }
        counts.finish(3);
        counts.finish(4);
        assertThat(counts.finished()).isEqualTo(2);
        assertThat(counts.sum(19)).isEqualTo(19);
    }

    @Test
    void whatAnotherChoiceSaidIsNotSaidByThisOne() {
        counts.set(0, 7, 5);
        counts.repeat(1, 7, 3);
        counts.repeat(0, 7, 9);
        counts.set(1, 8, 0);
        assertThat(counts.sum(7)).isEqualTo(8);
        assertThat(counts.sum(8)).isZero();
        assertThat(counts.sum(9)).isEqualTo(ChoiceCounts.ABSENT);
    }
}
