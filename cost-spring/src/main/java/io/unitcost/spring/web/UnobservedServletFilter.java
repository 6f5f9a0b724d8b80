package io.unitcost.spring.web;

import io.unitcost.CostMeter;
import io.unitcost.servlet.CostFilter;
import io.unitcost.spring.observe.ObservedRequest;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ServerHttpObservationFilter;

/** The boundary of requests that are not observed, where a path says their feature; behind Spring's observation filter. */
final class UnobservedServletFilter extends OncePerRequestFilter {

    private final CostFilter boundary;

    UnobservedServletFilter(CostMeter meter, FeaturePaths paths) {
        this.boundary = CostFilter.create(meter, request -> ServletBoundary.feature(paths, request));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean isObserved = ServerHttpObservationFilter.findObservationContext(request)
                .map(ObservedRequest::in)
                .isPresent();
        if (isObserved) {
            chain.doFilter(request, response);
        } else {
            boundary.doFilter(request, response, chain);
        }
    }
}
