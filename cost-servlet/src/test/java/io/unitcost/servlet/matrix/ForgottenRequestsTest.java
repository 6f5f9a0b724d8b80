package io.unitcost.servlet.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.CostMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.ManualTicker;
import io.unitcost.RequestCost;
import io.unitcost.servlet.CostFilter;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** An application that forgets one request in ten: memory does not grow with them. */
class ForgottenRequestsTest {

    private static final int ORDINARY = 100_000;
    private static final int LONG = 1_000_000;
    private static final int ONE_IN = 10;
    private static final int LOOKED_AT = 1_000;
    private static final long SLACK_BYTES = 4 << 20;
    private static final int COLLECTIONS = 50;
    private static final long PATIENCE_MILLIS = 100;

    private final ManualTicker ticker = new ManualTicker();
    private final LongAdder published = new LongAdder();
    private final CostMeter meter = CostMeter.builder()
            .ticker(ticker)
            .clock(ticker.clock())
            .listener(this::published)
            .build();
    private final CostFilter filter = CostFilter.builder(meter).unmapped("all").build();
    private final List<WeakReference<Object>> forgotten = new ArrayList<>();

    private void published(RequestCost cost) {
        published.increment();
    }

    @Test
    void heapIsFlatAfterTheMaximumAge() throws Exception {
        int count = Boolean.getBoolean("unitcost.long") ? LONG : ORDINARY;
        long before = wave(count);
        long after = wave(count);
        assertThat(after - before).as("bytes more after another " + count).isLessThan(SLACK_BYTES);
        assertThat(published.sum()).isEqualTo(2L * count);
        for (Site site : Site.values()) {
            assertThat(meter.errors(site)).as(site.label()).isZero();
        }
        meter.close();
        assertThat(published.sum()).isEqualTo(2L * count);
    }

    /** So many requests, and the heap when the last one of them is closed. */
    private long wave(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            visit(i);
        }
        // open accounts hold neither request nor response
        awaitCollected();
        ticker.advance(Duration.ofMinutes(16));
        assertThat(meter.reap()).isEqualTo(count / ONE_IN);
        return used();
    }

    private void visit(int number) throws Exception {
        FakeRequest fake = new FakeRequest();
        FilterChain chain = (request, response) -> {
            if (number % ONE_IN < 2) {
                request.startAsync();
            }
        };
        HttpServletRequest request = fake.request();
        HttpServletResponse response = FakeRequest.response();
        filter.doFilter(request, response, chain);
        if (number % ONE_IN == 1) {
            fake.complete();
        } else if (number % ONE_IN == 0 && number % LOOKED_AT == 0) {
            forgotten.add(new WeakReference<>(request));
            forgotten.add(new WeakReference<>(response));
        }
    }

    private void awaitCollected() throws InterruptedException {
        assertThat(forgotten).isNotEmpty();
        for (int i = 0; i < COLLECTIONS && forgotten.stream().anyMatch(each -> each.get() != null); i++) {
            collect();
        }
        assertThat(forgotten).allSatisfy(each -> assertThat(each.get()).isNull());
        forgotten.clear();
    }

    private static long used() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            collect();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** Until something that nobody holds is seen to be gone. */
    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> gone = new ReferenceQueue<>();
        WeakReference<Object> canary = new WeakReference<>(new Object(), gone);
        Reference<?> seen = null;
        for (int i = 0; i < COLLECTIONS && seen == null; i++) {
            System.gc();
            seen = gone.remove(PATIENCE_MILLIS);
        }
        assertThat(seen).as("the garbage collector is at work").isSameAs(canary);
    }

    /** As much of a container as the filter needs. */
    private static final class FakeRequest {
        private final Map<Object, Object> attributes = new HashMap<>();
        private final List<AsyncListener> listeners = new ArrayList<>();
        private final AsyncContext context = fake(AsyncContext.class, (name, arguments) -> {
            if (name.equals("addListener")) {
                listeners.add((AsyncListener) arguments[0]);
            }
            return null;
        });

        HttpServletRequest request() {
            return fake(HttpServletRequest.class, (name, arguments) -> switch (name) {
                case "getDispatcherType" -> DispatcherType.REQUEST;
                case "getAttribute" -> attributes.get(arguments[0]);
                case "setAttribute" -> attributes.put(arguments[0], arguments[1]);
                case "startAsync" -> context;
                case "isAsyncSupported" -> true;
                default -> null;
            });
        }

        static HttpServletResponse response() {
            return fake(HttpServletResponse.class, (name, arguments) -> name.equals("getStatus") ? 200 : null);
        }

        void complete() throws Exception {
            for (AsyncListener listener : listeners) {
                listener.onComplete(new AsyncEvent(context));
            }
        }

        private interface Answer {
            Object to(String method, Object[] arguments);
        }

        private static <T> T fake(Class<T> type, Answer answer) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(),
                    new Class<?>[] {type},
                    (proxy, method, arguments) -> answer.to(method.getName(), arguments)));
        }
    }
}
