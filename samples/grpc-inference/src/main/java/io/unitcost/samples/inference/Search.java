package io.unitcost.samples.inference;

import com.google.protobuf.DynamicMessage;
import io.grpc.Channel;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.unitcost.CostMeter;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds pages of a handbook: a vector from a model of Triton's, and a read of the store. */
final class Search {

    private static final List<String> PAGES = List.of(
            "Bikes are rented from nine to six, by the hour or by the day, and come with a lock and a helmet.",
            "A bike that is brought back late costs five more for each hour that has begun, never more than a day.",
            "Children ride with a grown-up, who signs for them; trailers for two are at the counter.");

    private final Channel triton;
    private final CostMeter meter;

    Search(Channel triton, CostMeter meter) {
        this.triton = triton;
        this.meter = meter;
    }

    ServerServiceDefinition service() {
        return Services.of(Rpc.FIND, ServerCalls.asyncUnaryCall(this::find));
    }

    private void find(DynamicMessage query, StreamObserver<DynamicMessage> to) {
        try {
            String text = Draft.text(query, "text");
            Models.infer(triton, Triton.EMBEDDING, text);
            String page = read(text);
            to.onNext(Rpc.response(Rpc.FIND).add("pages", page).build());
            to.onCompleted();
        } catch (StatusRuntimeException e) {
            to.onError(e);
        }
    }

    /** A store that no hook sees: the application says what it used. */
    private String read(String text) {
        meter.recordSupport("retrieval", Metering.VECTOR_READ);
        Set<String> asked = new HashSet<>(Words.of(text));
        return PAGES.stream()
                .max(Comparator.comparingLong(
                        page -> Words.of(page).stream().filter(asked::contains).count()))
                .orElseThrow();
    }
}
