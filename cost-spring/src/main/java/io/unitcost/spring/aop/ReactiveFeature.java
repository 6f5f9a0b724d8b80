package io.unitcost.spring.aop;

import io.unitcost.CostMeter;
import io.unitcost.CurrentRequestAccessor;
import io.unitcost.Outcome;
import io.unitcost.RequestMeter;
import io.unitcost.spring.observe.ReactorRequest;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** The same for what runs when it is subscribed to. Only loaded where Reactor is there. */
final class ReactiveFeature {

    private ReactiveFeature() {}

    static boolean isPublisher(Class<?> type) {
        return Mono.class.isAssignableFrom(type) || Flux.class.isAssignableFrom(type);
    }

    static @Nullable Object named(@Nullable Object publisher, String feature, CostMeter meter) {
        return publisher instanceof Mono<?> mono
                ? named(mono, feature, meter)
                : publisher instanceof Flux<?> flux ? named(flux, feature, meter) : publisher;
    }

    private static <T> Mono<T> named(Mono<T> mono, String feature, CostMeter meter) {
        return Mono.deferContextual(
                context -> named(ReactorRequest.of(context), feature) ? mono : opened(meter, feature, mono));
    }

    private static <T> Flux<T> named(Flux<T> flux, String feature, CostMeter meter) {
        return Flux.deferContextual(
                context -> named(ReactorRequest.of(context), feature) ? flux : opened(meter, feature, flux));
    }

    private static boolean named(@Nullable RequestMeter request, String feature) {
        if (request == null || !request.isOpen()) {
            return false;
        }
        request.name(feature);
        return true;
    }

    private static <T> Mono<T> opened(CostMeter meter, String feature, Mono<T> mono) {
        return opened(meter, feature, (request, end) -> mono.doFinally(end)
                .contextWrite(context -> context.put(CurrentRequestAccessor.KEY, request)));
    }

    private static <T> Flux<T> opened(CostMeter meter, String feature, Flux<T> flux) {
        return opened(meter, feature, (request, end) -> flux.doFinally(end)
                .contextWrite(context -> context.put(CurrentRequestAccessor.KEY, request)));
    }

    private static <P> P opened(
            CostMeter meter, String feature, BiFunction<RequestMeter, Consumer<SignalType>, P> within) {
        RequestMeter request = meter.open(feature);
        return within.apply(request, signal -> request.end(outcome(signal)));
    }

    private static Outcome outcome(SignalType signal) {
        return switch (signal) {
            case ON_COMPLETE -> Outcome.DELIVERED;
            case CANCEL -> Outcome.CANCELLED;
            default -> Outcome.FAILED;
        };
    }
}
