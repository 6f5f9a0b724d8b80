package io.unitcost.http;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import reactor.util.context.ContextView;

/**
 * Hook for Spring's {@code WebClient}, over whatever HTTP client it uses.
 *
 * <pre>{@code
 * WebClient client = WebClient.builder()
 *         .filter(WebClientCosts.filter(HttpCosts.create(meter)))
 *         .build();
 * }</pre>
 *
 * <p>An attempt is one exchange: it begins when somebody subscribes, and again when an operator such as {@code retryWhen} does.
 * The request or call pays that the Reactor context holds under {@link io.unitcost.CurrentRequestAccessor#KEY}, else what is
 * current on the thread that subscribes. The attempt ends when the answer's body has completed, failed, or was cancelled. Bytes
 * are looked at right before they are passed on. A response whose body nobody subscribes to is written off when it is
 * collected as garbage.
 *
 * <p>Add it last: a filter that tries again is seen try by try when it is further out.
 */
public final class WebClientCosts {

    private WebClientCosts() {}

    /** Meters what passes. One for all clients is enough. Hooks of this library further in leave the attempt to it. */
    public static ExchangeFilterFunction filter(HttpCosts costs) {
        return filter(costs, context -> null);
    }

    /**
     * The same where a framework keeps the request elsewhere in the Reactor context.
     *
     * @param current the {@link io.unitcost.RequestMeter} or {@link io.unitcost.CallMeter} of a context, {@code null} if there is
     *     none. Asked on the thread that subscribes, where the context does not hold one by itself; what it throws counts at
     *     {@link io.unitcost.CostMeter.Site#CLIENT}, and as none.
     */
    public static ExchangeFilterFunction filter(HttpCosts costs, Function<ContextView, @Nullable Object> current) {
        return new WebClientHook(Objects.requireNonNull(costs, "costs"), Objects.requireNonNull(current, "current"));
    }
}
