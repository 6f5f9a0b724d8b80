package io.unitcost.spring.web;

import io.micrometer.observation.Observation;
import io.unitcost.spring.observe.MeterSource;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.DisconnectedClientHelper;

/** The boundary of requests to Spring MVC, or to anything else behind Spring's observation filter. */
final class ServletBoundary extends ObservedBoundary<ServerRequestObservationContext> {

    private final FeaturePaths paths;

    ServletBoundary(MeterSource meters, FeaturePaths paths) {
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
        HttpServletRequest request = context.getCarrier();
        return request == null || paths.isEmpty() ? null : feature(paths, request);
    }

    static @Nullable String feature(FeaturePaths paths, HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        return paths.feature(request.getMethod(), path);
    }

    @Override
    @Nullable
    Object handler(ServerRequestObservationContext context) {
        HttpServletRequest request = context.getCarrier();
        return request == null ? null : request.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE);
    }

    @Override
    @Nullable
    String route(ServerRequestObservationContext context) {
        return context.getPathPattern();
    }

    @Override
    int status(ServerRequestObservationContext context) {
        return context.getResponse() == null ? 0 : context.getResponse().getStatus();
    }

    @Override
    boolean isAborted(ServerRequestObservationContext context) {
        Throwable error = context.getError();
        return error != null && DisconnectedClientHelper.isClientDisconnectedException(error);
    }
}
