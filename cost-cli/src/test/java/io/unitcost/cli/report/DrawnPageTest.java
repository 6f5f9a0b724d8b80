package io.unitcost.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.cli.report.Browser.Drawn;
import io.unitcost.cli.report.Browser.Series;
import io.unitcost.explain.CellBuckets;
import io.unitcost.explain.Explanation;
import io.unitcost.ledger.LedgerRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a browser draws, read back from its pixels. */
class DrawnPageTest {

    /** Of a value, which is what a pixel's fraction comes to. */
    private static final double TOLERANCE = 1e-9;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Browser browser;

    @BeforeEach
    void findBrowser() {
        browser = Browser.orSkip(directory, "what report pages draw, and that their policy lets them");
    }

    @Test
    void chartsShowTheLedger() throws Exception {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));

        List<Drawn> charts = browser.open(ReportPage.of(directory, ledger));

        assertThat(charts).extracting(Drawn::chart).contains("margin", "cost", "parts", "tokens", "spread", "models");
        assertThat(charts).allMatch(Drawn::painted);
        // in slot s 1 - (s + 1) x 0.001 / 0.02 of revenue remains, in hundredths
        assertSlots(chart(charts, "margin").series("margin"), slot -> 100 - 5.0 * (slot + 1));
        assertSlots(chart(charts, "margin").series("objective"), slot -> 80);
        assertSlots(chart(charts, "cost").series("cost per delivered request"), slot -> 0.001 * (slot + 1));
        assertSlots(chart(charts, "cost").series("allowance"), slot -> 0.004);
        // 30 requests of (s + 1) x 0.001 in a slot: tops of 7/10, 8/10, 9/10 and all of it
        assertStack(chart(charts, "parts"), 0.03, 0.7, 0.8, 0.9, 1);
        // 400 fresh, 500 cached, 100 written, 150 output, 50 reasoning
        assertStack(chart(charts, "tokens"), 1, 400, 900, 1000, 1150, 1200);
        // 300 requests of 0.0055 on average
        assertThat(chart(charts, "models").series("cost").values().get(0)).isCloseTo(1.65, within(TOLERANCE));
        assertThat(chart(charts, "models").labels()).containsExactly("acme/small");
    }

    @Test
    void distributionCountsEveryRequest() throws Exception {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));

        Drawn chart = chart(browser.open(ReportPage.of(directory, ledger)), "spread");

        // 0.001 to 0.010 in E12 steps: 0.007 and 0.008 share the bucket from 0.0068 to 0.0082
        assertThat(chart.labels()).startsWith("$0.001", "$0.0012", "$0.0015").endsWith("$0.0068", "$0.0082", "$0.01");
        assertThat(chart.labels()).containsAll(chart.ticks());
        assertThat(chart.series("requests").values().stream()
                        .map(value -> Math.round(Objects.requireNonNull(value)))
                        .toList())
                .containsExactly(30L, 0L, 0L, 30L, 0L, 30L, 0L, 30L, 30L, 30L, 60L, 30L, 30L);
    }

    @Test
    void waterfallLeadsFromBeforeToAfter() throws Exception {
        List<LedgerRecord> earlier = Known.sessions(400, 200);
        List<LedgerRecord> later = Known.sessions(400, 300, "0.0005");
        Path before = ReportPage.ledger(directory, "before.jsonl", earlier);
        Path after = ReportPage.ledger(directory, "after.jsonl", later);

        Drawn chart = chart(browser.open(ReportPage.of(directory, after, "--before", before.toString())), "change");

        Explanation why =
                Explanation.ofBuckets(buckets(earlier).build(), buckets(later).build());
        assertThat(why.shown()).hasSize(2);
        Series levels = chart.series("level");
        Series steps = chart.series("change");
        assertThat(chart.labels()).containsExactly("before", "output tokens", "unit price", "after");
        assertThat(levels.values().get(0)).isCloseTo(why.before(), within(TOLERANCE));
        assertThat(levels.values().get(3)).isCloseTo(why.after(), within(TOLERANCE));
        double between = why.before() + why.shown().get(0).amount();
        assertThat(steps.bases().get(1)).isCloseTo(why.before(), within(TOLERANCE));
        assertThat(steps.values().get(1)).isCloseTo(between, within(TOLERANCE));
        assertThat(steps.bases().get(2)).isCloseTo(between, within(TOLERANCE));
        assertThat(steps.values().get(2)).isCloseTo(why.after(), within(TOLERANCE));
    }

    private static CellBuckets buckets(List<LedgerRecord> records) {
        CellBuckets buckets = CellBuckets.bySession();
        records.forEach(buckets::add);
        return buckets;
    }

    @Test
    void drawsNothingOfASlotWithoutRequests() throws Exception {
        List<LedgerRecord> records = Known.slots("known").stream()
                .filter(record -> !record.id().startsWith("k-4-"))
                .toList();
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", records);

        Drawn chart = chart(browser.open(ReportPage.of(directory, ledger)), "cost");

        List<?> values = chart.series("cost per delivered request").values();
        assertThat(values).hasSize(Known.SLOTS);
        assertThat(values.get(4)).isNull();
        assertThat(values.get(5)).isNotNull();
    }

    @Test
    void namesDoNotBecomeMarkupOrScript() throws Exception {
        String hostile = "</script><img src=x onerror=document.title='x'>\u2028<!--";
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots(hostile));

        List<Drawn> charts = browser.open(ReportPage.of(directory, ledger, "--title", hostile));

        assertThat(charts).hasSize(7).allMatch(Drawn::painted);
    }

    @Test
    void drawsTenDaysOfThreeFeatures() throws Exception {
        Path ledger = SampleLedger.write(directory.resolve("costs.jsonl"), 5_000);

        List<Drawn> charts = browser.open(ReportPage.of(directory, ledger));

        assertThat(charts).hasSizeGreaterThan(15).allMatch(Drawn::painted);
        assertThat(chart(charts, "cost").ticks())
                .hasSizeGreaterThan(3)
                .allMatch(label -> label.matches("1[0-9] Nov"))
                .first()
                .isEqualTo("10 Nov");
    }

    private static Drawn chart(List<Drawn> charts, String name) {
        return charts.stream()
                .filter(chart -> chart.chart().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no chart " + name));
    }

    private interface Expected {
        double in(int slot);
    }

    private static void assertSlots(Series series, Expected expected) {
        assertThat(series.values()).hasSize(Known.SLOTS);
        IntStream.range(0, Known.SLOTS)
                .forEach(slot -> assertThat(series.values().get(slot))
                        .as("%s in slot %s", series.label(), slot)
                        .isCloseTo(expected.in(slot), within(TOLERANCE * Math.max(1, expected.in(slot)))));
    }

    /** Each bar ends at its top and begins where the one below ends; the lowest begins on the axis, which is a pixel wide. */
    private static void assertStack(Drawn chart, double each, double... tops) {
        assertThat(chart.series()).hasSize(tops.length);
        for (int i = 0; i < tops.length; i++) {
            Series series = chart.series().get(i);
            assertSlots(series.label(), series.values(), each * tops[i]);
            if (i > 0) {
                assertSlots(series.label(), series.bases(), each * tops[i - 1]);
            }
        }
    }

    private static void assertSlots(String label, List<@Nullable Double> drawn, double each) {
        assertSlots(new Series(label, drawn, List.of()), slot -> each * (slot + 1));
    }
}
