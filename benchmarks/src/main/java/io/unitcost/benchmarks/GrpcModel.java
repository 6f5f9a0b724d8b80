package io.unitcost.benchmarks;

import com.google.cloud.vertexai.api.Candidate;
import com.google.cloud.vertexai.api.Candidate.FinishReason;
import com.google.cloud.vertexai.api.Content;
import com.google.cloud.vertexai.api.GenerateContentRequest;
import com.google.cloud.vertexai.api.GenerateContentResponse;
import com.google.cloud.vertexai.api.GenerateContentResponse.UsageMetadata;
import com.google.cloud.vertexai.api.Part;
import com.google.cloud.vertexai.api.PredictionServiceGrpc.PredictionServiceImplBase;
import io.grpc.stub.StreamObserver;

/** A model that answers at once, with messages it has ready. */
final class GrpcModel extends PredictionServiceImplBase {

    static final String NAME = "gemini-2.5-pro";
    static final long TOKENS = 500;

    /** A kilobyte. */
    static final GenerateContentRequest QUESTION = GenerateContentRequest.newBuilder()
            .setModel("projects/p/locations/us-central1/publishers/google/models/" + NAME)
            .addContents(content("What did this request cost, and who paid for its attempts? ".repeat(16)))
            .build();

    private static final UsageMetadata USAGE = UsageMetadata.newBuilder()
            .setPromptTokenCount(200)
            .setCandidatesTokenCount(300)
            .setTotalTokenCount(500)
            .build();
    private static final GenerateContentResponse ANSWER = last("The answer to a question of a kilobyte. ".repeat(30));
    private static final GenerateContentResponse CHUNK = GenerateContentResponse.newBuilder()
            .addCandidates(Candidate.newBuilder().setContent(content(" in pieces of words")))
            .setModelVersion(NAME)
            .build();
    private static final GenerateContentResponse COUNTED =
            CHUNK.toBuilder().setUsageMetadata(USAGE).build();
    private static final GenerateContentResponse LAST = last(".");

    private int messages;
    private boolean counted;

    private static Content content(String text) {
        return Content.newBuilder()
                .setRole("user")
                .addParts(Part.newBuilder().setText(text))
                .build();
    }

    private static GenerateContentResponse last(String text) {
        return GenerateContentResponse.newBuilder()
                .addCandidates(Candidate.newBuilder().setContent(content(text)).setFinishReason(FinishReason.STOP))
                .setModelVersion(NAME)
                .setUsageMetadata(USAGE)
                .build();
    }

    /** The streams from now on; on the thread that calls. */
    void answersWith(int number, boolean countedEach) {
        messages = number;
        counted = countedEach;
    }

    @Override
    public void generateContent(GenerateContentRequest question, StreamObserver<GenerateContentResponse> caller) {
        caller.onNext(ANSWER);
        caller.onCompleted();
    }

    @Override
    public void streamGenerateContent(GenerateContentRequest question, StreamObserver<GenerateContentResponse> caller) {
        GenerateContentResponse chunk = counted ? COUNTED : CHUNK;
        for (int i = 1; i < messages; i++) {
            caller.onNext(chunk);
        }
        caller.onNext(LAST);
        caller.onCompleted();
    }
}
