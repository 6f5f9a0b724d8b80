package io.unitcost.servlet.matrix;

import brave.Tracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.http.HttpRequest;
import brave.http.HttpTracing;
import brave.jakarta.servlet.TracingFilter;
import brave.propagation.TraceContext;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Brave's filter: a span is closed when it is finished, and closed again whenever its response is parsed again. */
final class BraveSubject implements Subject {

    private static final int SETTLE = 6;
    private final Ledger ledger;
    private final Map<Long, String> parsed = new ConcurrentHashMap<>();
    private final Tracing tracing;
    private final HttpTracing http;

    BraveSubject(Ledger ledger) {
        this.ledger = ledger;
        this.tracing = Tracing.newBuilder()
                .addSpanHandler(new SpanHandler() {
                    @Override
                    public boolean end(TraceContext context, MutableSpan span, Cause cause) {
                        if (cause == Cause.FINISHED && span.tag("id") != null) {
                            ledger.closed(span.tag("id"), "finished");
                        }
                        return true;
                    }
                })
                .build();
        this.http = HttpTracing.newBuilder(tracing)
                .serverRequestParser((request, context, span) -> {
                    String id = id(request);
                    span.tag("id", id);
                    ledger.opened(id);
                })
                .serverResponseParser((response, context, span) -> {
                    String id = response.request() == null ? Ids.UNKNOWN : id(response.request());
                    if (parsed.putIfAbsent(context.spanId(), id) != null) {
                        ledger.of(parsed.get(context.spanId())).again.incrementAndGet();
                    }
                })
                .build();
    }

    private static String id(HttpRequest request) {
        return request.unwrap() instanceof HttpServletRequest servlet ? Ids.of(servlet) : Ids.UNKNOWN;
    }

    @Override
    public Filter filter() {
        return TracingFilter.create(http);
    }

    @Override
    public int settleSeconds() {
        return SETTLE;
    }

    @Override
    public void close() {
        http.close();
        tracing.close();
    }
}
