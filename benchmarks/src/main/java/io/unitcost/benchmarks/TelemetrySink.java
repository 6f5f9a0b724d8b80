package io.unitcost.benchmarks;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.concurrent.atomic.LongAdder;

/** OpenTelemetry's own kit, which samples all spans and counts them, and keeps its metrics until they are asked for. */
final class TelemetrySink implements AutoCloseable {

    private final Spans spans = new Spans();
    private final Metrics metrics = new Metrics();
    private final OpenTelemetrySdk kit = OpenTelemetrySdk.builder()
            .setTracerProvider(
                    SdkTracerProvider.builder().addSpanProcessor(spans).build())
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();

    OpenTelemetry openTelemetry() {
        return kit;
    }

    /**
     * So many spans have ended.
     *
     * @throws IllegalStateException if there were more or fewer
     */
    void hasSpans(double expected) {
        if (spans.ended.sum() != expected) {
            throw new IllegalStateException(spans.ended.sum() + " spans; there should be " + expected);
        }
    }

    /**
     * A histogram was used so often.
     *
     * @throws IllegalStateException if it was not
     */
    TelemetrySink has(String histogram, double expected) {
        long count = metrics.registration.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals(histogram))
                .flatMap(metric -> metric.getHistogramData().getPoints().stream())
                .mapToLong(HistogramPointData::getCount)
                .sum();
        if (count != expected) {
            throw new IllegalStateException(histogram + " says " + count + "; it should say " + expected);
        }
        return this;
    }

    @Override
    public void close() {
        kit.close();
    }

    private static final class Spans implements SpanProcessor {
        private final LongAdder ended = new LongAdder();

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            ended.increment();
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }

    private static final class Metrics implements MetricReader {
        private CollectionRegistration registration = CollectionRegistration.noop();

        @Override
        public void register(CollectionRegistration registered) {
            registration = registered;
        }

        @Override
        public CompletableResultCode forceFlush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return AggregationTemporality.CUMULATIVE;
        }
    }
}
