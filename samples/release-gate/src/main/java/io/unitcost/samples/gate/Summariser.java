package io.unitcost.samples.gate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a model for a summary of a ticket; once more when it is busy. The application: nothing in it is about costs. */
public final class Summariser {

    private static final String TASK =
            "You summarise tickets of a bicycle shop's customers for the people at its counter: what happened, what the"
                    + " customer wants, and by when. Two sentences, no greeting, no guesses.";
    private static final int OK = 200;
    private static final int BUSY = 503;

    private final HttpClient http;
    private final URI provider;
    private final String model;

    /**
     * For one model.
     *
     * @param http how it is asked
     * @param provider such as {@code https://api.openai.com/v1/}
     * @param model that is asked
     */
    public Summariser(HttpClient http, URI provider, String model) {
        this.http = http;
        this.provider = provider;
        this.model = model;
    }

    /**
     * The summary.
     *
     * @throws IOException if there is none
     */
    public String summarise(String ticket) throws IOException, InterruptedException {
        String question = JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "model",
                        model,
                        "messages",
                        List.of(Map.of("role", "system", "content", TASK), Map.of("role", "user", "content", ticket))));
        HttpRequest request = HttpRequest.newBuilder(provider.resolve("chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(question))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == BUSY) {
            answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        }
        if (answer.statusCode() != OK) {
            throw new IOException("the provider answered " + answer.statusCode());
        }
        JsonNode text = JsonMapper.shared().readTree(answer.body()).at("/choices/0/message/content");
        return text.asString();
    }
}
