package io.unitcost.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.unitcost.CostMeter.Site;
import io.unitcost.CurrentRequestAccessor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.ContextView;

/** Around each exchange. */
final class WebClientHook implements ExchangeFilterFunction {

    private static final int MOST = 10_000;

    private final HttpCosts costs;
    private final Function<ContextView, @Nullable Object> current;
    /** Callers by the body they send, which an operator that tries again sends anew on a thread that knows of nobody. */
    private final Cache<Object, Caller> callers = Caffeine.newBuilder()
            .maximumSize(MOST)
            .weakKeys()
            .executor(Runnable::run)
            .build();

    WebClientHook(HttpCosts costs, Function<ContextView, @Nullable Object> current) {
        this.costs = costs;
        this.current = current;
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return WebClientRequest.isMetered(request)
                ? next.exchange(request)
                : Mono.deferContextual(context -> exchanged(request, next, context));
    }

    private Mono<ClientResponse> exchanged(ClientRequest request, ExchangeFunction next, ContextView context) {
        SdkTry attempt = begin(request, context);
        if (attempt == null) {
            return next.exchange(request);
        }
        Mono<ClientResponse> answer;
        try {
            answer = next.exchange(WebClientRequest.metered(request, attempt));
        } catch (Throwable failure) {
            attempt.failed(failure);
            throw failure;
        }
        return answer.transform(Operators.<ClientResponse, ClientResponse>lift(
                (source, subscriber) -> new WebClientExchange(subscriber, attempt)));
    }

    private @Nullable SdkTry begin(ClientRequest request, ContextView context) {
        try {
            return SdkTry.begin(
                    costs,
                    request.method().name(),
                    request.url(),
                    name -> request.headers().getFirst(name),
                    remembered(request.body(), Caller.carried(carried(context))));
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
            return null;
        }
    }

    private @Nullable Object carried(ContextView context) {
        try {
            Object carried = context.getOrDefault(CurrentRequestAccessor.KEY, null);
            return carried != null ? carried : current.apply(context);
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
            return null;
        }
    }

    private Caller remembered(BodyInserter<?, ?> body, Caller caller) {
        if (body == BodyInserters.empty() || caller.isMetered()) {
            return caller;
        }
        if (caller.call() != null || caller.request().isAttributed()) {
            callers.put(body, caller);
            return caller;
        }
        Caller before = callers.getIfPresent(body);
        return before != null && before.request().isOpen() ? before : caller;
    }
}
