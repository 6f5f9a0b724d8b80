package io.unitcost.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells by its address who answers a request. An answer in OpenAI's form from another host is not at OpenAI's price: a host
 * that is not known here nor configured is a provider of its own, without a price.
 */
final class Endpoints {

    /** Ends of host names, whole labels. */
    private static final Map<String, String> HOSTS = Map.ofEntries(
            Map.entry("api.openai.com", "openai"),
            Map.entry("api.anthropic.com", "anthropic"),
            Map.entry("openai.azure.com", "azure"),
            Map.entry("cognitiveservices.azure.com", "azure"),
            Map.entry("services.ai.azure.com", "azure"),
            Map.entry("models.ai.azure.com", "azure"),
            Map.entry("generativelanguage.googleapis.com", "google"),
            Map.entry("aiplatform.googleapis.com", "google"),
            Map.entry("api.mistral.ai", "mistral"),
            Map.entry("codestral.mistral.ai", "mistral"),
            Map.entry("api.cohere.com", "cohere"),
            Map.entry("api.cohere.ai", "cohere"),
            Map.entry("api.groq.com", "groq"),
            Map.entry("api.deepseek.com", "deepseek"),
            Map.entry("api.x.ai", "x-ai"),
            Map.entry("api.perplexity.ai", "perplexity"),
            Map.entry("openrouter.ai", "openrouter"),
            Map.entry("api.together.xyz", "together"),
            Map.entry("api.together.ai", "together"),
            Map.entry("api.fireworks.ai", "fireworks"),
            Map.entry("api.cerebras.ai", "cerebras"),
            Map.entry("api.sambanova.ai", "sambanova"),
            Map.entry("api.deepinfra.com", "deepinfra"),
            Map.entry("api.novita.ai", "novita"),
            Map.entry("api.moonshot.ai", "moonshotai"),
            Map.entry("api.moonshot.cn", "moonshotai"),
            Map.entry("api.minimax.io", "minimax"),
            Map.entry("api.minimaxi.com", "minimax"),
            Map.entry("api.z.ai", "zai"),
            Map.entry("api.voyageai.com", "voyageai"),
            Map.entry("api.jina.ai", "jina"),
            Map.entry("api.ai21.com", "ai21"),
            Map.entry("dashscope.aliyuncs.com", "alibaba"),
            Map.entry("dashscope-intl.aliyuncs.com", "alibaba"),
            Map.entry("router.huggingface.co", "huggingface"));

    private static final Pattern BEDROCK =
            Pattern.compile("bedrock-runtime(?:-fips)?\\.([a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?");
    private static final Pattern VERTEX = Pattern.compile("([a-z0-9-]+)-aiplatform\\.googleapis\\.com");
    private static final Pattern RESIDENCY = Pattern.compile("([a-z]{2})\\.api\\.openai\\.com");
    private static final Pattern LOCATION = Pattern.compile("/locations/([^/]+)/");

    /** Paths that only an API for models has. */
    private static final Pattern MODEL_CALL =
            Pattern.compile("/chat/completions$|/v1/(?:completions|responses|embeddings|messages)$"
                    + "|/openai/deployments/[^/]+/[a-z/]+$|/openai/(?:v1/)?responses$|/fim/completions$"
                    + "|/images/(?:generations|edits|variations)$|/audio/(?:transcriptions|translations|speech)$"
                    + "|:(?:generateContent|streamGenerateContent|embedContent|batchEmbedContents|rawPredict|streamRawPredict)$"
                    + "|/model/[^/]+/(?:converse|converse-stream|invoke|invoke-with-response-stream)$");
    /** Paths that mean a call to a model at a provider, and elsewhere maybe something else. */
    private static final Pattern MODEL_CALL_AT_PROVIDER =
            Pattern.compile("/(?:completions|responses|embeddings|ocr|rerank|embed|chat)$"
                    + "|:predict$|/api/(?:chat|generate|embed|embeddings)$|/generate(?:_stream)?$");
    /** What providers answer without charge. */
    private static final Pattern NO_MODEL_CALL = Pattern.compile(
            "/(?:moderations|count_tokens|input_tokens|batches|files|threads)(?:/|$)|:countTokens$|/threads/");

