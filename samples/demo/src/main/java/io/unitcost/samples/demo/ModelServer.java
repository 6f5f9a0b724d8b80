package io.unitcost.samples.demo;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * Stands in for every provider: answers in OpenAI's format with the token counts of the traffic, after the faults that
 * fate has for the request. Keeps its own books of the tokens it has served.
 *
 * <p>The client's request number comes in the header {@code X-Client-Request-Id}, which OpenAI knows too. Without it,
 * tokens are counted as a quarter of the prompt's characters, and nothing goes wrong.
 */
final class ModelServer extends Handler.Abstract {

    static final String REQUEST_ID = "X-Client-Request-Id";
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final int CACHE_BLOCK = 128;
    private static final int SMALLEST_CACHED = 1_024;
    private static final int OUTPUT_BY_HAND = 100;

    private final Traffic traffic;
    private final Faults faults;
    private final ConcurrentMap<Integer, AtomicInteger> attempts = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Tokens> ledger = new ConcurrentHashMap<>();

    ModelServer(Traffic traffic, Faults faults) {
        this.traffic = traffic;
        this.faults = faults;
    }

    /** What was served, by model. */
    Map<String, Tokens> ledger() {
        return Map.copyOf(ledger);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Asked asked;
        try (InputStream body = Content.Source.asInputStream(request)) {
            asked = Asked.read(body);
        }
        String path = Request.getPathInContext(request);
        if (path.equals("/v1/embeddings")) {
            Tokens tokens = Tokens.of(Scenario.EMBEDDED_TOKENS, 0, 0);
            ledger.merge(asked.model, tokens, Tokens::plus);
            answer(response, callback, OK, Answers.embedding(asked.model, tokens));
        } else if (path.equals("/v1/chat/completions")) {
            complete(number(request), asked, response, callback);
        } else {
            return false;
        }
        return true;
    }

    private void complete(int number, Asked asked, Response response, Callback callback) {
        if (number < 0) {
            Tokens tokens = Tokens.of(asked.characters / 4, 0, OUTPUT_BY_HAND);
            ledger.merge(asked.model, tokens, Tokens::plus);
            answer(response, callback, OK, Answers.completion("by-hand", asked.model, "{}", tokens));
            return;
        }
        Arrival arrival = traffic.arrivals().get(number);
        Faults.Fate fate = faults.fate(number, arrival.feature());
        int attempt = attempts.computeIfAbsent(number, n -> new AtomicInteger()).getAndIncrement();
        if (fate.isUnavailable(attempt)) {
            answer(response, callback, UNAVAILABLE, new byte[0]);
            return;
        }
        Tokens tokens = Tokens.of(arrival.inputTokens(), cached(arrival, fate), arrival.outputTokens());
        String model = fate.canary() ? Scenario.CANARY : asked.model;
        ledger.merge(model, fate.silent() ? Tokens.SILENT : tokens, Tokens::plus);
        String text = Texts.text(Texts.length(arrival.outputTokens(), number));
        String content = fate.isInvalid(attempt) ? text : "{\"answer\":\"" + text + "\"}";
        byte[] answer = Answers.completion(number + "-" + attempt, model, content, fate.silent() ? null : tokens);
        answer(response, callback, OK, answer);
    }

    /** OpenAI's rule: prompts of 1,024 tokens or more, in blocks of 128. */
    private static int cached(Arrival arrival, Faults.Fate fate) {
        return fate.cached() && arrival.inputTokens() >= SMALLEST_CACHED
                ? arrival.inputTokens() / 2 / CACHE_BLOCK * CACHE_BLOCK
                : 0;
    }

    private static void answer(Response response, Callback callback, int status, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** The number of a request of the traffic, or -1. */
    private int number(Request request) {
        String id = request.getHeaders().get(REQUEST_ID);
        int number = id == null || !id.matches("[0-9]{1,9}") ? -1 : Integer.parseInt(id);
        return number < traffic.arrivals().size() ? number : -1;
    }

    /**
     * What a request asks for.
     *
     * @param model the model's name
     * @param characters of the prompt
     */
    private record Asked(String model, int characters) {

        static Asked read(InputStream body) {
            @Nullable String model = null;
            int characters = 0;
            try (JsonParser parser = Completion.JSON.createParser(ObjectReadContext.empty(), body)) {
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    if (token == JsonToken.VALUE_STRING && "model".equals(parser.currentName())) {
                        model = parser.getString();
                    } else if (token == JsonToken.VALUE_STRING && "content".equals(parser.currentName())) {
                        characters += parser.getStringLength();
                    }
                }
            }
            return new Asked(model == null ? "no-model" : model, characters);
        }
    }
}
