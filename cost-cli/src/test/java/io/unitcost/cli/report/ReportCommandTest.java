package io.unitcost.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.unitcost.Outcome;
import io.unitcost.Part;
import io.unitcost.Quality;
import io.unitcost.RequestCost.Kind;
import io.unitcost.cli.Shell;
import io.unitcost.ledger.LedgerAttempt;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.price.Money;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void everySumOnThePageIsTheLedgersOwn() throws IOException {
        Path ledger = SampleLedger.write(directory.resolve("costs.jsonl"), 3_000);

        ReportPage page = ReportPage.of(directory, ledger);

        // ten days are forty slots of six hours
        Map<String, TreeMap<Long, BigDecimal>> costs = new TreeMap<>();
        Map<String, BigDecimal> support = new TreeMap<>();
        Map<String, Long> delivered = new TreeMap<>();
        Money.Sum all = Money.sum(Money.USD);
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            reader.forEach(record -> {
                long slot =
                        Duration.between(SampleLedger.START, record.openedAt()).toHours() / 6;
                costs.computeIfAbsent(record.feature(), key -> new TreeMap<>())
                        .merge(slot, record.total().amount(), BigDecimal::add);
                support.merge(record.feature(), record.part(Part.SUPPORT).amount(), BigDecimal::add);
                delivered.merge(record.feature(), record.isDelivered() ? 1L : 0L, Long::sum);
                all.add(record.total());
            });
        }
        assertThat(page.data().get("slotSeconds")).isEqualTo(new BigDecimal(21_600));
        assertThat(page.features()).hasSize(3);
        for (Map<String, Object> feature : page.features()) {
            String name = feature.get("name").toString();
            List<?> cost = (List<?>) feature.get("cost");
            assertThat(cost).hasSize(40);
            for (int slot = 0; slot < 40; slot++) {
                assertThat((BigDecimal) cost.get(slot))
                        .as("%s in slot %s", name, slot)
                        .isEqualByComparingTo(costs.get(name).getOrDefault((long) slot, BigDecimal.ZERO));
            }
            assertThat(sum(feature.get("support"))).isEqualByComparingTo(support.get(name));
            assertThat(sum(feature.get("delivered"))).isEqualByComparingTo(new BigDecimal(delivered.get(name)));
            assertThat(page.text())
                    .contains(sum(feature.get("cost")).stripTrailingZeros().toPlainString());
        }
        assertThat(page.text()).contains(all.toMoney().toPlainString() + " USD");
    }

    private static BigDecimal sum(Object list) {
        return ((List<?>) list).stream().map(BigDecimal.class::cast).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void sameLedgerSameBytes_whereverItIsAndWheneverItIsRead() throws IOException {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Path copy = Files.copy(ledger, elsewhere.resolve("copy.jsonl"));

        assertThat(ReportPage.of(elsewhere, copy).html())
                .isEqualTo(ReportPage.of(directory, ledger).html());
    }

    @Test
    void theOrderOfRecordsDoesNotMatter() throws IOException {
        List<LedgerRecord> records = new ArrayList<>(Known.slots("known"));
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", records);
        Collections.shuffle(records, new Random(3));
        Path shuffled = ReportPage.ledger(directory, "shuffled.jsonl", records);

        assertThat(ReportPage.of(directory, shuffled).html())
                .isEqualTo(ReportPage.of(directory, ledger).html());
    }

    @Test
    void saysWhatObjectivesCameTo() throws IOException {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));

        String text = ReportPage.of(directory, ledger, "--title", "A week").text();

        // mean of 0.001 to 0.010 is 0.0055; 300 x (0.0055 - 0.004) = 0.45
        assertThat(text)
                .contains("A week")
                .contains("known, cost: missed. $0.0055 a request where $0.004 is allowed: $0.45 too much in all.")
                // 1 - 0.0055 / 0.02
                .contains("72.5 %")
                // slots of 0.005 and more, and margins below 1 - 0.004 / 0.02
                .contains("6 of 10 points, 5 minutes each, are above it.")
                .contains("6 of 10 points, 5 minutes each, are below it.")
                .contains("The dashed line is the mean allowance, $0.004.")
                .contains("inference is 70 %, idle is 10 %, support is 10 % and retry is 10 % of it");
    }

    @Test
    void objectivesOfAFileReplaceThoseOfTheLedger() throws IOException {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));
        Path slo = Files.writeString(
                directory.resolve("cost-slo.json"),
                "{\"v\":1,\"currency\":\"USD\",\"features\":{\"known\":{\"revenuePerRequest\":\"0.1\",\"targetMargin\":\"0.9\","
                        + "\"p95Ms\":900},\"gone\":{\"ceilingPerRequest\":\"1\"}}}");

        String text = ReportPage.of(directory, ledger, "--slo", slo.toString()).text();

        // 300 x (0.01 - 0.0055) = 1.35; each took a second
        assertThat(text)
                .contains("$0.0055 a request where $0.01 is allowed: $1.35 left in all.")
                .contains("known, latency: missed. 100 % of requests took longer than the latency budget, 5 % may.")
                .contains("The objectives name the feature gone, of which there is no request here.");
    }

    @Test
    void saysWhatItDoesNotKnow() throws IOException {
        List<LedgerRecord> records = new ArrayList<>(Known.slots("known"));
        records.add(Known.request("0123456789abcdef-1", "known", Known.START).build());
        records.add(Known.request("0123456789abcdef-4", "known", Known.START)
                .kind(Kind.LATE)
                .attempts(List.of(attempt("0.5").build()))
                .build());
        records.add(Known.request("x", "unattributed", Known.START)
                .kind(Kind.UNATTRIBUTED)
                .attempts(List.of(attempt("0.25").build()))
                .build());
        records.add(Known.request("y", "known", Known.START)
                .kind(Kind.SUBREQUEST)
                .attempts(List.of(attempt("7").build()))
                .build());
        records.add(Known.request("z", "free", Known.START)
                .revenue(null)
                .attempts(List.of(attempt("0.1")
                        .unpriced(Unpriced.UNKNOWN_UNIT)
                        .usage(Usage.NONE, Quality.ESTIMATED)
                        .build()))
                .build());
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", records);
        Files.writeString(ledger, "{\"v\":1,\"id\":\"cut", StandardOpenOption.APPEND);

        // 300 x 0.0055 + 0.5 + 0.25 + 0.1 = 2.5, without the subrequest
        assertThat(ReportPage.of(directory, ledger).text())
                .contains("2.5 USD")
                .contains("1 of 303 attempts has no price or not a whole one: 1 request cost at least")
                .contains("Unpriced because of unknown unit: acme/large (1).")
                .contains("The usage of 1 attempt was estimated: $0.10, 4 % of the cost.")
                .contains("1 record came after the request was closed; the feature pays: $0.50, 20 % of the cost.")
                .contains("1 record belongs to no request: $0.25, 10 % of the cost.")
                .contains("1 last line was not written to the end and left out: costs.jsonl:306.")
                .contains("at least 2 records between the first and the last one are not here")
                .contains("No revenue is known of free, and so no margin.")
                .contains("1 record is work on requests of other services, $7;")
                .contains("Looked for and not found: broken streams and requests without a session.");
    }

    private static LedgerAttempt.Builder attempt(String cost) {
        return LedgerAttempt.of("acme", "large").cost(Money.usd(cost));
    }

    @Test
    void drawsNoCausesOfAChangeThatMayBeChance() throws IOException {
        Path before = ReportPage.ledger(directory, "before.jsonl", Known.sessions(400, 200));
        Path after = ReportPage.ledger(directory, "after.jsonl", Known.sessions(401, 200));

        ReportPage page = ReportPage.of(directory, after, "--before", before.toString());

        assertThat(page.data().get("change")).isNull();
        assertThat(page.html()).doesNotContain("data-chart=\"change\"");
        assertThat(page.text()).contains("Undecided: with 95 % confidence the change is between -$");
    }

    @Test
    void drawsWhatMovedACostThatDidChange() throws IOException {
        Path before = ReportPage.ledger(directory, "before.jsonl", Known.sessions(400, 200));
        Path after = ReportPage.ledger(directory, "after.jsonl", Known.sessions(400, 300));

        ReportPage page = ReportPage.of(directory, after, "--before", before.toString());

        // 100 tokens of 0.00001 more
        assertThat(page.text())
                .contains(
                        "A delivered request cost $0.0021 in the ledger before and $0.0031 in this ledger: +$0.001 (+47.6 %).")
                .contains("Output tokens moved it most: +$0.001.");
        Map<?, ?> change = (Map<?, ?>) page.data().get("change");
        assertThat(((BigDecimal) change.get("after"))
                        .subtract((BigDecimal) change.get("before"))
                        .doubleValue())
                .isCloseTo(
                        ((List<?>) change.get("steps"))
                                .stream()
                                        .map(step -> (BigDecimal) ((Map<?, ?>) step).get("amount"))
                                        .mapToDouble(BigDecimal::doubleValue)
                                        .sum(),
                        within(1e-15));
    }

    @Test
    void comparesTheHalvesOfOneLedger() throws IOException {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));

        // slots 0 to 4 and 5 to 9: means of 0.001 to 0.005 and of 0.006 to 0.010
        assertThat(ReportPage.of(directory, ledger).text())
                .contains(
                        "A delivered request cost $0.003 before 21 Nov 2026 10:25 UTC and $0.008 from then on: +$0.005");
    }

    @Test
    void saysWhereAnAllowanceIsThatIsNotDrawn() throws IOException {
        // each costs 0.0021 of the 0.004 that it may cost
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.sessions(40, 200));

        assertThat(ReportPage.of(directory, ledger).text())
                .contains("The mean allowance, $0.004, is above what is drawn.");
    }

    @Test
    void listsTheFiveDearestRequests() throws IOException {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));

        String text = ReportPage.of(directory, ledger).text();

        assertThat(text.substring(text.indexOf("The dearest requests")))
                .contains("k-9-0 0.01 known 2026-11-21 10:45:00 delivered 1 k-9-1 0.01")
                .contains("k-9-12 0.01")
                .doesNotContain("k-9-13");
    }

    @Test
    void saysThatAMomentHasNoHalves() throws IOException {
        Path ledger = ReportPage.ledger(
                directory,
                "costs.jsonl",
                List.of(Known.request("a", "known", Known.START).build()));

        assertThat(ReportPage.of(directory, ledger).text())
                .contains("too short to have two halves. Give an earlier ledger with --before.")
                .contains("Cost: not judged. 1 delivered request, and 30 are needed.");
    }

    @Test
    void manyFeaturesAreTheDearestAndTheOthers() throws IOException {
        List<LedgerRecord> records = new ArrayList<>();
        for (int i = 0; i < LedgerTally.MOST_FEATURES + 50; i++) {
            records.add(Known.request("a" + i, "feature-" + i, Known.START.plusSeconds(i))
                    .parts(Money.usd("0.001").times(i), Money.usd("0"), Money.usd("0"), Money.usd("0"))
                    .build());
        }
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", records);

        ReportPage page = ReportPage.of(directory, ledger);

        assertThat(page.features()).hasSize(FeatureSection.MOST_DRAWN);
        assertThat(page.features().get(7).get("name")).isEqualTo("all other features");
        // 0.001 x 249 x 250 / 2
        assertThat(page.features().stream()
                        .map(feature -> sum(feature.get("cost")))
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo("31.125");
        assertThat(page.text()).contains("There are more than 200 features; those that came later are one, $11.22.");
    }

    @Test
    void namesOfWhateverTextStayText() throws IOException {
        String hostile = "</script><img src=x onerror=alert(1)>\u2028\u202e&quot;'\"-->";
        Path ledger = ReportPage.ledger(
                directory,
                "costs.jsonl",
                Known.slots(hostile).stream()
                        .map(record -> record.toBuilder()
                                .release(hostile)
                                .priceTable(hostile)
                                .build())
                        .toList());

        ReportPage page = ReportPage.of(directory, ledger, "--title", hostile);

        assertThat(page.html())
                .doesNotContain("<img")
                .containsOnlyOnce("</main>")
                .matches("\\p{ASCII}*");
        assertThat(page.html().split("</script", -1)).hasSize(4);
        assertThat(page.features().get(0).get("name")).isEqualTo(hostile);
        assertThat(page.html())
                .contains("<h2><bdi>&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&#8232;&#8238;&amp;quot;");
    }

    @Test
    void asksNothingOfANetwork() throws IOException {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));

        String html = ReportPage.of(directory, ledger).html();

        String withoutComments = html.replaceAll("(?s)/\\*!.*?\\*/", "");
        assertThat(html)
                .contains("Chart.js v4.5.1")
                .contains("Released under the MIT License")
                .contains("Copyright (c) 2014-2024 Chart.js Contributors");
        assertThat(withoutComments)
                .doesNotContainPattern("https?://")
                .doesNotContain("sourceMappingURL")
                .doesNotContain("unsafe-inline")
                .contains("default-src 'none'");
    }

    @Test
    void aLedgerOfWhichNothingWasDeliveredHasNoCostPerRequest() throws IOException {
        List<LedgerRecord> records = Known.slots("known").stream()
                .map(record -> record.toBuilder()
                        .outcome(Outcome.FAILED)
                        .revenue(null)
                        .allowance(null)
                        .build())
                .toList();
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", records);

        assertThat(ReportPage.of(directory, ledger).text())
                .contains("Delivered requests 0 of 300; 300 failed")
                .contains("Cost per delivered request - of all features")
                .contains("so there is no cost per request to compare");
    }

    @Test
    void workForOtherServicesAloneIsNoCost() throws IOException {
        List<LedgerRecord> records = Known.slots("known").stream()
                .map(record -> record.toBuilder()
                        .kind(Kind.SUBREQUEST)
                        .revenue(null)
                        .allowance(null)
                        .build())
                .toList();
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", records);

        assertThat(ReportPage.of(directory, ledger).text())
                .contains("0 USD")
                .contains("300 records are work on requests of other services, $1.65;");
    }

    @Test
    void standardOutputGetsThePageAndNothingElse() throws IOException {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));

        Shell.Result result = Shell.run("report", "--html", "-", "--ledger", ledger.toString());

        assertThat(result.code()).isZero();
        assertThat(result.out()).isEqualTo(ReportPage.of(directory, ledger).html());
    }

    @Test
    void readsADirectoryWithGzip() throws IOException {
        Path costs = Files.createDirectory(directory.resolve("costs"));
        ReportPage.ledger(costs, "a.jsonl", Known.slots("one"));
        ReportPage.ledger(costs, "b.jsonl.gz", Known.slots("two"));

        assertThat(ReportPage.of(directory, costs).features())
                .extracting(feature -> feature.get("name"))
                .containsExactly("one", "two");
    }

    @Test
    void aPageIsReplacedAndAnotherFileIsNot() throws IOException {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));
        ReportPage.of(directory, ledger);
        ReportPage.of(directory, ledger);

        Shell.Result result = Shell.run("report", "--html", ledger.toString(), "--ledger", ledger.toString());

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("costs.jsonl: there is another file, which is no page; name a new one");
        assertThat(ledger)
                .hasContent(String.join(
                        "\n",
                        Known.slots("known").stream().map(LedgerRecord::toJson).toList()));
    }

    @Test
    void noDataIsNoPage() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.jsonl"));
        Path page = directory.resolve("page.html");

        Shell.Result result = Shell.run("report", "--html", page.toString(), "--ledger", empty.toString());

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err())
                .contains("empty.jsonl: there is no record in it; name a ledger of at least one request");
        assertThat(page).doesNotExist();
    }

    @Test
    void currenciesAreNotMixed() throws IOException {
        Currency euro = Currency.getInstance("EUR");
        Path mixed = ReportPage.ledger(
                directory,
                "mixed.jsonl",
                List.of(
                        Known.request("a", "known", Known.START).build(),
                        LedgerRecord.builder("b", Known.START, "known", euro).build()));
        Path dollars = ReportPage.ledger(directory, "dollars.jsonl", Known.slots("known"));
        Path euros = ReportPage.ledger(
                directory,
                "euros.jsonl",
                List.of(LedgerRecord.builder("b", Known.START, "known", euro).build()));
        Path slo = Files.writeString(
                directory.resolve("cost-slo.json"),
                "{\"v\":1,\"currency\":\"EUR\",\"features\":{\"known\":{\"ceilingPerRequest\":\"1\"}}}");

        assertRefused("mixed.jsonl:2: EUR after USD; amounts of two currencies cannot be added up", mixed);
        assertRefused("euros.jsonl:1: EUR beside USD", dollars, "--before", euros.toString());
        assertRefused("objectives in EUR, the ledger in USD", dollars, "--slo", slo.toString());
    }

    private void assertRefused(String message, Path ledger, String... more) {
        List<String> args = new ArrayList<>(
                List.of("report", "--html", directory.resolve("page.html").toString(), "--ledger", ledger.toString()));
        args.addAll(List.of(more));
        Shell.Result result = Shell.run(args.toArray(String[]::new));
        assertThat(result.err()).contains(message);
        assertThat(result.code()).isEqualTo(2);
    }

    @Test
    void whatCannotBeWrittenIsSaid() throws IOException {
        Path ledger = ReportPage.ledger(directory, "costs.jsonl", Known.slots("known"));

        Shell.Result result = Shell.run(
                "report", "--html", directory.resolve("none/page.html").toString(), "--ledger", ledger.toString());

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("cannot be written").contains("name a file in a directory that is there");
    }
}
