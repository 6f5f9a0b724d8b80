package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** Requests of HTTP clients that Spring or Micrometer observes: below a call of ours, each one is a try of it. */
final class HttpTries implements ObservedKind {

    private static final int FIRST_ERROR = 400;

    /** An HTTP client whose requests are observed. */
    interface Client {

        boolean isOne(Observation.Context context);

        /** The status of the answer; 0 for none. */
        int status(Observation.Context context) throws Exception;

        /**
         * How often the client has tried before, by its own count; -1 when it does not say, or where a request need not end on
         * the thread that it begins on.
         */
        default int number(Observation.Context context) {
            return -1;
        }

        /** Where the request goes, without its query. */
        default String address(Observation.Context context) {
            return "";
        }
    }

    /**
     * A request that has begun.
     *
     * @param call that it is a try of
     * @param age of the call then
     * @param stray whether the call was made current for it, on the thread that it begins and ends on
     */
    private record Begun(ObservedCall call, long age, boolean stray) {}

    private final ObservedCalls calls;
    private final Client[] clients;

    private HttpTries(ObservedCalls calls, List<Client> clients) {
        this.calls = calls;
        this.clients = clients.toArray(new Client[0]);
    }

    /** For the clients that are on the class path. */
    static HttpTries of(ObservedCalls calls, ClassLoader loader) {
        List<Client> clients = new ArrayList<>();
        if (ClassUtils.isPresent("okhttp3.Response", loader)
                && ClassUtils.isPresent("io.micrometer.core.instrument.binder.okhttp3.OkHttpContext", loader)) {
            clients.add(new OkHttpRequests());
        }
        if (ClassUtils.isPresent(
                "org.springframework.http.client.observation.ClientRequestObservationContext", loader)) {
            clients.add(new RestClientRequests());
        }
        if (ClassUtils.isPresent(
                "org.springframework.web.reactive.function.client.ClientRequestObservationContext", loader)) {
            clients.add(new WebClientRequests());
        }
        return new HttpTries(calls, clients);
    }

    @Override
    public boolean isOne(Observation.Context context) {
        return client(context) != null;
    }

    @Override
    public void start(Observation.Context context) {
        ObservationView parent = context.getParentObservation();
        ObservedCall call = parent == null ? null : parent.getContextView().get(ObservedCall.class);
        if (call == null) {
            call = calls.current();
        }
        boolean known = call != null;
        Client client = client(context);
        int number = known || client == null ? -1 : client.number(context);
        if (client != null && number >= 0) {
            call = calls.takeStray(client.address(context), number);
        }
        if (call != null) {
            context.put(Begun.class, new Begun(call, call.age(), !known));
            if (!known) {
                // hooks of OkHttp below find it
                call.enter();
            }
        }
    }

    @Override
    public void stop(Observation.Context context) {
        Begun begun = context.get(Begun.class);
        Client client = begun == null ? null : client(context);
        if (begun == null || client == null) {
            return;
        }
        ObservedCall call = begun.call();
        if (begun.stray()) {
            call.leave();
        }
        int status = status(client, context);
        long took = call.age() - begun.age();
        if (status > 0 && status < FIRST_ERROR) {
            call.answered();
        } else {
            call.failed(status > 0 ? FailedTry.of(status, took) : FailedTry.of(context.getError(), took));
        }
    }

    private static int status(Client client, Observation.Context context) {
        try {
            return client.status(context);
        } catch (Exception unreadable) {
            return 0;
        }
    }

    private @Nullable Client client(Observation.Context context) {
        for (Client client : clients) {
            if (client.isOne(context)) {
                return client;
            }
        }
        return null;
    }
}
