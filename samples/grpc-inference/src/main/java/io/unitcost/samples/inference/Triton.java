package io.unitcost.samples.inference;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.unitcost.samples.inference.Faults.Fault;
import io.unitcost.samples.inference.Ledger.Told;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * A server of Triton's protocol, which is KServe's: three models, answers in one piece or, in a stream that carries many
 * requests, in several. It counts tokens for whoever asks, each response those in it.
 */
final class Triton {

    static final String LLAMA = "llama-3.1-8b";
    static final String GUARD = "guard-1b";
    static final String EMBEDDING = "bge-small";
    private static final int PIECE = 5;
    private static final String FINAL = "triton_final_response";

    private final Ledger ledger;
    private final Faults faults = new Faults();
    private final Faults streamFaults = new Faults();

    Triton(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Of answers in one piece, try by try. */
    Faults faults() {
        return faults;
    }

    /** Of streams, request by request. */
    Faults streamFaults() {
        return streamFaults;
    }

    ServerServiceDefinition service() {
        return ServerServiceDefinition.builder(Objects.requireNonNull(Rpc.INFER.getServiceName()))
                .addMethod(Rpc.INFER, ServerCalls.asyncUnaryCall(this::infer))
                .addMethod(Rpc.STREAM_INFER, ServerCalls.asyncBidiStreamingCall(Stream::new))
                .build();
    }

    private void infer(DynamicMessage request, StreamObserver<DynamicMessage> to) {
        Work work = Work.of(request);
        switch (faults.next()) {
            case REFUSES -> {
                ledger.book(Metering.TRITON, work.model(), 0, 0, Told.REFUSED);
                to.onError(Faults.REFUSED.asRuntimeException());
            }
            case BREAKS -> {
                book(work, work.words().size() / 2, Told.NOTHING);
                to.onError(Faults.BROKEN.asRuntimeException());
            }
            case HANGS, STALLS -> book(work, work.words().size(), Told.NOTHING);
            case NONE -> {
                book(work, work.words().size(), Told.ALL);
                to.onNext(work.fill(Rpc.response(Rpc.INFER), work.words()).build());
                to.onCompleted();
            }
        }
    }

    private void book(Work work, int output, Told told) {
        ledger.book(Metering.TRITON, work.model(), work.input(), output, told);
    }

    /** One request, and what its answer will be. */
    private record Work(Message request, String model, int input, List<String> words) {

        static Work of(Message request) {
            String model = Draft.text(request, "model_name");
            String prompt = Tensors.inputText(request);
            String answer =
                    switch (model) {
                        case LLAMA -> Answers.to(prompt);
                        case GUARD -> "harmless and about bicycles, as far as it goes";
                        default -> ""; // a vector, which has no words
                    };
            return new Work(request, model, Words.of(prompt).size(), Words.of(answer));
        }

        Draft fill(Draft response, List<String> piece) {
            response.set("model_name", model).set("id", Draft.text(request, "id"));
            if (!words.isEmpty()) {
                Tensors.output(response, Tensors.TEXT_OUTPUT, String.join(" ", piece));
            }
            if (Tensors.isAskedFor(request, Tensors.INPUT_TOKENS)) {
                Tensors.output(response, Tensors.INPUT_TOKENS, input);
            }
            if (Tensors.isAskedFor(request, Tensors.OUTPUT_TOKENS)) {
                Tensors.output(response, Tensors.OUTPUT_TOKENS, piece.size());
            }
            return response;
        }
    }

    /**
     * One stream. The first piece of an answer goes at once; the others wait for the client to have no more questions, and then
     * take turns, so that answers come in between each other, in the same order each time.
     */
    private final class Stream implements StreamObserver<DynamicMessage> {

        private final StreamObserver<DynamicMessage> to;
        private final Deque<Turn> turns = new ArrayDeque<>();
        private int number;

        private record Turn(Work work, List<String> left) {}

        Stream(StreamObserver<DynamicMessage> to) {
            this.to = to;
        }

        @Override
        public void onNext(DynamicMessage request) {
            Work work = Work.of(request);
            if (streamFaults.at(number++) == Fault.NONE) {
                book(work, work.words().size(), Told.ALL);
                send(new Turn(work, work.words()));
            } else {
                book(work, 0, Told.NOTHING);
                Draft response = Rpc.response(Rpc.STREAM_INFER);
                Draft failed = response.inside("infer_response")
                        .set("model_name", work.model())
                        .set("id", Draft.text(request, "id"));
                to.onNext(response.set("error_message", "out of memory")
                        .set("infer_response", failed)
                        .build());
            }
        }

        private void send(Turn turn) {
            int end = Math.min(PIECE, turn.left().size());
            List<String> left =
                    new ArrayList<>(turn.left().subList(end, turn.left().size()));
            Draft response = Rpc.response(Rpc.STREAM_INFER);
            Draft answer = turn.work()
                    .fill(response.inside("infer_response"), turn.left().subList(0, end));
            Draft isLast = answer.inside("parameters").set("key", FINAL);
            answer.add("parameters", isLast.set("value", isLast.inside("value").set("bool_param", left.isEmpty())));
            to.onNext(response.set("infer_response", answer).build());
            if (!left.isEmpty()) {
                turns.add(new Turn(turn.work(), left));
            }
        }

        @Override
        public void onCompleted() {
            while (!turns.isEmpty()) {
                send(turns.remove());
            }
            to.onCompleted();
        }

        @Override
        public void onError(Throwable gone) {
            turns.clear();
        }
    }
}
