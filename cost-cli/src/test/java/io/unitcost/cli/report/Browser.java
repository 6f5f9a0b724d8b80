package io.unitcost.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.unitcost.cli.shell.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium that opens a page under the page's own policy and says what is drawn on it: for each chart the values that its pixels
 * stand for. A test with it is skipped where there is none.
 */
final class Browser {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    /** Reads pixels back through the scales. Only what an ordinary script of the page could see. */
    private static final String PROBE = """
            document.addEventListener('DOMContentLoaded', function () {
              var drawn = [];
              document.querySelectorAll('canvas[data-chart]').forEach(function (canvas) {
                var chart = Chart.getChart(canvas);
                var sideways = chart.options.indexAxis === 'y';
                var scale = sideways ? chart.scales.x : chart.scales.y;
                var pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                drawn.push({
                  chart: canvas.dataset.chart,
                  feature: Number(canvas.dataset.feature),
                  painted: pixels.some(function (value) { return value !== 0; }),
                  labels: chart.data.labels,
                  ticks: chart.scales.x.ticks.map(function (tick) { return String(tick.label); }),
                  series: chart.data.datasets.map(function (dataset, i) {
                    return {
                      label: dataset.label,
                      values: chart.getDatasetMeta(i).data.map(function (element) {
                        var end = sideways ? element.x : element.y;
                        return element.skip || isNaN(end) ? null : scale.getValueForPixel(end);
                      }),
                      bases: chart.getDatasetMeta(i).data.map(function (element) {
                        return element.base === undefined || isNaN(element.base) ? null : scale.getValueForPixel(element.base);
                      })
                    };
                  })
                });
              });
              var result = document.createElement('pre');
              result.id = 'drawn';
              result.textContent = JSON.stringify({ drawn: drawn, images: document.images.length, title: document.title });
              document.body.appendChild(result);
            });
            """;

    private final String program;
    private final Path directory;

    private Browser(String program, Path directory) {
        this.program = program;
        this.directory = directory;
    }

    /** The browser of this machine; without one the test that asks is skipped. */
    static Browser orSkip(Path directory, String unchecked) {
        String program = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .flatMap(room -> NAMES.stream().map(name -> Path.of(room, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse("");
        assumeTrue(
                !program.isEmpty(),
                "NOT CHECKED: " + unchecked + "; there is none of " + NAMES + " on the PATH, install one");
        return new Browser(program, directory);
    }

    /**
     * What is drawn in a series.
     *
     * @param values where marks end
     * @param bases where bars begin
     */
    record Series(String label, List<@Nullable Double> values, List<@Nullable Double> bases) {}

    /** A chart as it is drawn. */
    record Drawn(
            String chart, int feature, boolean painted, List<String> labels, List<String> ticks, List<Series> series) {

        Series series(String label) {
            return series.stream()
                    .filter(one -> one.label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(chart + " has no " + label + " but " + series));
        }
    }

    /** Opens a copy of the page in which the probe runs too. The console has to stay empty. */
    List<Drawn> open(ReportPage page) throws IOException, InterruptedException {
        String probed = page.html()
                .replace("script-src ", "script-src " + Assets.hash(PROBE) + " ")
                .replace("</head>", "<script>" + PROBE + "</script></head>");
        assertThat(probed.length()).isGreaterThan(page.html().length() + PROBE.length());
        Path copy = Files.writeString(directory.resolve("probed.html"), probed);
        Path out = directory.resolve("dom.html");
        Path err = directory.resolve("console.txt");
        List<String> command = new ArrayList<>(List.of(
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--user-data-dir=" + directory.resolve("profile"),
                "--enable-logging=stderr",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--window-size=1280,1000",
                "--virtual-time-budget=5000",
                "--dump-dom",
                copy.toUri().toString()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(program + " did not end within two minutes");
        }
        assertThat(Files.readString(err, StandardCharsets.ISO_8859_1)).doesNotContain("CONSOLE");
        return drawn(Files.readString(out));
    }

    @SuppressWarnings("unchecked")
    private static List<Drawn> drawn(String dom) {
        int from = dom.indexOf("<pre id=\"drawn\">");
        assertThat(from).as("the probe ran").isPositive();
        String json = dom.substring(from + "<pre id=\"drawn\">".length(), dom.indexOf("</pre>", from))
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&nbsp;", "\u00a0")
                .replace("&amp;", "&");
        Map<String, @Nullable Object> result = Json.object(json);
        assertThat(result.get("images")).hasToString("0");
        return ((List<Map<String, Object>>) result.get("drawn"))
                .stream()
                        .map(chart -> new Drawn(
                                chart.get("chart").toString(),
                                Integer.parseInt(chart.get("feature").toString()),
                                (Boolean) chart.get("painted"),
                                texts((List<Object>) chart.get("labels")),
                                texts((List<Object>) chart.get("ticks")),
                                ((List<Map<String, Object>>) chart.get("series"))
                                        .stream().map(Browser::series).toList()))
                        .toList();
    }

    @SuppressWarnings("unchecked")
    private static Series series(Map<String, Object> series) {
        return new Series(
                series.get("label").toString(),
                numbers((List<@Nullable Object>) series.get("values")),
                numbers((List<@Nullable Object>) series.get("bases")));
    }

    private static List<String> texts(List<Object> values) {
        return values.stream().map(Object::toString).toList();
    }

    private static List<@Nullable Double> numbers(List<@Nullable Object> values) {
        List<@Nullable Double> numbers = new ArrayList<>();
        values.forEach(value -> numbers.add(value == null ? null : Double.valueOf(value.toString())));
        return numbers;
    }
}
