package io.unitcost.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeGridTest {

    private static final Instant START = Instant.parse("2026-11-21T10:07:30Z");

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT5M, 1",
        "PT3H, PT5M, 37",
        "PT20H, PT15M, 81",
        "P4D, PT1H, 97",
        "P10D, PT6H, 41",
        "P90D, P1D, 91",
        "P365D, P7D, 53",
        "P3650D, P112D, 34"
    })
    void slotsAreAsNarrowAsTheirNumberAllows(Duration span, Duration width, int slots) {
        TimeGrid grid = grid(START, START.plus(span));

        assertThat(grid.width()).isEqualTo(width);
        assertThat(grid.slots()).isEqualTo(slots).isLessThanOrEqualTo(TimeGrid.MOST_SLOTS);
    }

    @Test
    void orderDoesNotMatter() {
        List<Instant> times = Stream.of(0, 300, 7, 2_000, 41)
                .map(hours -> START.plus(Duration.ofHours(hours)))
                .toList();

        TimeGrid forward = grid(times.toArray(Instant[]::new));
        TimeGrid backward = grid(times.get(4), times.get(3), times.get(2), times.get(1), times.get(0));

        assertThat(backward.width()).isEqualTo(forward.width());
        assertThat(backward.slots()).isEqualTo(forward.slots());
        assertThat(backward.begin(0)).isEqualTo(forward.begin(0));
    }

    @Test
    void slotsBeginAtMidnightsAndMondays() {
        assertThat(grid(START, START.plus(Duration.ofDays(60))).begin(0)).isEqualTo("2026-11-21T00:00:00Z");
        // the Monday before that Saturday
        assertThat(grid(START, START.plus(Duration.ofDays(400))).begin(0)).isEqualTo("2026-11-16T00:00:00Z");
    }

    @Test
    void aTimeIsInTheSlotThatBeginsWithIt() {
        TimeGrid grid = grid(START, START.plus(Duration.ofHours(1)));

        assertThat(grid.indexOf(Instant.parse("2026-11-21T10:09:59.999Z"))).isZero();
        assertThat(grid.indexOf(Instant.parse("2026-11-21T10:10:00Z"))).isEqualTo(1);
    }

    private static TimeGrid grid(Instant... times) {
        TimeGrid grid = new TimeGrid();
        for (Instant time : times) {
            grid.include(time);
        }
        return grid;
    }
}
