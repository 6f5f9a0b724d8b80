package io.unitcost.spring.web;

import io.unitcost.CostMeter;
import io.unitcost.CurrentRequestAccessor;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.spring.observe.ObservedRequest;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Sees that the client of a reactive request went away, which Spring's observation may end as if all had been well; and is the
 * boundary of requests that are not observed, where a path says their feature.
 */
final class ExchangeFilter implements WebFilter, Ordered {

    private final CostMeter meter;
    private final FeaturePaths paths;

    ExchangeFilter(CostMeter meter, FeaturePaths paths) {
        this.meter = meter;
        this.paths = paths;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 2;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        boolean isObserved = ServerRequestObservationContext.findCurrent(exchange.getAttributes())
                .map(ObservedRequest::in)
                .isPresent();
        String feature = isObserved ? null : ReactiveBoundary.feature(paths, exchange.getRequest());
        if (isObserved) {
            return chain.filter(WatchedResponse.watch(exchange));
        }
        return feature == null ? chain.filter(exchange) : opened(feature, WatchedResponse.watch(exchange), chain);
    }

    private Mono<Void> opened(String feature, ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.defer(() -> {
            RequestMeter request = meter.open(feature);
            return chain.filter(exchange)
                    .doFinally(signal -> request.end(outcome(signal, exchange)))
                    .contextWrite(context -> context.put(CurrentRequestAccessor.KEY, request));
        });
    }

    private static Outcome outcome(SignalType signal, ServerWebExchange exchange) {
        if (signal == SignalType.CANCEL || WatchedResponse.isAborted(exchange.getAttributes())) {
            return Outcome.CANCELLED;
        }
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        boolean isError = signal == SignalType.ON_ERROR || (status != null && status.isError());
        return isError ? Outcome.FAILED : Outcome.DELIVERED;
    }
}
