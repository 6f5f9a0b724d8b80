package io.unitcost.samples.inference;

import com.google.protobuf.DynamicMessage;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Answers questions, each in one of several ways. It knows nothing of costs. */
final class Assistant {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration IN_TIME = Duration.ofMillis(500);

    private final Neighbours neighbours;

    /**
     * Whom it asks.
     *
     * @param triton over which what fails is tried again
     * @param urgentTriton over which a second try stands beside a slow one
     */
    record Neighbours(Channel vllm, Channel triton, Channel urgentTriton, Channel search) {}

    Assistant(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    ServerServiceDefinition service() {
        return Services.of(Rpc.ASK, ServerCalls.asyncServerStreamingCall(this::ask));
    }

    private void ask(DynamicMessage question, StreamObserver<DynamicMessage> to) {
        try {
            answer(Draft.text(question, "text"), Draft.text(question, "way"), to);
            to.onCompleted();
        } catch (StatusRuntimeException e) {
            to.onError(e);
        }
    }

    private void answer(String text, String way, StreamObserver<DynamicMessage> to) {
        switch (way) {
            case "", "answered" -> generate(text, PATIENCE, to);
            case "short" -> say(Models.infer(neighbours.triton(), Triton.LLAMA, text), to);
            case "urgent" -> say(Models.infer(neighbours.urgentTriton(), Triton.LLAMA, text), to);
            case "checked" -> checked(text, to);
            case "looked-up" -> generate(lookUp(text) + "\n" + text, PATIENCE, to);
            case "in-time" -> inTime(text, to);
            default ->
                throw Status.INVALID_ARGUMENT
                        .withDescription("way: '" + way
                                + "' is none; give answered, short, urgent, checked, looked-up or in-time")
                        .asRuntimeException();
        }
    }

    private void generate(String prompt, Duration atMost, StreamObserver<DynamicMessage> to) {
        Models.generate(neighbours.vllm(), prompt, atMost, piece -> say(piece, to));
    }

    private void checked(String text, StreamObserver<DynamicMessage> to) {
        Map<String, String> said = Models.inferTogether(
                neighbours.triton(), new TreeMap<>(Map.of(Triton.LLAMA, text, Triton.GUARD, text)));
        say(said.get(Triton.LLAMA) + " (" + said.get(Triton.GUARD) + ")", to);
    }

    private String lookUp(String text) {
        DynamicMessage pages = ClientCalls.blockingUnaryCall(
                neighbours.search(),
                Rpc.FIND,
                CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                Rpc.request(Rpc.FIND).set("text", text).build());
        return String.join(
                "\n", Draft.all(pages, "pages").stream().map(String.class::cast).toList());
    }

    private void inTime(String text, StreamObserver<DynamicMessage> to) {
        try {
            generate(text, IN_TIME, to);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
                throw e;
            }
            say(Models.infer(neighbours.triton(), Triton.LLAMA, text), to);
        }
    }

    private static void say(String text, StreamObserver<DynamicMessage> to) {
        to.onNext(Rpc.response(Rpc.ASK).set("text", text).build());
    }
}
