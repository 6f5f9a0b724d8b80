package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter.Site;
import io.unitcost.spring.observe.ReactorRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.core.Ordered;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

/**
 * Meters streams just outside the model, within the loop of tools: there the chunks still carry what the provider reported, which
 * the observation of the model has lost, and a stream that is given up is seen. Changes nothing that passes.
 */
final class StreamTap implements StreamAdvisor {

    private final ObservedCalls calls;

    StreamTap(ObservedCalls calls) {
        this.calls = calls;
    }

    @Override
    public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
        return Flux.deferContextual(context -> {
            TappedStream stream = calls.guarded(Site.CLIENT, view -> open(view, request), context);
            if (stream == null) {
                return chain.nextStream(request);
            }
            return stream.subscribing(chain.nextStream(request))
                    .doOnNext(stream::next)
                    .doOnComplete(stream::completed)
                    .doOnError(stream::failed)
                    .doOnCancel(stream::cancelling)
                    .doFinally(stream::over);
        });
    }

    private @Nullable TappedStream open(ContextView context, ChatClientRequest request) {
        ObservedCall call = calls.open(ReactorRequest.of(context), null);
        if (call == null) {
            return null;
        }
        ChatOptions options = request.prompt().getOptions();
        call.asking("", options == null ? null : options.getModel());
        TappedStream stream = new TappedStream(calls, call, request.prompt());
        Object observation = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
        if (observation instanceof Observation observed && !observed.isNoop()) {
            observed.getContext().put(TappedStream.class, stream);
            observed.getContext().put(CallMeter.class, call.call());
        }
        return stream;
    }

    @Override
    public String getName() {
        return "unitcost";
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 1;
    }
}
