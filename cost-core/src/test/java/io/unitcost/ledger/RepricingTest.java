package io.unitcost.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.unitcost.Attempt;
import io.unitcost.AttemptCost.Result;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.ReportedCost;
import io.unitcost.RequestCost.Kind;
import io.unitcost.RequestMeter;
import io.unitcost.ledger.RepricingSummary.Feature;
import io.unitcost.ledger.RepricingSummary.Kept;
import io.unitcost.ledger.RepricingSummary.Left;
import io.unitcost.ledger.RepricingSummary.Missing;
import io.unitcost.ledger.RepricingSummary.Verdict;
import io.unitcost.price.Charge;
import io.unitcost.price.Money;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Unpriced;
import io.unitcost.price.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepricingTest {

    private static final Instant JANUARY = Instant.parse("2026-01-15T00:00:00Z");
    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
    private static final Instant JUNE = Instant.parse("2026-06-15T00:00:00Z");

    /** Per million: small 0.25, cached 0.025, output 2; big 3 and 15, and nothing of its own for what a cache gives. */
    private static final PriceTable PRICES = PriceTable.builder("sheet")
            .model("acme", "small", m -> m.rate(Unit.INPUT_TOKENS, "0.25 per 1M")
                    .rate(Unit.CACHE_READ_TOKENS, "0.025 per 1M")
                    .rate(Unit.OUTPUT_TOKENS, "2 per 1M"))
            .model("beta", "big", m -> m.rate(Unit.INPUT_TOKENS, "3 per 1M")
                    .rate(Unit.OUTPUT_TOKENS, "15 per 1M")
                    .rate(Unit.of("web_searches"), "10 per 1k"))
            .model("vectors", "read", m -> m.rate(Unit.REQUESTS, "20 per 1M"))
            .build();

    private static final PriceTable OTHER = PriceTable.builder("other")
            .model("acme", "small", m -> m.rate(Unit.INPUT_TOKENS, "0.5 per 1M").rate(Unit.OUTPUT_TOKENS, "1 per 1M"))
            .build();

    private static final Usage USAGE = Usage.builder()
            .set(Unit.INPUT_TOKENS, 1_200)
            .set(Unit.CACHE_READ_TOKENS, 600)
            .set(Unit.OUTPUT_TOKENS, 300)
            .build();

    private static LedgerRecord record(LedgerAttempt... attempts) {
        return LedgerRecord.builder("r-1", JANUARY, "chat", Money.USD)
                .priceTable("first@1")
                .revenue(Money.usd("0.004"))
                .allowance(Money.usd("0.0008"))
                .attempts(List.of(attempts))
                .build();
    }

    private static LedgerAttempt.Builder attempt(String provider, String model) {
        return LedgerAttempt.of(provider, model)
                .usage(USAGE, Quality.REPORTED)
                .charge(PRICES.charge(provider, model, USAGE, JANUARY));
    }

    private static LedgerAttempt only(LedgerRecord record) {
        assertThat(record.attempts()).hasSize(1);
        return record.attempts().get(0);
    }

    @ParameterizedTest
    @EnumSource(ReportedCost.class)
    void theSamePricesGiveTheSameRecords_toTheLastDigit(ReportedCost policy) {
        MemoryLedgerSink memory = MemoryLedgerSink.create();
        PriceTable prices;
        try (CostLedger ledger =
                CostLedger.builder(memory).salt("0123456789abcdef").build()) {
            CostMeter meter = RandomTraffic.meter(ledger).reportedCost(policy).build();
            new RandomTraffic(11).serve(meter, 2_000);
            prices = meter.prices();
            meter.close();
        }
        List<LedgerRecord> records = memory.records();
        assertThat(records).hasSizeGreaterThan(2_000);
        Repricing.Run run = Repricing.builder(prices).build().start();
        for (LedgerRecord before : records) {
            LedgerRecord after = run.reprice(before);
            assertThat(after.repricedFrom()).isEqualTo(before.priceTable()).isEqualTo(prices.id());
            assertThat(after.toBuilder().repricedFrom(null).build().toJson()).isEqualTo(before.toJson());
        }
        RepricingSummary summary = run.summary();
        assertThat(summary.features()).hasSize(5).allSatisfy(feature -> assertThat(feature.difference())
                .isEqualTo(Money.zero(Money.USD)));
        assertThat(summary.newlyPriced()).isZero();
        assertThat(summary.kept())
                .extracting(Left::why)
                .contains(Kept.OWN_CAPACITY, Kept.ELSEWHERE)
                .doesNotContain(Kept.SUPPORT);
        assertThat(summary.kept().stream().anyMatch(left -> left.why() == Kept.REPORTED))
                .isEqualTo(policy != ReportedCost.IGNORE);
        assertThat(summary.unpriced()).extracting(Missing::why).contains(Unpriced.UNKNOWN_MODEL);
    }

    @Test
    void chargesTheRecordedTokensAtTheOtherPrices() {
        LedgerRecord before = record(
                attempt("acme", "small").result(Result.RETRIED).build(),
                attempt("acme", "small").build());
        // 600 × 0.25 + 600 × 0.025 + 300 × 2 per million
        assertThat(before.total()).isEqualTo(Money.usd("0.00153"));
        LedgerRecord after = Repricing.builder(OTHER).build().reprice(before);
        // 1200 × 0.5 + 300 × 1 per million, half of it in the retry
        assertThat(after.total()).isEqualTo(Money.usd("0.0018"));
        assertThat(after.inference()).isEqualTo(Money.usd("0.0009"));
        assertThat(after.retry()).isEqualTo(Money.usd("0.0009"));
        assertThat(after.priceTable()).isEqualTo(OTHER.id());
        assertThat(after.repricedFrom()).isEqualTo("first@1");
        assertThat(after.revenue()).isEqualTo(Money.usd("0.004"));
        assertThat(after.allowance()).isEqualTo(Money.usd("0.0008"));
        assertThat(LedgerReader.parse(after.toJson())).isEqualTo(after);
    }

    @Test
    void remembersTheFirstPrices_howeverOftenItIsRepriced() {
        LedgerRecord once = Repricing.builder(OTHER)
                .build()
                .reprice(record(attempt("acme", "small").build()));
        LedgerRecord twice = Repricing.builder(PRICES).build().reprice(once);
        assertThat(twice.repricedFrom()).isEqualTo("first@1");
        assertThat(twice.total()).isEqualTo(Money.usd("0.000765"));
    }

    @Test
    void aMappedModelIsChargedAsTheOther() {
        Repricing repricing =
                Repricing.builder(PRICES).map("ACME/small", "beta/big").build();
        LedgerAttempt after =
                only(repricing.reprice(record(attempt("acme", "small").build())));
        assertThat(after.provider() + "/" + after.model()).isEqualTo("beta/big");
        // no cache price: 1200 × 3 + 300 × 15 per million
        assertThat(after.cost()).isEqualTo(Money.usd("0.0081"));
        assertThat(after.quality()).isEqualTo(Quality.REPORTED);
    }

    @Test
    void aMapByTheNameOfTheEntryTakesItsSnapshotsToo_butASnapshotOnlyItself() {
        LedgerAttempt snapshot = LedgerAttempt.of("acme", "small-2026-01-01")
                .usage(USAGE, Quality.REPORTED)
                .cost(Money.usd("1"))
                .build();
        LedgerAttempt plain = attempt("acme", "small").build();
        LedgerRecord both = record(snapshot, plain);
        assertThat(Repricing.builder(PRICES)
                        .map("acme/small", "beta/big")
                        .build()
                        .reprice(both)
                        .attempts())
                .extracting(LedgerAttempt::model)
                .containsExactly("big", "big");
        assertThat(Repricing.builder(PRICES)
                        .map("acme/small-2026-01-01", "beta/big")
                        .build()
                        .reprice(both)
                        .attempts())
                .extracting(LedgerAttempt::model)
                .containsExactly("big", "small");
    }

    @Test
    void scaledTokensAreRoundedHalfEvenAndEstimated() {
        Usage odd = Usage.builder()
                .set(Unit.INPUT_TOKENS, 5)
                .set(Unit.CACHE_READ_TOKENS, 3)
                .set(Unit.OUTPUT_TOKENS, 7)
                .set(Unit.of("web_searches"), 1)
                .build();
        Repricing repricing = Repricing.builder(PRICES)
                .map("acme/small", "beta/big")
                .tokenRatio(new BigDecimal("1.5"), new BigDecimal("0.9"))
                .build();
        LedgerAttempt after = only(repricing.reprice(
                record(attempt("acme", "small").usage(odd, Quality.REPORTED).build())));
        // 3 × 1.5 = 4.5 → 4; 2 × 1.5 = 3; together 7. 7 × 0.9 = 6.3 → 6
        assertThat(after.usage())
                .isEqualTo(Usage.builder()
                        .set(Unit.INPUT_TOKENS, 7)
                        .set(Unit.CACHE_READ_TOKENS, 4)
                        .set(Unit.OUTPUT_TOKENS, 6)
                        .set(Unit.of("web_searches"), 1)
                        .build());
        assertThat(after.quality()).isEqualTo(Quality.ESTIMATED);
        // 7 × 3 + 6 × 15 per million, and a search at 0.01
        assertThat(after.cost()).isEqualTo(Money.usd("0.010111"));
    }

    @Test
    void theRatioIsForMappedModelsOnly_andForAllWithoutAMap() {
        LedgerRecord record =
                record(attempt("acme", "small").build(), attempt("beta", "big").build());
        BigDecimal twice = BigDecimal.valueOf(2);
        List<LedgerAttempt> mapped = Repricing.builder(PRICES)
                .map("acme/small", "beta/big")
                .tokenRatio(BigDecimal.ONE, twice)
                .build()
                .reprice(record)
                .attempts();
        // 1200 × 3 + 600 × 15 per million, and 1200 × 3 + 300 × 15
        assertThat(mapped).extracting(LedgerAttempt::cost).containsExactly(Money.usd("0.0126"), Money.usd("0.0081"));
        List<LedgerAttempt> all = Repricing.builder(PRICES)
                .tokenRatio(BigDecimal.ONE, twice)
                .build()
                .reprice(record)
                .attempts();
        // 600 × 0.25 + 600 × 0.025 + 600 × 2 per million, and 1200 × 3 + 600 × 15
        assertThat(all).extracting(LedgerAttempt::cost).containsExactly(Money.usd("0.001365"), Money.usd("0.0126"));
    }

    @Test
    void pricesEachRecordAtItsOwnTime_orAllAtOne() {
        PriceTable dated = PriceTable.builder("dated")
                .model("acme", "small", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M")
                        .rate(Unit.OUTPUT_TOKENS, "1 per 1M")
                        .between(MAY, null, sheet -> sheet.rate(Unit.INPUT_TOKENS, "2 per 1M")
                                .rate(Unit.OUTPUT_TOKENS, "2 per 1M")))
                .build();
        LedgerRecord record = record(attempt("acme", "small").build());
        assertThat(Repricing.builder(dated).build().reprice(record).total()).isEqualTo(Money.usd("0.0015"));
        assertThat(Repricing.builder(dated).at(JUNE).build().reprice(record).total())
                .isEqualTo(Money.usd("0.003"));
    }

    @Test
    void whatWasNotBilledStaysFree() {
        LedgerAttempt free = attempt("acme", "small")
                .billed(false)
                .charge(Charge.nothing(Money.USD))
                .build();
        assertThat(Repricing.builder(OTHER).build().reprice(record(free)).total())
                .isEqualTo(Money.zero(Money.USD));
        LedgerAttempt mapped = only(
                Repricing.builder(PRICES).map("acme/small", "beta/big").build().reprice(record(free)));
        assertThat(mapped.model()).isEqualTo("big");
        assertThat(mapped.cost()).isEqualTo(Money.zero(Money.USD));
    }

    @Test
    void ownCapacityAndSupportWithoutARowAreKeptAndCounted() {
        LedgerRecord record = record(
                LedgerAttempt.of("gpu", "own")
                        .usage(USAGE, Quality.REPORTED)
                        .charge(Charge.ofWork(new BigDecimal("0.05"), Money.usd("0.0001"), Money.usd("0.0002"), false))
                        .build(),
                LedgerAttempt.of("vectors", "read")
                        .service("retrieval")
                        .usage(Usage.of(Unit.REQUESTS, 1), Quality.REPORTED)
                        .cost(Money.usd("0.00002"))
                        .build());
        Repricing.Run run = Repricing.builder(OTHER).build().start();
        assertThat(run.reprice(record).total()).isEqualTo(record.total());
        assertThat(run.summary().kept())
                .containsExactly(
                        new Left("gpu", "own", Kept.OWN_CAPACITY, 1, Money.usd("0.0003")),
                        new Left("vectors", "read", Kept.SUPPORT, 1, Money.usd("0.00002")));
        assertThat(run.summary().unpriced()).isEmpty();
    }

    @Test
    void movingOffOwnCapacityTakesTheIdleShareAway() {
        LedgerRecord record = record(LedgerAttempt.of("gpu", "own")
                .usage(USAGE, Quality.REPORTED)
                .charge(Charge.ofWork(new BigDecimal("0.05"), Money.usd("0.0001"), Money.usd("0.0002"), false))
                .build());
        LedgerRecord after =
                Repricing.builder(PRICES).map("gpu/own", "acme/small").build().reprice(record);
        assertThat(after.idle()).isEqualTo(Money.zero(Money.USD));
        assertThat(after.total()).isEqualTo(Money.usd("0.000765"));
    }

    @Test
    void whatHadNoPriceAndHasOneNowIsPriced() {
        LedgerRecord record = record(LedgerAttempt.of("beta", "big")
                .usage(USAGE, Quality.REPORTED)
                .unpriced(Unpriced.UNKNOWN_MODEL)
                .build());
        Repricing.Run run = Repricing.builder(PRICES).build().start();
        LedgerRecord after = run.reprice(record);
        assertThat(after.total()).isEqualTo(Money.usd("0.0081"));
        assertThat(after.unpricedAttempts()).isZero();
        assertThat(run.summary().newlyPriced()).isEqualTo(1);
    }

    @Test
    void whatLosesItsPriceKeepsTheRecordedCostAndSaysSo() {
        LedgerRecord record = record(attempt("beta", "big").build());
        Repricing.Run run = Repricing.builder(OTHER).build().start();
        LedgerRecord after = run.reprice(record);
        assertThat(after.total()).isEqualTo(Money.usd("0.0081"));
        assertThat(only(after).unpriced()).isEqualTo(Unpriced.UNKNOWN_PROVIDER);
        assertThat(run.summary().unpriced())
                .containsExactly(new Missing("beta", "big", Unpriced.UNKNOWN_PROVIDER, 1, Money.usd("0.0081")));
    }

    @Test
    void anAmountThatTheProviderReportedStaysTheCost_unlessToldOtherwise() {
        Money said = Money.usd("0.0005");
        LedgerRecord record = record(attempt("acme", "small")
                .charge(PRICES.charge("acme", "small", USAGE, JANUARY).replacedBy(said))
                .reportedCost(said)
                .build());
        Repricing.Run run = Repricing.builder(OTHER).build().start();
        assertThat(run.reprice(record).total()).isEqualTo(said);
        assertThat(run.summary().kept()).containsExactly(new Left("acme", "small", Kept.REPORTED, 1, said));
        Repricing compare =
                Repricing.builder(OTHER).reportedCost(ReportedCost.COMPARE).build();
        assertThat(only(compare.reprice(record)).cost()).isEqualTo(Money.usd("0.0009"));
        assertThat(only(compare.reprice(record)).reportedCost()).isEqualTo(said);
        Repricing mapped =
                Repricing.builder(PRICES).map("acme/small", "beta/big").build();
        assertThat(only(mapped.reprice(record)).cost()).isEqualTo(Money.usd("0.0081"));
        assertThat(only(mapped.reprice(record)).reportedCost()).isNull();
    }

    @Test
    void aCostThatNoAttemptAccountsForStays() {
        LedgerRecord record = record(attempt("acme", "small").build()).toBuilder()
                .parts(Money.usd("1.000765"), Money.zero(Money.USD), Money.usd("2"), Money.zero(Money.USD))
                .build();
        LedgerRecord after = Repricing.builder(OTHER).build().reprice(record);
        assertThat(after.inference()).isEqualTo(Money.usd("1.0009"));
        assertThat(after.support()).isEqualTo(Money.usd("2"));
    }

    @Test
    void anObjectiveSetsTheAllowance_andARevenueWhereThereIsNone() {
        CostObjective objective =
                CostObjective.of("chat").revenue("0.002").targetMargin("0.8").build();
        Repricing repricing = Repricing.builder(PRICES).objective(objective).build();
        LedgerRecord record = record(attempt("acme", "small").build());
        // 0.002 × 0.2
        assertThat(repricing.reprice(record).allowance()).isEqualTo(Money.usd("0.0004"));
        assertThat(repricing.reprice(record).revenue()).isEqualTo(Money.usd("0.004"));
        LedgerRecord bare = record.toBuilder().revenue(null).allowance(null).build();
        assertThat(repricing.reprice(bare).revenue()).isEqualTo(Money.usd("0.002"));
        assertThat(repricing.reprice(bare).allowance()).isEqualTo(Money.usd("0.0004"));
        LedgerRecord failed = bare.toBuilder().outcome(Outcome.FAILED).build();
        assertThat(repricing.reprice(failed).allowance()).isNull();
        CostObjective computed = CostObjective.of("chat")
                .revenue(cost -> Money.usd("1"))
                .targetMargin("0.9")
                .build();
        // 0.004 × 0.1
        assertThat(Repricing.builder(PRICES)
                        .objective(computed)
                        .build()
                        .reprice(record)
                        .allowance())
                .isEqualTo(Money.usd("0.0004"));
    }

    /** Two delivered requests at small, one failed: 0.000765 each; support 0.00002 once. Allowance 0.0008 each delivered. */
    private static RepricingSummary threeRequests(PriceTable prices) {
        LedgerAttempt support = LedgerAttempt.of("vectors", "read")
                .service("retrieval")
                .usage(Usage.of(Unit.REQUESTS, 1), Quality.REPORTED)
                .cost(Money.usd("0.00002"))
                .build();
        LedgerRecord delivered = record(attempt("acme", "small").build(), support);
        LedgerRecord failed = record(attempt("acme", "small").build()).toBuilder()
                .outcome(Outcome.FAILED)
                .revenue(null)
                .allowance(null)
                .build();
        Repricing.Run run = Repricing.builder(prices).build().start();
        List.of(delivered, record(attempt("acme", "small").build()), failed).forEach(run::reprice);
        return run.summary();
    }

    @Test
    void sumsUpByFeature() {
        Feature chat = threeRequests(OTHER).features().get(0);
        assertThat(chat.requests()).isEqualTo(3);
        assertThat(chat.delivered()).isEqualTo(2);
        // 3 × 0.000765 + 0.00002
        assertThat(chat.was()).isEqualTo(Money.usd("0.002315"));
        // 3 × 0.0009 + 0.00002
        assertThat(chat.wouldBe()).isEqualTo(Money.usd("0.00272"));
        assertThat(chat.difference()).isEqualTo(Money.usd("0.000405"));
        assertThat(chat.perDelivered(chat.wouldBe())).isEqualByComparingTo("0.00136");
        // 1 − 0.00272 ÷ 0.008
        assertThat(chat.margin(chat.wouldBe())).isEqualByComparingTo("0.66");
        assertThat(chat.allowance()).isEqualTo(Money.usd("0.0016"));
        assertThat(chat.verdict()).isEqualTo(Verdict.MISSED);
        assertThat(chat.verdictBefore()).isEqualTo(Verdict.MISSED);
        assertThat(chat.models()).hasSize(1);
    }

    @Test
    void breakEvenPricesMeetTheAllowanceExactly() {
        Feature chat = threeRequests(OTHER).features().get(0);
        RepricingSummary.Model small = chat.models().get(0);
        // without its cache price all 1200 tokens are input: 3600 tokens, 0.0018; 900 of output, 0.0009; support
        // 0.00002
        assertThat(small.inputTokens()).isEqualByComparingTo("3600");
        assertThat(small.inputPrice()).isEqualByComparingTo("0.5");
        assertThat(small.outputPrice()).isEqualByComparingTo("1");
        // (0.0016 − 0.0009 − 0.00002) ÷ 3600 × 1M = 0.1888…
        assertThat(chat.breakEvenInput(small)).isCloseTo(new BigDecimal("0.188888888889"), within());
        // 0.0016 − 0.0018 − 0.00002 is below zero: no price of output does it alone
        assertThat(chat.breakEvenOutput(small)).isNull();
        // (0.0016 − 0.00002) ÷ 0.0027
        assertThat(chat.breakEvenFactor(small)).isCloseTo(new BigDecimal("0.585185185185"), within());
    }

    private static Offset<BigDecimal> within() {
        return Offset.offset(new BigDecimal("1e-12"));
    }

    @Test
    void atTheBreakEvenPriceTheObjectiveIsJustKept() {
        Feature before = threeRequests(PRICES).features().get(0);
        assertThat(before.verdict()).isEqualTo(Verdict.MISSED);
        RepricingSummary.Model small = before.models().get(0);
        // (0.0016 − 0.000515) ÷ 900 × 1M, rounded down
        BigDecimal output = before.breakEvenOutput(small);
        assertThat(output).isCloseTo(new BigDecimal("1.205555555556"), within());
        for (String price : List.of("1.2055", "1.2056")) {
            PriceTable just = PriceTable.builder("just")
                    .model("acme", "small", m -> m.rate(Unit.INPUT_TOKENS, "0.25 per 1M")
                            .rate(Unit.CACHE_READ_TOKENS, "0.025 per 1M")
                            .rate(Unit.OUTPUT_TOKENS, price + " per 1M"))
                    .build();
            assertThat(threeRequests(just).features().get(0).verdict())
                    .isEqualTo(price.equals("1.2055") ? Verdict.KEPT : Verdict.MISSED);
        }
    }

    @Test
    void anAllowanceIsNotKeptWhereSomethingHasNoPrice() {
        Repricing.Run run = Repricing.builder(PRICES).build().start();
        run.reprice(record(LedgerAttempt.of("who", "knows")
                .usage(USAGE, Quality.REPORTED)
                .unpriced(Unpriced.UNKNOWN_PROVIDER)
                .build()));
        assertThat(run.summary().features().get(0).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void workOnAnothersRequestIsRepricedAndCountedApart() {
        Repricing.Run run = Repricing.builder(OTHER).build().start();
        LedgerRecord work = record(attempt("acme", "small").build()).toBuilder()
                .kind(Kind.SUBREQUEST)
                .revenue(null)
                .allowance(null)
                .build();
        assertThat(run.reprice(work).total()).isEqualTo(Money.usd("0.0009"));
        RepricingSummary summary = run.summary();
        assertThat(summary.features()).isEmpty();
        assertThat(summary.subrequests()).isEqualTo(1);
        assertThat(summary.subrequestsWas()).isEqualTo(Money.usd("0.000765"));
        assertThat(summary.subrequestsWouldBe()).isEqualTo(Money.usd("0.0009"));
    }

    @Test
    void namesWhatWasMappedInVain_andCountsWhatWasMapped() {
        Repricing.Run run = Repricing.builder(PRICES)
                .map("acme/small", "beta/big")
                .map("acme/large", "beta/big")
                .build()
                .start();
        run.reprice(record(attempt("acme", "small").build()));
        RepricingSummary summary = run.summary();
        assertThat(summary.unusedMaps()).containsExactly("acme/large");
        assertThat(summary.mapped()).isEqualTo(1);
        assertThat(summary.cached()).isTrue();
        assertThat(summary.from()).isEqualTo(JANUARY).isEqualTo(summary.to());
    }

    @Test
    void refusalsNameTheArgumentTheValueAndTheRemedy() {
        assertThatThrownBy(() -> Repricing.builder(PRICES)
                        .map("acme/small", "beta/bigger")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("map acme/small to beta/bigger: price table " + PRICES.id()
                        + " has no price for beta/bigger; add it, or name another model");
        assertThatThrownBy(
                        () -> Repricing.builder(PRICES).map("small", "beta/big").build())
                .hasMessage("map from 'small' is no model; write PROVIDER/MODEL");
        assertThatThrownBy(() -> Repricing.builder(PRICES).tokenRatio(BigDecimal.ZERO, BigDecimal.ONE))
                .hasMessage("token ratio: input 0 is not a ratio; give one above 0, at most 1000");
        LedgerRecord euros = LedgerRecord.builder("r-2", JANUARY, "chat", Currency.getInstance("EUR"))
                .build();
        assertThatThrownBy(() -> Repricing.builder(PRICES).build().reprice(euros))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("r-2 is in EUR")
                .hasMessageContaining("convert");
    }

    @Test
    void endlessModelsAreRefused() {
        Repricing.Run run = Repricing.builder(PRICES).build().start();
        List<LedgerAttempt> many = new ArrayList<>();
        for (int i = 0; i <= RepricingTally.MOST_MODELS; i++) {
            many.add(LedgerAttempt.of("acme", "m" + i)
                    .billed(false)
                    .cost(Money.zero(Money.USD))
                    .build());
        }
        assertThatThrownBy(() -> run.reprice(record(many.toArray(new LedgerAttempt[0]))))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("more than 100000 models");
    }

    @Test
    void worksOnWhatAMeterWrote() {
        MemoryLedgerSink memory = MemoryLedgerSink.create();
        try (CostLedger ledger = CostLedger.builder(memory).build();
                CostMeter meter =
                        CostMeter.builder().prices(PRICES).listener(ledger).build()) {
            RequestMeter request = meter.open("chat");
            request.record(Attempt.of("acme", "small").usage(USAGE).build());
            request.end(Outcome.DELIVERED);
        }
        LedgerRecord before = memory.records().get(0);
        assertThat(Repricing.builder(OTHER).build().reprice(before).total()).isEqualTo(Money.usd("0.0009"));
    }
}
