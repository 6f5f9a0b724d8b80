package io.unitcost.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Behind each filter the same is answered, and each filter finds it. */
class JettyFilterBenchmarkTest {

    @Test
    void theFiltersFindWhatPassesThem() throws Exception {
        int plain = 0;
        int stream = 0;
        for (String filter : new String[] {"off", "pass", "costs", "costsServing", "brave", "spring"}) {
            JettyFilterBenchmark benchmark = new JettyFilterBenchmark();
            benchmark.filter = filter;
            benchmark.start();
            plain = plain == 0 ? benchmark.plain() : plain;
            stream = stream == 0 ? benchmark.stream() : stream;
            assertThat(benchmark.plain()).isEqualTo(plain).isGreaterThan(FilterBenchmark.PLAIN.length);
            assertThat(benchmark.stream()).isEqualTo(stream).isGreaterThan(FilterBenchmark.CHUNKS * 200);
            // the account is closed after the client has its answer
            benchmark.stop();
            Filters filters = benchmark.filters();
            assertThat(filters.requests()).isEqualTo(filter.startsWith("costs") ? 2 : 0);
            assertThat(filters.tokens())
                    .isEqualTo(filter.equals("costsServing") ? UsageAnswers.INPUT + UsageAnswers.OUTPUT : 0);
            assertThat(filters.spans()).isEqualTo(filter.equals("brave") ? 2 : 0);
            assertThat(filters.observations()).isEqualTo(filter.equals("spring") ? 2 : 0);
        }
    }
}
