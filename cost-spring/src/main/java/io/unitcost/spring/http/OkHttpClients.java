package io.unitcost.spring.http;

import io.unitcost.http.HttpCosts;
import io.unitcost.http.OkHttpCosts;
import okhttp3.OkHttpClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The same for OkHttp. Only loaded where that is there. */
final class OkHttpClients {

    private OkHttpClients() {}

    static HttpClientPostProcessor<OkHttpClient> postProcessor(
            ObjectProvider<HttpCosts> costs, ConfigurableListableBeanFactory beans) {
        return new HttpClientPostProcessor<>(OkHttpClient.class, OkHttpClients::metered, costs, beans);
    }

    /** Shares connections and threads with the client as it was. */
    private static OkHttpClient metered(OkHttpClient client, HttpCosts costs) {
        return OkHttpCosts.install(client.newBuilder(), costs).build();
    }
}
