package io.unitcost.samples.inference;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.unitcost.samples.inference.Ledger.Told;
import java.util.List;

/**
 * An engine of vLLM's protocol: prompts come as tokens, answers in pieces that each count the new tokens in them. The last
 * message counts the last piece once more.
 */
final class Vllm {

    static final String MODEL = "llama-3.3-70b";
    private static final int PIECE = 4;
    private static final int PIECES_BEFORE_A_STALL = 2;

    private final Ledger ledger;
    private final Faults faults = new Faults();

    Vllm(Ledger ledger) {
        this.ledger = ledger;
    }

    Faults faults() {
        return faults;
    }

    ServerServiceDefinition service() {
        return Services.of(Rpc.GENERATE, ServerCalls.asyncServerStreamingCall(this::generate));
    }

    private void generate(DynamicMessage request, StreamObserver<DynamicMessage> to) {
        Message tokenized = Draft.message(request, "tokenized");
        int input = Draft.all(tokenized, "input_ids").size();
        List<Integer> answer = Words.ids(Answers.to(Draft.text(tokenized, "original_text")));
        switch (faults.next()) {
            case REFUSES -> {
                book(0, 0, Told.REFUSED);
                to.onError(Faults.REFUSED.asRuntimeException());
            }
            case BREAKS -> {
                book(input, answer.size() / 2, Told.NOTHING);
                to.onError(Faults.BROKEN.asRuntimeException());
            }
            case HANGS -> book(input, answer.size(), Told.NOTHING);
            case STALLS -> {
                List<Integer> sent = answer.subList(0, Math.min(answer.size(), PIECE * PIECES_BEFORE_A_STALL));
                book(input, sent.size(), Told.PART);
                pieces(input, sent, to);
            }
            case NONE -> {
                book(input, answer.size(), Told.ALL);
                int last = pieces(input, answer, to);
                to.onNext(complete(input, answer, last));
                to.onCompleted();
            }
        }
    }

    /** Returns how many tokens the last one had. */
    private static int pieces(int input, List<Integer> answer, StreamObserver<DynamicMessage> to) {
        int count = 0;
        for (int at = 0; at < answer.size(); at += PIECE) {
            List<Integer> ids = answer.subList(at, Math.min(answer.size(), at + PIECE));
            count = ids.size();
            Draft response = Rpc.response(Rpc.GENERATE);
            to.onNext(response.set(
                            "chunk",
                            response.inside("chunk")
                                    .set("token_ids", ids)
                                    .set("prompt_tokens", input)
                                    .set("completion_tokens", count))
                    .build());
        }
        return count;
    }

    private static DynamicMessage complete(int input, List<Integer> answer, int last) {
        Draft response = Rpc.response(Rpc.GENERATE);
        return response.set(
                        "complete",
                        response.inside("complete")
                                .set("output_ids", answer)
                                .set("finish_reason", "stop")
                                .set("prompt_tokens", input)
                                .set("completion_tokens", last))
                .build();
    }

    private void book(int input, int output, Told told) {
        ledger.book(Metering.VLLM, MODEL, input, output, told);
    }
}
