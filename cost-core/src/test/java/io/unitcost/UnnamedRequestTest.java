package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.unitcost.RequestCost.Kind;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request whose feature turns out later, and frameworks that say what is current by entering and leaving. */
class UnnamedRequestTest {

    private final RecordedCosts published = new RecordedCosts();
    private final CostMeter meter = CostMeter.builder()
            .objective(CostObjective.of("chat").revenue("0.002").build())
            .listener(published)
            .maxFeatures(1)
            .build();

    @AfterEach
    void close() {
        meter.close();
        assertThat(CallMeter.current()).isNull();
        assertThat(RequestMeter.current().isAttributed()).isFalse();
    }

    @Test
    void aRequestWithoutNameAndUsageIsNotPublished() {
        RequestMeter request = meter.openUnnamed();
        request.suggestName("/health");

        request.end(Outcome.DELIVERED);

        published.assertNothingLeft();
        assertThat(request.isOpen()).isFalse();
    }

    @Test
    void aNamedRequestWithoutUsageCountsAndEarns() {
        RequestMeter request = meter.openUnnamed();
        request.name("chat");
        request.name("other things");

        request.end(Outcome.DELIVERED);

        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.kind()).isEqualTo(Kind.REQUEST);
        assertThat(cost.revenue()).isEqualTo(Money.usd("0.002"));
    }

    @Test
    void aSuggestedNameCountsWhenSomethingWasUsed() {
        RequestMeter request = meter.openUnnamed();
        assertThat(request.feature()).isEqualTo("unattributed");
        request.record(attempt());
        request.suggestName("/chat/{id}");
        request.end(Outcome.DELIVERED);

        assertThat(published.take().feature()).isEqualTo("/chat/{id}");
    }

    @Test
    void suggestionsOfRequestsWithoutUsageTakeNoPlace() {
        for (int i = 0; i < 10; i++) {
            RequestMeter request = meter.openUnnamed();
            request.suggestName("/page/" + i);
            request.end(Outcome.DELIVERED);
        }
        aSuggestedNameCountsWhenSomethingWasUsed();
    }

    @Test
    void usageWithoutAnyNameIsUnattributed() {
        RequestMeter request = meter.openUnnamed();
        request.record(attempt());
        request.end(Outcome.DELIVERED);

        assertThat(published.take().feature()).isEqualTo("unattributed");
    }

    @Test
    void usageAfterTheCloseOfAnUnusedRequestIsLateUnderItsSuggestedName() {
        RequestMeter request = meter.openUnnamed();
        request.suggestName("/chat");
        request.end(Outcome.DELIVERED);
        request.record(attempt());

        RequestCost cost = published.take();
        assertThat(cost.kind()).isEqualTo(Kind.LATE);
        assertThat(cost.feature()).isEqualTo("/chat");
    }

    @Test
    void aBoundaryInsideNamesIt() {
        RequestMeter request = meter.openUnnamed();
        try (Scope scope = request.makeCurrent()) {
            RequestMeter inner = meter.open("chat");
            assertThat(request.feature()).isEqualTo("chat");
            inner.end(Outcome.DELIVERED);
        }
        request.end(Outcome.FAILED);

        RequestCost cost = published.take();
        assertThat(cost.feature()).isEqualTo("chat");
        assertThat(cost.outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void whatIsEnteredIsCurrentUntilItIsLeft() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        request.enter();
        call.enter();
        assertThat(CallMeter.current()).isSameAs(call);
        request.enter();
        assertThat(CallMeter.current()).as("the call says more").isSameAs(call);
        request.leave();
        call.leave();
        assertThat(CallMeter.current()).isNull();
        assertThat(RequestMeter.current()).isSameAs(request);
        request.leave();
        request.leave();
        assertThat(RequestMeter.current().isAttributed()).isFalse();
        assertThat(meter.errors(CostMeter.Site.SCOPE)).isZero();
    }

    @Test
    void leavingInAnotherOrderLeavesNothingBehind() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        request.enter();
        call.enter();
        request.leave();
        assertThat(CallMeter.current()).isSameAs(call);
        call.leave();
    }

    @Test
    void aSnapshotDoesNotCarryWhatAFrameworkEnteredButWhatWasMadeCurrent() {
        RequestMeter request = meter.open("chat");
        ContextSnapshotFactory factory = ContextSnapshotFactory.builder()
                .contextRegistry(new ContextRegistry().registerThreadLocalAccessor(new CurrentRequestAccessor()))
                .build();
        request.enter();
        ContextSnapshot entered = factory.captureAll();
        request.leave();
        ContextSnapshot made;
        try (Scope scope = request.makeCurrent()) {
            made = factory.captureAll();
        }

        try (ContextSnapshot.Scope scope = entered.setThreadLocals()) {
            assertThat(RequestMeter.current().isAttributed()).isFalse();
        }
        try (ContextSnapshot.Scope scope = made.setThreadLocals()) {
            assertThat(RequestMeter.current()).isSameAs(request);
        }
        request.end(Outcome.DELIVERED);
    }

    /** Both are carried by the same snapshot; which one comes first, and goes first, nobody promises. */
    @Test
    void whateverOrderASnapshotRestoresInNothingStays() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        CurrentRequestAccessor accessor = new CurrentRequestAccessor();
        for (boolean enterFirst : List.of(true, false)) {
            for (boolean leaveFirst : List.of(true, false)) {
                for (Object carried : List.of(request, call)) {
                    if (enterFirst) {
                        call.enter();
                        accessor.setValue(carried);
                    } else {
                        accessor.setValue(carried);
                        call.enter();
                    }
                    assertThat(CallMeter.current())
                            .as("entered first: %s", enterFirst)
                            .isSameAs(call);
                    if (leaveFirst) {
                        call.leave();
                        accessor.restore();
                    } else {
                        accessor.restore();
                        call.leave();
                    }
                    assertThat(CallMeter.current())
                            .as("entered first: %s, left first: %s, carried: %s", enterFirst, leaveFirst, carried)
                            .isNull();
                    assertThat(RequestMeter.current().isAttributed()).isFalse();
                }
            }
        }
    }

    @Test
    void failuresAreCountedForTheOwnerWhoeverRecordsThem() {
        RequestMeter request = meter.open("chat");
        CallMeter call = request.call();
        try (Scope scope = call.makeCurrent()) {
            CallMeter joined = meter.joinCall();
            joined.record(Attempt.of("openai", "gpt-4o").failed().unbilled().build());
            joined.record(attempt());
            assertThat(joined.failures()).isEqualTo(1);
        }
        call.record(attempt());
        assertThat(call.failures()).isEqualTo(1);
        call.end();
        request.end(Outcome.DELIVERED);
    }

    private static Attempt attempt() {
        return Attempt.of("openai", "gpt-4o").usage(Usage.tokens(1_000, 100)).build();
    }
}
