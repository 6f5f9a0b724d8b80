package io.unitcost.spring.web;

import io.unitcost.CostMeter;
import io.unitcost.RequestMeter;
import io.unitcost.servlet.CostFilter;
import io.unitcost.spring.observe.ObservedRequest;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Sees failed writes of observed requests, and is the boundary of those that are not observed, where a path says their feature; behind
 * Spring's observation filter.
 */
final class RequestFilter extends OncePerRequestFilter {

    private final CostFilter boundary;

    RequestFilter(CostMeter meter, FeaturePaths paths) {
        this.boundary = CostFilter.create(meter, request -> ServletBoundary.feature(paths, request));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        RequestMeter observed = ServerHttpObservationFilter.findObservationContext(request)
                .map(ObservedRequest::in)
                .orElse(null);
        if (observed == null) {
            boundary.doFilter(request, response, chain);
        } else {
            chain.doFilter(request, new WatchedServletResponse(response, observed));
        }
    }
}
