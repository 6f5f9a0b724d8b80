package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.unitcost.RequestMeter;
import io.unitcost.spring.observe.ObservedRequest;
import org.springframework.ai.chat.client.observation.ChatClientObservationContext;

/**
 * Chat clients: never priced, what they report are sums. They begin on the thread that asks, and remember its request for the rounds
 * of a stream that begin on others.
 */
final class ChatClients implements ObservedKind {

    @Override
    public boolean isOne(Observation.Context context) {
        return context instanceof ChatClientObservationContext;
    }

    @Override
    public void start(Observation.Context context) {
        RequestMeter here = RequestMeter.current();
        if (here.isAttributed() && ObservedRequest.of(context) == null) {
            ObservedRequest.put(context, here);
        }
    }

    @Override
    public void stop(Observation.Context context) {}
}
