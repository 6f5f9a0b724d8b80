package io.unitcost.http;

import io.unitcost.CostMeter.Site;
import io.unitcost.Scope;
import io.unitcost.usage.RequestReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/** Around each execution of a request. */
record RestClientHook(HttpCosts costs) implements ClientHttpRequestInterceptor {

    /** A body that is larger than this is not changed. */
    private static final int LARGEST = 4 << 20;

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        SdkTry attempt = begin(request);
        if (attempt == null) {
            return execution.execute(request, body);
        }
        ClientHttpResponse response;
        try (Scope inside = Caller.metering()) {
            response = execution.execute(request, outgoing(body, attempt));
        } catch (Throwable failure) {
            if (Failures.isUnconnected(failure)) {
                attempt.unsent();
            }
            if (Failures.isGivenUp(failure)) {
                attempt.cancelled();
            } else {
                attempt.failed(failure);
            }
            throw failure;
        }
        return RestClientResponse.seen(response, attempt);
    }

    private @Nullable SdkTry begin(HttpRequest request) {
        try {
            return SdkTry.begin(
                    costs,
                    request.getMethod().name(),
                    request.getURI(),
                    name -> request.getHeaders().getFirst(name),
                    Caller.current());
        } catch (Throwable failure) {
            costs.meter().reportError(Site.CLIENT, failure);
            return null;
        }
    }

    /** What goes out: the same array, or one that asks for usage. */
    private static byte[] outgoing(byte[] body, SdkTry attempt) {
        attempt.sent(body, 0, body.length);
        try {
            if (attempt.mayAskForUsage() && body.length <= LARGEST) {
                RequestReader reader = RequestReader.create();
                reader.read(body, 0, body.length);
                return attempt.lacksUsageInStream(reader.report()) ? StreamUsage.askedIn(body) : body;
            }
        } catch (Throwable failure) {
            attempt.report(failure);
        }
        return body;
    }
}
