package io.unitcost.spring.web;

import java.util.Map;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A response whose body is watched for being given up: a server that cannot write any more cancels the body and then completes, as
 * Reactor Netty does. Nothing is changed, delayed or buffered.
 */
final class WatchedResponse extends ServerHttpResponseDecorator {

    private static final String ABORTED = WatchedResponse.class.getName() + ".aborted";

    private final Map<String, Object> attributes;

    private WatchedResponse(ServerHttpResponse response, Map<String, Object> attributes) {
        super(response);
        this.attributes = attributes;
    }

    /** Nobody reads the body of an answer to HEAD, which says nothing. */
    static ServerWebExchange watch(ServerWebExchange exchange) {
        return HttpMethod.HEAD.equals(exchange.getRequest().getMethod())
                ? exchange
                : exchange.mutate()
                        .response(new WatchedResponse(exchange.getResponse(), exchange.getAttributes()))
                        .build();
    }

    static boolean isAborted(Map<String, Object> attributes) {
        return attributes.containsKey(ABORTED);
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return body instanceof Mono<? extends DataBuffer> single
                ? super.writeWith(single.doOnCancel(this::aborted))
                : super.writeWith(Flux.from(body).doOnCancel(this::aborted));
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return super.writeAndFlushWith(Flux.from(body).doOnCancel(this::aborted));
    }

    private void aborted() {
        attributes.put(ABORTED, true);
    }
}
