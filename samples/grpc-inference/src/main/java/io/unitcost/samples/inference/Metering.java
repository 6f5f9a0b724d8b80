package io.unitcost.samples.inference;

import io.grpc.Grpc;
import io.micrometer.core.instrument.MeterRegistry;
import io.unitcost.Attempt;
import io.unitcost.CostMeter;
import io.unitcost.RequestCostListener;
import io.unitcost.capacity.CapacityPool;
import io.unitcost.grpc.GrpcCosts;
import io.unitcost.grpc.GrpcUsage;
import io.unitcost.grpc.ServedCall;
import io.unitcost.metrics.CostMetrics;
import io.unitcost.price.PriceTable;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import java.net.InetSocketAddress;

/** All that metering takes: for each of the two services a meter, and the hooks for its channels and its server. */
final class Metering {

    /** The channels' targets, as they would be in a cluster. */
    static final String TRITON = "triton:8001";

    static final String VLLM = "vllm:50051";
    static final String SEARCH = "search:9090";

    static final String FEATURE = "chat";
    /** What is not on gRPC is said by the application. */
    static final Attempt VECTOR_READ =
            Attempt.of("vector-store", "read").usage(Usage.of(Unit.REQUESTS, 1)).build();

    /** 0.72 USD an hour is 0.0002 a second; of which 0.1 s are worth 1,000 tokens of a prompt: 0.02 USD a million. */
    private static final CapacityPool A10 = CapacityPool.builder("a10-pool")
            .pricePerHour("0.72")
            .replicas(2)
            .plannedUtilization("0.5")
            .calibrate(Triton.LLAMA, c -> c.secondsPer1kTokens("0.1", "1.5"))
            .calibrate(Triton.GUARD, c -> c.secondsPer1kTokens("0.05", "0.5"))
            .calibrate(Triton.EMBEDDING, c -> c.secondsPer1kTokens("0.02", "0.02"))
            .build();

    /** 14.40 USD an hour is 0.004 a second. Four tenths of it are planned to work: an hour's use brings 1.5 of idleness. */
    private static final CapacityPool H100 = CapacityPool.builder("h100-pool")
            .pricePerHour("14.40")
            .plannedUtilization("0.4")
            .calibrate(Vllm.MODEL, c -> c.secondsPer1kTokens("0.05", "0.5"))
            .build();

    /** Of the service in front. */
    static CostMeter assistantMeter(MeterRegistry registry, RequestCostListener listener) {
        return CostMeter.builder()
                .pool(A10)
                .pool(H100)
                .feature(FEATURE)
                .listener(CostMetrics.create(registry))
                .listener(listener)
                .build();
    }

    /** Who is paid at which target, which methods are features, and who works for us. */
    static GrpcCosts assistantHooks(CostMeter meter) {
        return GrpcCosts.builder(meter)
                .provider(TRITON, A10.name())
                // an engine serves one model, and does not name it
                .provider(VLLM, H100.name(), Vllm.MODEL)
                .features("shop.Assistant/* : " + FEATURE)
                .forward(SEARCH)
                .build();
    }

    /** Of the service behind it. */
    static CostMeter searchMeter(MeterRegistry registry, RequestCostListener listener) {
        return CostMeter.builder()
                .pool(A10)
                .prices(PriceTable.builder("shop")
                        .model(VECTOR_READ.provider(), VECTOR_READ.model(), m -> m.rate(Unit.REQUESTS, "20 per 1M"))
                        .build())
                .listener(CostMetrics.create(registry))
                .listener(listener)
                .build();
    }

    /** What it asks of Triton are vectors: support, and no generation. */
    static GrpcCosts searchHooks(CostMeter meter) {
        return GrpcCosts.builder(meter)
                .usage(GrpcUsage.builder("inference.GRPCInferenceService/ModelInfer")
                        .service("embedding")
                        .requestModel("model_name")
                        // what is estimated where no answer says what it used
                        .requestText("tensor(" + Tensors.TEXT_INPUT + ")")
                        .count(Unit.INPUT_TOKENS, "tensor(" + Tensors.INPUT_TOKENS + ")")
                        .build())
                .provider(TRITON, A10.name())
                .features("shop.Search/* : search")
                .trust(Metering::isOurs)
                .build();
    }

    /** Here whoever is on this machine; elsewhere whoever has our certificate. */
    private static boolean isOurs(ServedCall call) {
        return call.attributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress address
                && address.getAddress().isLoopbackAddress();
    }

    private Metering() {}
}
