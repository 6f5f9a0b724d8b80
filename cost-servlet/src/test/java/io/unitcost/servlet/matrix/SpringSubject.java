package io.unitcost.servlet.matrix;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.filter.ServerHttpObservationFilter;

/** Spring's filter: an observation is closed each time it is stopped. */
final class SpringSubject implements Subject {

    private static final int SETTLE = 6;
    private final ObservationRegistry registry = ObservationRegistry.create();

    SpringSubject(Ledger ledger) {
        registry.observationConfig().observationHandler(new ObservationHandler<ServerRequestObservationContext>() {
            @Override
            public void onStart(ServerRequestObservationContext context) {
                String id = Ids.of(context.getCarrier());
                context.put("id", id);
                ledger.opened(id);
            }

            @Override
            public void onStop(ServerRequestObservationContext context) {
                ledger.closed(context.getRequired("id"), "stopped");
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof ServerRequestObservationContext;
            }
        });
    }

    @Override
    public Filter filter() {
        return new ServerHttpObservationFilter(registry);
    }

    /** As Spring Boot does. */
    @Override
    public Set<DispatcherType> dispatcherTypes() {
        return EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC);
    }

    @Override
    public int settleSeconds() {
        return SETTLE;
    }

    @Override
    public void close() {}
}
