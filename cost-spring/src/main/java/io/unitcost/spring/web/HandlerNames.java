package io.unitcost.spring.web;

import io.unitcost.RequestMeter;
import io.unitcost.spring.observe.ObservedRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Names a request as soon as Spring MVC knows its handler: what is called in it may want to know, and an error page would be the
 * handler when the request ends.
 */
final class HandlerNames implements HandlerInterceptor {

    private final HandlerFeatures features = new HandlerFeatures();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        ServerHttpObservationFilter.findObservationContext(request)
                .map(ObservedRequest::in)
                .ifPresent(account -> name(account, request, handler));
        return true;
    }

    private void name(RequestMeter account, HttpServletRequest request, Object handler) {
        String annotated = features.of(handler);
        if (annotated != null) {
            account.name(annotated);
        }
        if (request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String pattern) {
            account.suggestName(pattern);
        }
    }
}
