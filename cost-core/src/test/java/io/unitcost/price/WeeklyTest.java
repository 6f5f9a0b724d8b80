package io.unitcost.price;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The calendar and the clockwork that stands for it say the same, in zones with and without daylight saving. */
class WeeklyTest {

    private static final List<ZoneId> ZONES = List.of(
            ZoneId.of("UTC"), ZoneId.of("Asia/Shanghai"), ZoneId.of("Europe/Berlin"), ZoneId.of("America/New_York"));

    @Test
    void theClockworkIsTheCalendar() {
        SplittableRandom random = new SplittableRandom(5);
        int inside = 0;
        for (int i = 0; i < 200; i++) {
            Weekly weekly = new Weekly(ZONES.get(i % ZONES.size()), List.of(window(random), window(random)));
            Weekly.Clockwork clockwork = weekly.clockwork();
            for (int j = 0; j < 1_000; j++) {
                long at = 1_700_000_000_000L + random.nextLong(100_000_000_000L);
                // as often exactly on the minute, where windows start and end
                long moment = j % 2 == 0 ? at : at / 1_800_000 * 1_800_000;
                boolean expected = weekly.contains(Instant.ofEpochMilli(moment));
                assertThat(clockwork.contains(moment))
                        .as(weekly + " at " + moment)
                        .isEqualTo(expected);
                inside += expected ? 1 : 0;
            }
        }
        assertThat(inside).isBetween(20_000, 180_000);
    }

    private static Weekly.Window window(SplittableRandom random) {
        Set<DayOfWeek> days = EnumSet.of(DayOfWeek.of(1 + random.nextInt(7)), DayOfWeek.of(1 + random.nextInt(7)));
        return new Weekly.Window(days, time(random), time(random));
    }

    private static LocalTime time(SplittableRandom random) {
        return LocalTime.of(random.nextInt(24), 30 * random.nextInt(2));
    }
}
