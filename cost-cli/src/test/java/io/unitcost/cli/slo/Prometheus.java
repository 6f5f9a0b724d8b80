package io.unitcost.cli.slo;

import static java.util.stream.Collectors.joining;

import io.unitcost.cli.shell.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A real Prometheus on loopback that scrapes instances once a second; ends with {@link #close}. */
final class Prometheus implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TRIES = 3;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path folder;
    private final Process process;
    private final int port;

    private Prometheus(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    static Prometheus start(Tool tool, Path folder, Path rules, List<Instance> instances) throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
                rule_files: ["%s"]
                scrape_configs:
                  - job_name: ai
                    static_configs: [{targets: [%s]}]
                """.formatted(
                        rules,
                        instances.stream()
                                .map(instance -> '"' + instance.target() + '"')
                                .collect(joining(","))));
        for (int i = 0; i < TRIES; i++) {
            // somebody may take the port in between: then the process ends and the next one is tried
            int port = freePort();
            Process process = tool.start(
                    folder,
                    folder.resolve("prometheus.log"),
                    "--config.file=prometheus.yml",
                    "--storage.tsdb.path=data",
                    "--web.listen-address=127.0.0.1:" + port,
                    "--log.level=warn");
            Prometheus prometheus = new Prometheus(folder, process, port);
            try {
                prometheus.await("ready", () -> !process.isAlive() || prometheus.isReady());
                if (process.isAlive()) {
                    return prometheus;
                }
            } catch (Throwable failure) {
                prometheus.close();
                throw failure;
            }
        }
        throw new AssertionError("Prometheus did not start: " + Files.readString(folder.resolve("prometheus.log")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isReady() {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Asks again and again until it is so, for a minute at most. */
    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    /** The samples of an expression by their labels. */
    Map<String, Double> query(String expression) {
        return query(expression, "");
    }

    /** @param time of the evaluation, or nothing for now */
    Map<String, Double> query(String expression, String time) {
        Map<?, ?> data = data("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)
                + (time.isEmpty() ? "" : "&time=" + time));
        if (data.get("result") instanceof List<?> scalar && "scalar".equals(data.get("resultType"))) {
            return Map.of("", Double.valueOf(scalar.get(1).toString()));
        }
        Map<String, Double> samples = new TreeMap<>();
        for (Object sample : (List<?>) data.get("result")) {
            Map<?, ?> one = (Map<?, ?>) sample;
            samples.put(
                    one.get("metric").toString(),
                    Double.valueOf(((List<?>) one.get("value")).get(1).toString()));
        }
        return samples;
    }

    /** The one sample of an expression. */
    double number(String expression, String time) {
        Map<String, Double> samples = query(expression, time);
        if (samples.size() != 1) {
            throw new AssertionError(expression + ": " + samples);
        }
        return samples.values().iterator().next();
    }

    /** Every rule, as the API tells it. */
    List<Map<?, ?>> rules() {
        List<Map<?, ?>> rules = new ArrayList<>();
        for (Object group : (List<?>) data("/api/v1/rules").get("groups")) {
            ((List<?>) ((Map<?, ?>) group).get("rules")).forEach(rule -> rules.add((Map<?, ?>) rule));
        }
        return rules;
    }

    /** The values of a label among the series that a selector finds, as Grafana asks for {@code label_values(selector, label)}. */
    List<String> labelValues(String selector, String label) {
        List<?> values = (List<?>) answer("/api/v1/label/" + label + "/values?match%5B%5D="
                + URLEncoder.encode(selector, StandardCharsets.UTF_8));
        return values.stream().map(Object::toString).toList();
    }

    private Map<?, ?> data(String path) {
        return (Map<?, ?>) answer(path);
    }

    private Object answer(String path) {
        try {
            HttpResponse<String> response = get(path);
            Map<String, Object> answer = Json.object(response.body());
            if (response.statusCode() != 200 || !"success".equals(answer.get("status"))) {
                throw new AssertionError(path + ": " + response.body());
            }
            return answer.get("data");
        } catch (IOException e) {
            throw new AssertionError(path, e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("prometheus.log"));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
