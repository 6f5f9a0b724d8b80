package io.unitcost.grpc;

import com.google.cloud.vertexai.api.Candidate;
import com.google.cloud.vertexai.api.Content;
import com.google.cloud.vertexai.api.GenerateContentRequest;
import com.google.cloud.vertexai.api.GenerateContentResponse;
import com.google.cloud.vertexai.api.GenerateContentResponse.UsageMetadata;
import com.google.cloud.vertexai.api.Part;
import com.google.cloud.vertexai.api.PredictionServiceGrpc.PredictionServiceImplBase;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A model behind Vertex AI's protocol, which does what it is told, in order, and keeps count of what it produced. */
final class Model extends PredictionServiceImplBase {

    static final String NAME = "gemini-test";
    static final int PROMPT = 1_000;
    static final int OUTPUT = 100;

    /** What to do with a request. */
    interface Turn {
        void answer(StreamObserver<GenerateContentResponse> to) throws Exception;
    }

    private final Queue<Turn> turns = new ConcurrentLinkedQueue<>();
    final AtomicInteger asked = new AtomicInteger();
    final AtomicLong promptTokens = new AtomicLong();
    final AtomicLong outputTokens = new AtomicLong();

    Model then(Turn turn) {
        turns.add(turn);
        return this;
    }

    Model thenFails(Status status) {
        return then(to -> to.onError(status.asRuntimeException()));
    }

    Model thenFails(Status status, Metadata trailers) {
        return then(to -> to.onError(status.asRuntimeException(trailers)));
    }

    Model thenAnswers() {
        return then(this::answer);
    }

    Model thenWaits(CountDownLatch gate) {
        return then(to -> {
            await(gate);
            answer(to);
        });
    }

    Model thenHangs() {
        return then(to -> {});
    }

    static void await(CountDownLatch gate) throws InterruptedException {
        if (!gate.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody opened the gate");
        }
    }

    void answer(StreamObserver<GenerateContentResponse> to) {
        promptTokens.addAndGet(PROMPT);
        outputTokens.addAndGet(OUTPUT);
        to.onNext(whole());
        to.onCompleted();
    }

    static GenerateContentResponse whole() {
        return text("Forty-two.").toBuilder()
                .setModelVersion(NAME)
                .setUsageMetadata(usage(OUTPUT))
                .build();
    }

    /** A piece of a stream: text and no usage. */
    static GenerateContentResponse text(String text) {
        return GenerateContentResponse.newBuilder()
                .addCandidates(Candidate.newBuilder()
                        .setContent(
                                Content.newBuilder().addParts(Part.newBuilder().setText(text))))
                .build();
    }

    static UsageMetadata usage(int output) {
        return UsageMetadata.newBuilder()
                .setPromptTokenCount(PROMPT)
                .setCandidatesTokenCount(output)
                .setTotalTokenCount(PROMPT + output)
                .build();
    }

    @Override
    public void generateContent(GenerateContentRequest request, StreamObserver<GenerateContentResponse> to) {
        turn(to);
    }

    @Override
    public void streamGenerateContent(GenerateContentRequest request, StreamObserver<GenerateContentResponse> to) {
        turn(to);
    }

    private void turn(StreamObserver<GenerateContentResponse> to) {
        asked.incrementAndGet();
        ((ServerCallStreamObserver<GenerateContentResponse>) to).setOnCancelHandler(() -> {});
        Turn turn = turns.poll();
        try {
            if (turn == null) {
                answer(to);
            } else {
                turn.answer(to);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
