package io.unitcost.samples.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A user of the gateway, who knows nothing of costs either. */
final class Client {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data: ";

    /**
     * What came back.
     *
     * @param text of the answer, or of the error
     * @param cost what the gateway said in its header; empty if nothing
     */
    record Reply(int status, String text, String cost) {}

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI gateway;

    Client(URI gateway) {
        this.gateway = gateway;
    }

    /** Posts and takes the answer in one piece. */
    Reply post(String path, String key, Map<String, ?> body, String... headers)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request(path, key, body, headers), BodyHandlers.ofByteArray());
        return reply(response, text(JSON.readTree(response.body())));
    }

    String get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(gateway.resolve(path)).build(), BodyHandlers.ofString())
                .body();
    }

    /** Posts, takes the answer as a stream, and hangs up after that many words. */
    Reply stream(String path, String key, Map<String, ?> body, int words, String... headers)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(request(path, key, body, headers), BodyHandlers.ofInputStream());
        StringBuilder text = new StringBuilder();
        int heard = 0;
        try (BufferedReader events =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = events.readLine(); line != null && heard < words; line = events.readLine()) {
                String word = line.startsWith(DATA + "{")
                        ? JSON.readTree(line.substring(DATA.length()))
                                .at("/choices/0/delta/content")
                                .asString("")
                        : "";
                text.append(word);
                heard += word.isEmpty() ? 0 : 1;
            }
        }
        return reply(response, text.toString());
    }

    private static Reply reply(HttpResponse<?> response, String text) {
        return new Reply(
                response.statusCode(),
                text,
                response.headers().firstValue(Metering.HEADER).orElse(""));
    }

    private HttpRequest request(String path, String key, Map<String, ?> body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    private static String text(JsonNode answer) {
        if (answer.has("error")) {
            return answer.at("/error/message").asString("");
        }
        return answer.has("choices")
                ? answer.at("/choices/0/message/content").asString("")
                : "a vector of " + answer.at("/data/0/embedding").size() + " numbers";
    }
}
