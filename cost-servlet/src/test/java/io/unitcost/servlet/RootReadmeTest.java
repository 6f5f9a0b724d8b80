package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.docs.MarkdownExamples;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.Usage;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.mockito.Answers;
import org.mockito.Mockito;

/** The fifteen lines of the main README. */
class RootReadmeTest {

    private record Answer(String model, long inputTokens, long outputTokens, Duration duration) {}

    @Test
    void theReadmeShowsThisCode() {
        MarkdownExamples.assertCompiled(
                Path.of("..", "README.md"),
                Path.of("src/test/java/io/unitcost/servlet/RootReadmeTest.java"),
                Path.of("..", "cost-http/src/test/java/io/unitcost/http/ReadmeTest.java"));
    }

    @Test
    void theFifteenLinesGiveANumber() {
        MeterRegistry registry = new SimpleMeterRegistry();
        ServletContext context = Mockito.mock(ServletContext.class, Answers.RETURNS_DEEP_STUBS);
        Answer answer = new Answer("gpt-4o-mini", 1_000, 100, Duration.ofMillis(900));
        CostMeter meter = CostMeter.builder()
                .objective(CostObjective.of("chat")
                        .revenue("0.002")
                        .targetMargin("0.8")
                        .build())
                .listener(CostMetrics.create(registry))
                .build();

        // the edge: a filter opens the account of each request and closes it once
        FilterRegistration.Dynamic filter = context.addFilter(
                "cost",
                CostFilter.create(meter, request -> request.getServletPath().startsWith("/chat") ? "chat" : null));
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");

        // where the model has answered: who served, and what it used
        meter.record(Attempt.of("openai", answer.model())
                .usage(Usage.tokens(answer.inputTokens(), answer.outputTokens()))
                .duration(answer.duration())
                .build());

        // 1000 × 0.15 + 100 × 0.6 per million; no request is open here, so nobody's
        assertThat(registry.get("ai.cost")
                        .tag("feature", "unattributed")
                        .counter()
                        .count())
                .isEqualTo(0.00021);
        meter.close();
    }
}
