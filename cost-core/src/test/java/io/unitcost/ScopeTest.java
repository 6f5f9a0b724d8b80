package io.unitcost;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.unitcost.CostMeter.Site;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScopeTest {

    private final CostMeter meter = CostMeter.builder()
            .prices(PriceTable.builder("t")
                    .model("p", "m", m -> m.rate(Unit.INPUT_TOKENS, "1 per 1M"))
                    .build())
            .build();
    private final RequestMeter request = meter.open("chat");
    private final ExecutorService pool = Executors.newSingleThreadExecutor();

    @AfterEach
    void nothingIsLeftOnAnyThread() throws Exception {
        assertThat(Current.SLOT.get()).isNull();
        assertThat(pool.submit(() -> Current.SLOT.get()).get()).isNull();
        pool.shutdown();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        meter.close();
    }

    @Test
    void scopesNest() {
        CallMeter call = request.call();
        try (Scope outer = request.makeCurrent()) {
            assertThat(RequestMeter.current()).isSameAs(request);
            assertThat(CallMeter.current()).isNull();
            try (Scope inner = call.makeCurrent()) {
                assertThat(RequestMeter.current()).isSameAs(request);
                assertThat(CallMeter.current()).isSameAs(call);
            }
            assertThat(CallMeter.current()).isNull();
        }
        assertThat(RequestMeter.current().isOpen()).isFalse();
        assertThat(meter.errors(Site.SCOPE)).isZero();
    }

    @Test
    void wrappedTasksSeeTheRequestOnOtherThreads() throws Exception {
        assertThat(pool.submit(request.wrap(RequestMeter::current)).get()).isSameAs(request);
        RequestMeter[] seen = new RequestMeter[1];
        pool.submit(request.wrap((Runnable) () -> seen[0] = RequestMeter.current()))
                .get();
        assertThat(seen[0]).isSameAs(request);
        request.wrap(pool).execute(() -> seen[0] = null);
        pool.submit(() -> {}).get();
        assertThat(seen[0]).isNull();
    }

    @Test
    void aTaskThatThrowsLeavesNothing() {
        Runnable failing = request.wrap((Runnable) () -> {
            throw new IllegalStateException("on purpose");
        });
        try {
            failing.run();
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("on purpose");
        }
        assertThat(Current.SLOT.get()).isNull();
    }

    @Test
    void closingTwiceChangesNothingAndIsCounted() {
        try (Scope outer = request.makeCurrent()) {
            Scope inner = request.call().makeCurrent();
            inner.close();
            inner.close();
            assertThat(RequestMeter.current()).isSameAs(request);
        }
        assertThat(meter.errors(Site.SCOPE)).isEqualTo(1);
    }

    @Test
    void closingTwice_thenOnAnotherThread_isCountedEachTime() throws Exception {
        Scope scope = request.makeCurrent();
        scope.close();
        scope.close();
        pool.submit(scope::close).get();
        assertThat(meter.errors(Site.SCOPE)).isEqualTo(2);
        assertThat(Current.SLOT.get()).isNull();
    }

    @Test
    void closingOnAnotherThreadChangesNothingAndIsCounted() throws Exception {
        Scope scope = request.makeCurrent();
        pool.submit(scope::close).get();
        assertThat(RequestMeter.current()).isSameAs(request);
        assertThat(meter.errors(Site.SCOPE)).isEqualTo(1);
        scope.close();
    }

    @Test
    void closingInTheWrongOrderIsCounted() {
        Scope outer = request.makeCurrent();
        Scope inner = request.call().makeCurrent();
        outer.close();
        assertThat(meter.errors(Site.SCOPE)).isEqualTo(1);
        inner.close();
        assertThat(Current.SLOT.get()).as("the outer one is closed already").isNull();
        assertThat(meter.errors(Site.SCOPE)).isEqualTo(1);
    }

    @Test
    void contextPropagationCarriesRequestAndCall() throws Exception {
        ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder()
                .contextRegistry(ContextRegistry.getInstance())
                .build();
        CallMeter call = request.call();
        ContextSnapshot snapshot;
        try (Scope scope = call.makeCurrent()) {
            snapshot = snapshots.captureAll();
        }
        assertThat(pool.submit(snapshot.wrap(CallMeter::current)).get()).isSameAs(call);
        assertThat(pool.submit(snapshots.captureAll().wrap(CallMeter::current)).get())
                .isNull();
    }
}
