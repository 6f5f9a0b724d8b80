package io.unitcost.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.samples.demo.Faults.Fate;
import io.unitcost.samples.demo.Faults.Rates;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private static final int REQUESTS = 50_000;
    private final Faults faults = new Faults(Rates.USUAL, 3);

    @Test
    void happenAsOftenAsTheirRates() {
        assertThat(share(Features.CHAT, fate -> fate.invalid() == 1)).isCloseTo(0.05, within(0.004));
        assertThat(share(Features.CHAT, fate -> fate.unavailable() > 0)).isCloseTo(0.022, within(0.003));
        assertThat(share(Features.CHAT, Fate::canary)).isCloseTo(0.003, within(0.001));
        assertThat(share(Features.CHAT, Fate::silent)).isCloseTo(0.004, within(0.001));
        assertThat(share(Features.CODE_ASSIST, fate -> fate.canary() || fate.silent()))
                .isZero();
        assertThat(share(Features.SUMMARISE, Fate::cached)).isZero();
    }

    @Test
    void dependOnTheRequestAndTheSeedAlone() {
        Faults same = new Faults(Rates.USUAL, 3);
        Faults other = new Faults(Rates.USUAL, 4);
        assertThat(IntStream.range(0, 1_000)
                        .allMatch(i -> same.fate(999 - i, Features.CHAT).equals(faults.fate(999 - i, Features.CHAT))))
                .isTrue();
        assertThat(IntStream.range(0, 1_000)
                        .allMatch(i -> other.fate(i, Features.CHAT).equals(faults.fate(i, Features.CHAT))))
                .isFalse();
    }

    private double share(String feature, Predicate<Fate> happened) {
        return IntStream.range(0, REQUESTS)
                        .mapToObj(i -> faults.fate(i, feature))
                        .filter(happened)
                        .count()
                / (double) REQUESTS;
    }
}
