package io.unitcost.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.Outcome;
import io.unitcost.RequestCost.Reaped;
import io.unitcost.RequestMeter;
import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.FileLedgerSink;
import io.unitcost.ledger.LedgerReader;
import io.unitcost.ledger.LedgerRecord;
import io.unitcost.ledger.LedgerSink;
import io.unitcost.ledger.MemoryLedgerSink;
import io.unitcost.price.Money;
import io.unitcost.price.Usage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real application, and the files that its requests leave behind. */
class LedgerTest {

    private static final Money PRICE = Money.usd("0.0035");

    @TempDir
    private Path directory;

    private ConfigurableApplicationContext application;

    @AfterEach
    void stop() {
        if (application != null && application.isActive()) {
            application.close();
        }
    }

    private void start(Class<?> configuration, String... properties) {
        application = new SpringApplicationBuilder(Application.class, configuration)
                .web(WebApplicationType.SERVLET)
                .properties("server.port=0", "spring.main.banner-mode=off", "spring.ai.openai.api-key=none")
                .properties(properties)
                .run();
    }

    @Test
    void aRequestJustBeforeTheCloseIsInTheFile_asItWas() throws Exception {
        start(
                Nothing.class,
                "unitcost.features.chat.paths=/chat",
                "unitcost.features.chat.revenue=0.01",
                "unitcost.features.chat.target-margin=0.8",
                "unitcost.ledger.directory=" + directory,
                "unitcost.ledger.release=1.42.0",
                "unitcost.ledger.prompt-version-attribute=prompt",
                "unitcost.ledger.attributes=plan");
        CostLedger ledger = application.getBean(CostLedger.class);
        get("/chat");
        application.close();

        LedgerRecord record = only(read());
        assertThat(record.feature()).isEqualTo("chat");
        assertThat(record.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(record.total()).isEqualTo(PRICE);
        assertThat(record.revenue()).isEqualTo(Money.usd("0.01"));
        assertThat(record.allowance()).isEqualTo(Money.usd("0.002"));
        assertThat(record.release()).isEqualTo("1.42.0");
        assertThat(record.caseId()).isEqualTo("refund");
        assertThat(record.promptVersion()).isEqualTo("p7");
        assertThat(record.session()).startsWith("h:");
        assertThat(record.tenant()).isNull();
        assertThat(record.attributes()).isEqualTo(Map.of("plan", "pro"));
        assertThat(ledger.counts().written()).isEqualTo(1);
        assertThat(ledger.counts().lost()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsStillOpenAtTheCloseIsInTheFileToo(boolean lazily) throws IOException {
        start(
                Nothing.class,
                "unitcost.ledger.directory=" + directory,
                "unitcost.ledger.release=",
                "spring.main.lazy-initialization=" + lazily);
        RequestMeter request = application.getBean(CostMeter.class).open("forgotten");
        request.record(attempt());
        application.close();

        LedgerRecord record = only(read());
        assertThat(record.feature()).isEqualTo("forgotten");
        assertThat(record.reaped()).isEqualTo(Reaped.SHUTDOWN);
        assertThat(record.total()).isEqualTo(PRICE);
        assertThat(record.release()).as("nobody said it").isNull();
    }

    @Test
    void recordsAreCountedInTheRegistry() throws Exception {
        start(Nothing.class, "unitcost.ledger.directory=" + directory, "unitcost.ledger.flush-interval=0");
        for (String result : List.of("written", "dropped", "failed")) {
            assertThat(records(result)).as(result).isZero();
        }
        get("/chat");
        get("/chat");
        await().atMost(Duration.ofSeconds(10)).until(() -> records("written") == 2);
    }

    @Test
    void aFileEndsAtItsSize_andPseudonymsAreTheSameInEveryInstance() throws IOException {
        List<LedgerRecord> records = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            start(
                    Nothing.class,
                    "unitcost.ledger.directory=" + directory.toUri(),
                    "unitcost.ledger.max-file-size=1KB",
                    "unitcost.ledger.gzip=true",
                    "unitcost.ledger.fsync=every-flush",
                    "unitcost.ledger.queue-capacity=8",
                    "unitcost.ledger.session-attribute=thread",
                    "unitcost.ledger.salt=0123456789abcdef");
            CostMeter meter = application.getBean(CostMeter.class);
            for (int i = 0; i < 5; i++) {
                RequestMeter request = meter.open("chat");
                request.attribute("thread", "t1");
                request.record(attempt());
                request.end(Outcome.DELIVERED);
            }
            application.close();
            records = read();
            assertThat(records).hasSize(5 * (run + 1));
        }
        assertThat(records)
                .extracting(LedgerRecord::session)
                .doesNotContainNull()
                .containsOnly(records.get(0).session());
        try (var files = Files.list(directory)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            assertThat(names).hasSizeGreaterThan(2).anyMatch(name -> name.endsWith(".jsonl.gz"));
        }
    }

    @Test
    void aSinkOfTheApplicationHasALedger_andIsClosedOnceAfterTheMeter() throws Exception {
        start(OwnSink.class, "unitcost.ledger.directory=" + directory, "unitcost.ledger.release=r1");
        Events events = application.getBean(Events.class);
        get("/chat");
        application.getBean(CostMeter.class).open("forgotten").record(attempt());
        application.close();

        assertThat(events.seen).containsExactly("/chat r1", "forgotten r1", "closed");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aLedgerOfTheApplicationIsTheOnlyOne_toldOnceAndCounted() {
        start(OwnLedger.class, "unitcost.ledger.directory=" + directory);
        RequestMeter request = application.getBean(CostMeter.class).open("chat");
        request.record(attempt());
        request.end(Outcome.DELIVERED);

        assertThat(application.getBeansOfType(CostLedger.class)).containsOnlyKeys("ownLedger");
        assertThat(application.getBeansOfType(FileLedgerSink.class)).isEmpty();
        assertThat(application.getBean(MemoryLedgerSink.class).records())
                .singleElement()
                .satisfies(record -> assertThat(record.release()).isEqualTo("own"));
        assertThat(records("written")).isEqualTo(1);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void withoutASettingThereIsNone() throws Exception {
        start(Nothing.class, "unitcost.ledger.release=1");
        get("/chat");
        assertThat(application.getBeansOfType(CostLedger.class)).isEmpty();
        assertThat(application.getBeansOfType(LedgerSink.class)).isEmpty();
        assertThat(application
                        .getBean(MeterRegistry.class)
                        .find("ai.ledger.records")
                        .meters())
                .isEmpty();
        assertThat(application.getBean(MeterRegistry.class).find("ai.cost").meters())
                .isNotEmpty();
    }

    @Test
    void theObjectivesOfTheGateAreThoseOfTheApplication() throws Exception {
        Path file = Files.writeString(directory.resolve("cost-slo.json"), """
                {"v":1, "currency":"USD", "features":{
                  "chat":{"revenuePerRequest":"0.02", "targetMargin":"0.75", "p95Ms":2500, "tolerance":"0.05"}}}
                """);
        start(
                Nothing.class,
                "unitcost.objectives=" + file,
                "unitcost.features.chat.paths=/chat",
                "unitcost.features.search.ceiling=0.001",
                "unitcost.ledger.directory=" + directory.resolve("costs"),
                "management.endpoints.web.exposure.include=cost");
        get("/chat");
        JsonNode shown = JsonMapper.shared()
                .readTree(get("/actuator/cost/chat"))
                .path("report")
                .path("objective");
        assertThat(shown.path("revenue").asString()).isEqualTo("0.02");
        assertThat(shown.path("allowance").asString()).isEqualTo("0.005");
        assertThat(shown.path("p95Millis").asInt()).isEqualTo(2_500);
        assertThat(application.getBean(CostMeter.class).features()).containsExactly("chat", "search");
        application.close();

        LedgerRecord record = only(read(directory.resolve("costs")));
        assertThat(record.revenue()).isEqualTo(Money.usd("0.02"));
        assertThat(record.allowance()).isEqualTo(Money.usd("0.005"));
    }

    private double records(String result) {
        return application
                .getBean(MeterRegistry.class)
                .get("ai.ledger.records")
                .tag("result", result)
                .functionCounter()
                .count();
    }

    private List<LedgerRecord> read() throws IOException {
        return read(directory);
    }

    private static List<LedgerRecord> read(Path ledger) throws IOException {
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            List<LedgerRecord> records = new ArrayList<>();
            reader.forEach(records::add);
            assertThat(reader.halfWritten()).isEmpty();
            return records;
        }
    }

    private static LedgerRecord only(List<LedgerRecord> records) {
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    private String get(String path) throws IOException, InterruptedException {
        int port = application.getEnvironment().getProperty("local.server.port", Integer.class);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static Attempt attempt() {
        return Attempt.of("openai", "gpt-4o").usage(Usage.tokens(1_000, 100)).build();
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(Chat.class)
    static class Application {}

    @RestController
    static class Chat {

        private final CostMeter meter;

        Chat(CostMeter meter) {
            this.meter = meter;
        }

        @GetMapping("/chat")
        String chat() {
            RequestMeter request = RequestMeter.current();
            request.attribute("case", "refund");
            request.attribute("prompt", "p7");
            request.attribute("session", "s-1");
            request.attribute("plan", "pro");
            request.attribute("mail", "somebody@example.com");
            meter.record(attempt());
            return "answered";
        }
    }

    @Configuration
    static class Nothing {}

    /** What a sink saw, in order. */
    static final class Events {
        private final List<String> seen = new ArrayList<>();

        synchronized void add(String event) {
            seen.add(event);
        }
    }

    @Configuration
    static class OwnSink {

        @Bean
        Events events() {
            return new Events();
        }

        @Bean
        LedgerSink kafka(Events events) {
            return new LedgerSink() {
                @Override
                public void accept(LedgerRecord record) {
                    events.add(record.feature() + " " + record.release());
                }

                @Override
                public void close() {
                    events.add("closed");
                }
            };
        }
    }

    @Configuration
    static class OwnLedger {

        @Bean
        MemoryLedgerSink memory() {
            return MemoryLedgerSink.create();
        }

        @Bean
        CostLedger ownLedger(MemoryLedgerSink sink) {
            return CostLedger.builder(sink).release("own").build();
        }
    }
}
