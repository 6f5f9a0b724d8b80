package io.unitcost.samples.tour;

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

/** A user of the application, over HTTP. Thread-safe. */
public final class Browser {

    private static final String DATA = "data:";

    /** An answer: its status, and its text or what was read of it. */
    public record Reply(int status, String text) {}

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI application;

    /** One that asks this application. */
    public Browser(URI application) {
        this.application = application;
    }

    public Reply get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(HttpRequest.newBuilder(application.resolve(path)).build(), BodyHandlers.ofString());
        return new Reply(response.statusCode(), response.body());
    }

    public Reply post(String path, String text) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(question(path, text), BodyHandlers.ofString());
        return new Reply(response.statusCode(), response.body());
    }

    /** Reads this many events of a stream, and hangs up if there are more. */
    public Reply stream(String path, String text, int events) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(question(path, text), BodyHandlers.ofInputStream());
        StringBuilder read = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            int left = events;
            for (String line = lines.readLine(); line != null && left > 0; line = lines.readLine()) {
                if (line.startsWith(DATA)) {
                    read.append(line, DATA.length(), line.length());
                    left--;
                }
            }
        }
        return new Reply(response.statusCode(), read.toString());
    }

    /** What Prometheus sees now. */
    public Scrape scrape() throws IOException, InterruptedException {
        return Scrape.of(get("/actuator/prometheus").text());
    }

    private HttpRequest question(String path, String text) {
        return HttpRequest.newBuilder(application.resolve(path))
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(BodyPublishers.ofString(text))
                .build();
    }
}
