package io.unitcost.spring.web;

import io.micrometer.observation.Observation;
import io.unitcost.spring.observe.MeterSource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.reactive.HandlerMapping;

/** The boundary of requests to Spring WebFlux. */
final class ReactiveBoundary extends ObservedBoundary<ServerRequestObservationContext> {

    private final FeaturePaths paths;

    ReactiveBoundary(MeterSource meters, FeaturePaths paths) {
        super(meters);
        this.paths = paths;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof ServerRequestObservationContext;
    }

    @Override
    @Nullable
    String configuredFeature(ServerRequestObservationContext context) {
        ServerHttpRequest request = context.getCarrier();
        return request == null || paths.isEmpty() ? null : feature(paths, request);
    }

    static @Nullable String feature(FeaturePaths paths, ServerHttpRequest request) {
        return paths.feature(request.getMethod().name(), request.getPath().pathWithinApplication());
    }

    @Override
    @Nullable
    Object handler(ServerRequestObservationContext context) {
        return context.getAttributes().get(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE);
    }

    @Override
    @Nullable
    String route(ServerRequestObservationContext context) {
        return context.getPathPattern();
    }

    /** A response without a status is answered with 200. */
    @Override
    int status(ServerRequestObservationContext context) {
        HttpStatusCode status =
                context.getResponse() == null ? null : context.getResponse().getStatusCode();
        return status == null ? HttpStatus.OK.value() : status.value();
    }

    @Override
    boolean isAborted(ServerRequestObservationContext context) {
        return context.isConnectionAborted() || WatchedResponse.isAborted(context.getAttributes());
    }
}
