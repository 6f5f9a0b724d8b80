package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A builder for libraries that build their own client, and what newer JDKs have besides. */
class MeteredHttpClientBuilderTest {

    private final Loopback loopback = Loopback.start();

    @AfterEach
    void nothingIsPublishedUnseen() {
        loopback.close();
    }

    @Test
    void whatIsBuiltIsAsAskedForAndMeters() throws Exception {
        CookieManager cookies = new CookieManager();
        ProxySelector proxies = ProxySelector.of(null);
        Authenticator authenticator = new Authenticator() {};
        SSLContext context = SSLContext.getDefault();
        SSLParameters parameters = new SSLParameters(new String[] {"TLS_AES_128_GCM_SHA256"});
        Executor executor = Runnable::run;
        HttpClient.Builder builder = builder();
        assertThat(builder.cookieHandler(cookies)
                        .proxy(proxies)
                        .authenticator(authenticator)
                        .sslContext(context)
                        .sslParameters(parameters)
                        .executor(executor)
                        .connectTimeout(Duration.ofSeconds(3))
                        .followRedirects(Redirect.NORMAL)
                        .version(Version.HTTP_1_1)
                        .priority(7))
                .isSameAs(builder);
        HttpClient client = builder.build();
        assertThat(client).isInstanceOf(MeteredHttpClient.class);
        assertThat(client.cookieHandler()).containsSame(cookies);
        assertThat(client.proxy()).containsSame(proxies);
        assertThat(client.authenticator()).containsSame(authenticator);
        assertThat(client.sslContext()).isSameAs(context);
        assertThat(client.sslParameters().getCipherSuites()).containsExactly("TLS_AES_128_GCM_SHA256");
        assertThat(client.executor()).containsSame(executor);
        assertThat(client.connectTimeout()).contains(Duration.ofSeconds(3));
        assertThat(client.followRedirects()).isEqualTo(Redirect.NORMAL);
        assertThat(client.version()).isEqualTo(Version.HTTP_1_1);
        loopback.server.answers(Loopback.answer().chat());
        client.send(loopback.chat(), BodyHandlers.discarding());
        loopback.assertDelivered();
    }

    @Test
    void whatTheBuilderRefusesItRefuses() {
        assertThatThrownBy(() -> builder().priority(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().connectTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().version(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> MeteredHttpClient.builder(null, loopback.hooks))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("builder");
        assertThatThrownBy(() -> MeteredHttpClient.wrap(loopback.plain(), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("costs");
    }

    @Test
    void theLocalAddressIsPassedOn() throws Exception {
        assumeTrue(Runtime.version().feature() >= 19, "localAddress came with JDK 19");
        HttpClient.Builder builder = builder();
        Object same = HttpClient.Builder.class
                .getMethod("localAddress", InetAddress.class)
                .invoke(builder, InetAddress.getByName("127.0.0.3"));
        assertThat(same).isSameAs(builder);
        loopback.server.answers(Loopback.answer().chat());
        builder.build().send(loopback.chat(), BodyHandlers.discarding());
        loopback.assertDelivered();
    }

    @Test
    void closingItClosesTheClientWithin() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "clients that can be closed came with JDK 21");
        HttpClient within = HttpClient.newHttpClient();
        HttpClient client = loopback.metered(within);
        loopback.server.answers(Loopback.answer().chat());
        client.send(loopback.chat(), BodyHandlers.discarding());
        loopback.assertDelivered();
        assertThat(call(client, "isTerminated")).isEqualTo(false);
        ((AutoCloseable) (Object) client).close();
        assertThat(call(client, "isTerminated")).isEqualTo(true);
        assertThat(call(within, "isTerminated")).isEqualTo(true);
        assertThatThrownBy(() -> client.send(loopback.chat(), BodyHandlers.discarding()))
                .isInstanceOf(IOException.class);
        assertThat(loopback.only().attempt().isBilled()).isFalse();
    }

    @Test
    void shuttingItDownShutsTheClientWithinDown() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "clients that can be shut down came with JDK 21");
        for (String how : new String[] {"shutdown", "shutdownNow"}) {
            HttpClient within = HttpClient.newHttpClient();
            HttpClient client = loopback.metered(within);
            call(client, how);
            assertThat(HttpClient.class
                            .getMethod("awaitTermination", Duration.class)
                            .invoke(client, Duration.ofSeconds(10)))
                    .isEqualTo(true);
            assertThat(call(within, "isTerminated")).isEqualTo(true);
        }
    }

    private HttpClient.Builder builder() {
        return MeteredHttpClient.builder(HttpClient.newBuilder(), loopback.hooks);
    }

    private static Object call(HttpClient client, String method) throws Exception {
        return HttpClient.class.getMethod(method).invoke(client);
    }
}
