package io.unitcost.samples.demo;

import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.samples.demo.Scenario.Route;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * What an application writes to have its model calls metered: a call, an attempt for each try, and its end. It finds
 * the request that pays by itself, since the filter has made it current on this thread.
 */
final class ModelClient {

    private static final int TRIES = 3;
    private static final int OK = 200;

    private final CostMeter meter;
    private final HttpClient http;
    private final URI server;

    ModelClient(CostMeter meter, HttpClient http, URI server) {
        this.meter = meter;
        this.http = http;
        this.server = server;
    }

    /**
     * Asks until there is a valid answer: again after a 503, again after an answer that is not what was asked for.
     *
     * @return whether there was one within three tries
     */
    boolean complete(Route route, String prompt, @Nullable String requestId) throws IOException, InterruptedException {
        CallMeter call = meter.call();
        try {
            for (int i = 0; i < TRIES; i++) {
                Completion answer = attempt(call, route, "/v1/chat/completions", "content", prompt, requestId);
                if (answer != null && answer.isValid()) {
                    return true;
                }
            }
            call.reject();
            return false;
        } finally {
            call.end();
        }
    }

    /** Looks something up: an embedding of the question, and a read of the vectors near it. */
    void retrieve(String question, @Nullable String requestId) throws IOException, InterruptedException {
        CallMeter call = meter.support("embedding");
        try {
            attempt(call, Scenario.EMBEDDING, "/v1/embeddings", "input", question, requestId);
        } finally {
            call.end();
        }
        VectorStore.read(meter);
    }

    private @Nullable Completion attempt(
            CallMeter call, Route route, String path, String field, String text, @Nullable String requestId)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body(route.model(), field, text)));
        if (requestId != null) {
            request.header(ModelServer.REQUEST_ID, requestId);
        }
        long start = System.nanoTime();
        HttpResponse<byte[]> response;
        try {
            response = http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            // nobody knows what it used: that is not nothing
            call.record(failed(route, start).build());
            throw e;
        }
        if (response.statusCode() != OK) {
            // no token was generated, and none is billed
            call.record(failed(route, start).unbilled().build());
            return null;
        }
        Completion completion = Completion.read(response.body());
        call.record(completion.attempt(route, text.length(), System.nanoTime() - start));
        return completion;
    }

    private static Attempt.Builder failed(Route route, long start) {
        return Attempt.of(route.provider(), route.model()).failed().durationNanos(System.nanoTime() - start);
    }

    private static byte[] body(String model, String field, String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 128);
        try (JsonGenerator json = Completion.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("model", model);
            if (field.equals("content")) {
                json.writeArrayPropertyStart("messages");
                json.writeStartObject();
                json.writeStringProperty("role", "user");
                json.writeStringProperty("content", text);
                json.writeEndObject();
                json.writeEndArray();
            } else {
                json.writeStringProperty(field, text);
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
