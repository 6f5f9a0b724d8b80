package io.unitcost.http;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientImpl;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.ClientOptions;
import com.openai.core.Timeout;
import com.openai.core.http.HttpClient;
import java.time.Duration;
import okhttp3.OkHttpClient;

/** The ways to hook OpenAI's client, alone and together: none may count anything twice. */
enum OpenAiWay {
    INTERCEPTOR {
        @Override
        OpenAIClient client(String url, HttpCosts costs, Duration timeout) {
            return OpenAIOkHttpClient.builder()
                    .apiKey("key")
                    .baseUrl(url)
                    .timeout(timeout)
                    .addInterceptor(OkHttpCosts.interceptor(costs))
                    .build();
        }
    },
    INSTALLED {
        @Override
        OpenAIClient client(String url, HttpCosts costs, Duration timeout) {
            return OpenAIOkHttpClient.builder()
                    .apiKey("key")
                    .baseUrl(url)
                    .okHttpClient(OkHttpCosts.install(okHttp(timeout), costs).build())
                    .build();
        }
    },
    TRANSPORT {
        @Override
        OpenAIClient client(String url, HttpCosts costs, Duration timeout) {
            return over(url, costs, timeout, sdk(timeout).build());
        }
    },
    TRANSPORT_AND_INTERCEPTOR {
        @Override
        OpenAIClient client(String url, HttpCosts costs, Duration timeout) {
            return over(
                    url,
                    costs,
                    timeout,
                    sdk(timeout).addInterceptor(OkHttpCosts.interceptor(costs)).build());
        }
    },
    INSTALLED_TWICE_AND_INTERCEPTOR {
        @Override
        OpenAIClient client(String url, HttpCosts costs, Duration timeout) {
            return OpenAIOkHttpClient.builder()
                    .apiKey("key")
                    .baseUrl(url)
                    .okHttpClient(OkHttpCosts.install(OkHttpCosts.install(okHttp(timeout), costs), costs)
                            .build())
                    .addInterceptor(OkHttpCosts.interceptor(costs))
                    .build();
        }
    };

    static final Duration LONG = Duration.ofSeconds(30);

    OpenAIClient client(SdkBench bench) {
        return client(bench.url(), bench.costs, LONG);
    }

    abstract OpenAIClient client(String url, HttpCosts costs, Duration timeout);

    private static OkHttpClient.Builder okHttp(Duration timeout) {
        return new OkHttpClient.Builder().callTimeout(timeout);
    }

    private static com.openai.client.okhttp.OkHttpClient.Builder sdk(Duration timeout) {
        return com.openai.client.okhttp.OkHttpClient.builder().timeout(timeout);
    }

    private static OpenAIClient over(String url, HttpCosts costs, Duration timeout, HttpClient transport) {
        return new OpenAIClientImpl(ClientOptions.builder()
                .httpClient(OpenAiCosts.transport(transport, costs))
                .timeout(Timeout.builder().request(timeout).build())
                .apiKey("key")
                .baseUrl(url)
                .build());
    }
}
