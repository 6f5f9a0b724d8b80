package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import java.io.IOException;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.observation.ClientRequestObservationContext;

/** Of {@code RestClient} and {@code RestTemplate}. */
final class RestClientRequests implements HttpTries.Client {

    @Override
    public boolean isOne(Observation.Context context) {
        return context instanceof ClientRequestObservationContext;
    }

    @Override
    public int status(Observation.Context context) throws IOException {
        ClientHttpResponse response = ((ClientRequestObservationContext) context).getResponse();
        return response == null ? 0 : response.getStatusCode().value();
    }
}
