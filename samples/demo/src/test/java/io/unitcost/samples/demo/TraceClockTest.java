package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceClockTest {

    @Test
    void theTraceEndsNowAndTheTimeGoesOnAfterIt() {
        Arrival late = new Arrival(Duration.ofMinutes(50).toNanos(), Features.CHAT, 10, 10);
        Instant before = Instant.now();
        TraceClock clock =
                TraceClock.of(Traffic.of(List.of(late), Duration.ofHours(1).toNanos(), "test"));
        Instant start = clock.instant();
        assertThat(start)
                .isBetween(before.minus(Duration.ofHours(1)), Instant.now().minus(Duration.ofHours(1)));
        clock.arrive(late);
        assertThat(Duration.between(start, clock.instant())).isEqualTo(Duration.ofMinutes(50));
        clock.finish();
        assertThat(clock.instant()).isBetween(before, Instant.now());
    }
}
