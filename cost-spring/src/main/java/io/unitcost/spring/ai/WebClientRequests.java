package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import org.springframework.web.reactive.function.client.ClientRequestObservationContext;
import org.springframework.web.reactive.function.client.ClientResponse;

/** Of {@code WebClient}. */
final class WebClientRequests implements HttpTries.Client {

    @Override
    public boolean isOne(Observation.Context context) {
        return context instanceof ClientRequestObservationContext;
    }

    @Override
    public int status(Observation.Context context) {
        ClientResponse response = ((ClientRequestObservationContext) context).getResponse();
        return response == null ? 0 : response.statusCode().value();
    }
}