    private static final List<Pattern> MODELS = List.of(
            Pattern.compile("/openai/deployments/([^/]+)/"),
            Pattern.compile("/model/([^/]+)/[a-z-]+$"),
            Pattern.compile("/models/([^/:]+):[A-Za-z]+$"));
    private static final Pattern SUPPORT =
            Pattern.compile("/(?:embeddings|embed|rerank)$|:(?:embedContent|batchEmbedContents)$");

    private static final int MOST_REMEMBERED = 1_000;

    private final List<HostRule> configured;
    /** An application asks the same few addresses again and again. */
    private final Cache<Address, Optional<Endpoint>> remembered = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .executor(Runnable::run)
            .build();

    private record Address(String host, int port, String path) {}

    Endpoints(List<HostRule> configured) {
        this.configured = List.copyOf(configured);
    }

    /**
     * Who answers; {@code null} if it is no call to a model.
     *
     * @param method of the request
     * @param address of the request
     */
    @Nullable
    Endpoint of(String method, URI address) {
        String host = address.getHost();
        if (host == null || !"POST".equals(method)) {
            return null;
        }
        String path = address.getRawPath() == null ? "" : address.getRawPath();
        return remembered
                .get(new Address(host, address.getPort(), path), asked -> Optional.ofNullable(found(asked)))
                .orElse(null);
    }

    private @Nullable Endpoint found(Address address) {
        String host = address.host().toLowerCase(Locale.ROOT);
        String path = address.path();
        if (NO_MODEL_CALL.matcher(path).find()) {
            return null;
        }
        boolean sure = MODEL_CALL.matcher(path).find();
        String provider = provider(host, address.port(), path);
        if (provider != null) {
            sure |= MODEL_CALL_AT_PROVIDER.matcher(path).find();
            return new Endpoint(provider, model(path), region(host, path), service(path), sure);
        }
        if (sure || MODEL_CALL_AT_PROVIDER.matcher(path).find()) {
            String unknown = address.port() < 0 ? host : host + ":" + address.port();
            return new Endpoint(unknown, model(path), null, service(path), sure);
        }
        return null;
    }

    private @Nullable String provider(String host, int port, String path) {
        for (HostRule rule : configured) {
            if (rule.matches(host, port, path)) {
                return rule.provider();
            }
        }
        if (BEDROCK.matcher(host).matches()) {
            return "aws";
        }
        if (VERTEX.matcher(host).matches()) {
            return "google";
        }
        for (String end = host; ; end = end.substring(end.indexOf('.') + 1)) {
            String provider = HOSTS.get(end);
            if (provider != null) {
                return provider.equals("huggingface") ? huggingFace(path) : provider;
            }
            if (end.indexOf('.') < 0) {
                return null;
            }
        }
    }

    /** Hugging Face routes to the provider that the path names. */
    private static String huggingFace(String path) {
        int end = path.indexOf('/', 1);
        String first = end < 0 ? "" : path.substring(1, end);
        return first.isEmpty() || first.equals("v1") ? "huggingface" : "huggingface_" + first;
    }

    private static @Nullable String service(String path) {
        Matcher matcher = SUPPORT.matcher(path);
        if (!matcher.find()) {
            return null;
        }
        return matcher.group().contains("rerank") ? "rerank" : "embedding";
    }

    private static @Nullable String model(String path) {
        for (Pattern pattern : MODELS) {
            Matcher matcher = pattern.matcher(path);
            if (matcher.find()) {
                return decoded(matcher.group(1));
            }
        }
        return null;
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return segment;
        }
    }

    private static @Nullable String region(String host, String path) {
        for (Pattern pattern : List.of(BEDROCK, VERTEX, RESIDENCY)) {
            Matcher matcher = pattern.matcher(host);
            if (matcher.matches()) {
                return matcher.group(1);
            }
        }
        if (host.endsWith("aiplatform.googleapis.com")) {
            Matcher matcher = LOCATION.matcher(path);
            return matcher.find() ? matcher.group(1) : null;
        }
        return null;
    }
}
