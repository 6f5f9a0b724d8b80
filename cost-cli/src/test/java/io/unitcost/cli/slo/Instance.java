package io.unitcost.cli.slo;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CallMeter;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.Quality;
import io.unitcost.ReportedCost;
import io.unitcost.RequestMeter;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.FileLedgerSink;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import io.unitcost.slo.CostObjectives;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** One instance of a service: its meters on a page of its own, and its own ledger. */
final class Instance implements AutoCloseable {

    private static final long FIRST_OUTPUT = 100;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicLong ticks = new AtomicLong();
    private final Path costs;
    private final CostLedger ledger;
    private final CostMeter meter;
    private final HttpServer server;

    /** How dear the requests of this instance are. */
    private final long input;

    private long requests;

    Instance(Path costs, CostObjectives objectives, long input) throws IOException {
        this.costs = costs;
        this.input = input;
        this.ledger = CostLedger.builder(FileLedgerSink.create(costs)).build();
        CostMeter.Builder builder = CostMeter.builder();
        objectives.objectives().forEach(builder::objective);
        this.meter = builder.pool(CapacityPool.builder("gpus")
                        .pricePerHour("3")
                        .calibrate("ranker", card -> card.sustainedRequestsPerSecond("18")
                                .reference(1200, 300))
                        .build())
                .reportedCost(ReportedCost.COMPARE)
                .listener(CostMetrics.builder(registry).ledger(ledger).build())
                .listener(ledger)
                .ticker(ticks::get)
                .build();
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] page = scrape().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
            }
        });
        server.start();
    }

    String target() {
        return server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort();
    }

    String scrape() {
        return registry.scrape();
    }

    Path costs() {
        return costs;
    }

    /** Four requests of four features, one a little dearer than the last; everything that the meters know happens in them. */
    synchronized void serve(long seconds) {
        requests++;
        chat(seconds);
        search();
        RequestMeter odd = meter.open("odd");
        odd.record(Attempt.of("acme", "nobody-has-a-price")
                .usage(Usage.tokens(10, 10))
                .build());
        odd.end(Outcome.DELIVERED);
        RequestMeter void_ = meter.open("void");
        void_.record(Attempt.of("openai", "gpt-4o-mini")
                .usage(Usage.tokens(input, 100))
                .build());
        void_.end(Outcome.FAILED);
    }

    /** A delivered request that writes so many tokens. */
    synchronized void answer(String feature, long output) {
        RequestMeter request = meter.open(feature);
        request.record(Attempt.of("openai", "gpt-4o-mini")
                .usage(Usage.tokens(0, output))
                .build());
        request.end(Outcome.DELIVERED);
    }

    private void chat(long seconds) {
        RequestMeter request = meter.open("chat");
        request.recordSupport(
                "embedding",
                Attempt.of("openai", "text-embedding-3-small")
                        .usage(Usage.tokens(100, 0))
                        .build());
        CallMeter call = request.call();
        if (requests % 5 == 0) {
            call.record(Attempt.of("openai", "gpt-4o-mini")
                    .usage(Usage.tokens(input, 10), Quality.ESTIMATED)
                    .failed()
                    .build());
        }
        Attempt answer = Attempt.of("openai", "gpt-4o-mini")
                .usage(Usage.tokens(input, FIRST_OUTPUT + 4 * seconds))
                .duration(Duration.ofMillis(800))
                .reportedCost(Money.usd("0.0003"))
                .build();
        call.record(answer);
        call.end();
        // the ticker is nobody's clock: each request takes one second, every fourth three
        ticks.addAndGet(Duration.ofSeconds(requests % 4 == 0 ? 3 : 1).toNanos());
        request.end(Outcome.DELIVERED);
        if (requests % 20 == 0) {
            request.record(answer);
        }
    }

    private void search() {
        RequestMeter request = meter.open("search");
        request.record(
                Attempt.of("gpus", "ranker").usage(Usage.tokens(1200, 300)).build());
        request.end(Outcome.DELIVERED);
    }

    /** No more requests; the page stays. */
    synchronized void finish() {
        meter.close();
        ledger.close();
    }

    @Override
    public void close() {
        server.stop(0);
        try {
            finish();
        } catch (UncheckedIOException e) {
            throw new AssertionError(e);
        }
    }
}
