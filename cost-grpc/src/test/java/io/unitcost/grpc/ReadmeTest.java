package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.unitcost.CostMeter;
import io.unitcost.docs.MarkdownExamples;
import io.unitcost.price.Unit;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the page shows. */
class ReadmeTest {

    private static final Path HERE = Path.of("src/test/java/io/unitcost/grpc/ReadmeTest.java");

    private final CostMeter meter = CostMeter.builder().build();

    /** Of the application. */
    private interface Certificates {
        boolean isOurs(Attributes connection);
    }

    @AfterEach
    void close() {
        meter.close();
    }

    @Test
    void thePageShowsThisCode() {
        MarkdownExamples.assertCompiled(Path.of("README.md"), HERE);
    }

    @Test
    void bothSidesAreSwitchedOn() {
        InProcessChannelBuilder channelBuilder = InProcessChannelBuilder.forName("readme");
        InProcessServerBuilder serverBuilder = InProcessServerBuilder.forName("readme");
        GrpcCosts costs = GrpcCosts.builder(meter)
                .provider("triton.example.com:8001", "a10-pool")
                .features("shop.Assistant/Chat : chat; shop.Search/* : search")
                .build();
        ManagedChannel channel =
                channelBuilder.intercept(costs.clientInterceptor()).build();
        Server server = costs.install(serverBuilder).build();
        assertThat(server.isShutdown()).isFalse();
        channel.shutdownNow();
    }

    @Test
    void usageOfOnesOwnIsSaidByPath() {
        GrpcCosts costs = GrpcCosts.builder(meter)
                .usage(GrpcUsage.builder("shop.Model/Generate")
                        .provider("shop-models")
                        .requestModel("options.model")
                        .count(Unit.INPUT_TOKENS, "usage.prompt_tokens")
                        .delta(Unit.OUTPUT_TOKENS, "chunk.new_tokens")
                        .finished("chunk.last")
                        .build())
                .build();
        assertThat(costs.measure("shop-models")).isNull();
        assertThat(GrpcUsage.triton("prompt_tokens", "completion_tokens")).hasSize(2);
        assertThat(GrpcCosts.builder(meter)
                        .measure("a10-pool", Unit.ACCELERATOR_SECONDS)
                        .provider("vllm:9000", "h100-pool", "llama-3.3-70b")
                        .build()
                        .measure("a10-pool"))
                .isEqualTo(Unit.ACCELERATOR_SECONDS);
    }

    @Test
    void servicesTellEachOther() {
        Certificates certificates = connection -> false;
        GrpcCosts front = GrpcCosts.builder(meter)
                .forward("search.example.com:443", "tenant")
                .build();
        GrpcCosts behind = GrpcCosts.builder(meter)
                .trust(call -> certificates.isOurs(call.attributes()))
                .build();
        assertThat(front).isNotSameAs(behind);
    }
}
