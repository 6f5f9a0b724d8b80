package io.unitcost.samples.inference;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Asks models, as any program does that speaks their protocols: there is nothing of costs in here. */
final class Models {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Asks vLLM's engine, and passes its answer on as it comes. */
    static void generate(Channel vllm, String prompt, Duration atMost, Consumer<String> pieces) {
        Draft request = Rpc.request(Rpc.GENERATE);
        Draft tokens = request.inside("tokenized").set("original_text", prompt).set("input_ids", Words.ids(prompt));
        Iterator<DynamicMessage> answer = ClientCalls.blockingServerStreamingCall(
                vllm,
                Rpc.GENERATE,
                within(atMost),
                request.set("request_id", "g")
                        .set("tokenized", tokens)
                        .set("stream", true)
                        .build());
        while (answer.hasNext()) {
            DynamicMessage message = answer.next();
            if (Draft.has(message, "chunk")) {
                pieces.accept(Words.text(Draft.all(Draft.message(message, "chunk"), "token_ids")));
            }
        }
    }

    /** Asks a model of Triton's for an answer in one piece. */
    static String infer(Channel triton, String model, String text) {
        return Tensors.outputText(ClientCalls.blockingUnaryCall(
                triton, Rpc.INFER, within(PATIENCE), inference(model, "i", text).build()));
    }

    private static Draft inference(String model, String id, String text) {
        Draft request = Rpc.request(Rpc.STREAM_INFER).set("model_name", model).set("id", id);
        Tensors.input(request, text);
        Tensors.askFor(request, Tensors.INPUT_TOKENS);
        Tensors.askFor(request, Tensors.OUTPUT_TOKENS);
        return request;
    }

    /**
     * Asks several models of Triton's in one stream. What fails in it is asked for again.
     *
     * @return what each said, in the order asked
     */
    static Map<String, String> inferTogether(Channel triton, Map<String, String> textsByModel) {
        Replies replies = new Replies();
        StreamObserver<DynamicMessage> questions =
                ClientCalls.asyncBidiStreamingCall(triton.newCall(Rpc.STREAM_INFER, within(PATIENCE)), replies);
        textsByModel.forEach(
                (model, text) -> questions.onNext(inference(model, model, text).build()));
        Map<String, StringBuilder> said = new LinkedHashMap<>();
        textsByModel.keySet().forEach(model -> said.put(model, new StringBuilder()));
        for (int silent = textsByModel.size(); silent > 0; ) {
            DynamicMessage reply = replies.next();
            String model = Draft.text(Draft.message(reply, "infer_response"), "model_name");
            if (Draft.text(reply, "error_message").isEmpty()) {
                add(said, reply);
                silent--;
            } else {
                questions.onNext(inference(model, model + "-again", textsByModel.getOrDefault(model, ""))
                        .build());
            }
        }
        questions.onCompleted();
        for (DynamicMessage more = replies.next(); !replies.isEnd(more); more = replies.next()) {
            add(said, more);
        }
        return said.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().toString().strip(),
                        (a, b) -> a,
                        LinkedHashMap::new));
    }

    private static void add(Map<String, StringBuilder> said, DynamicMessage message) {
        Message answer = Draft.message(message, "infer_response");
        StringBuilder text = said.get(Draft.text(answer, "model_name"));
        if (text != null) {
            text.append(Tensors.outputText(answer)).append(' ');
        }
    }

    private static CallOptions within(Duration time) {
        return CallOptions.DEFAULT.withDeadlineAfter(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Responses in the order in which they come. */
    private static final class Replies implements StreamObserver<DynamicMessage> {

        private final DynamicMessage end = Rpc.response(Rpc.STREAM_INFER).build();
        private final BlockingQueue<DynamicMessage> come = new LinkedBlockingQueue<>();
        private volatile Status failure = Status.OK;

        boolean isEnd(DynamicMessage message) {
            return message == end;
        }

        DynamicMessage next() {
            try {
                DynamicMessage next = come.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (next == null || !failure.isOk()) {
                    throw (next == null ? Status.DEADLINE_EXCEEDED : failure).asRuntimeException();
                }
                return next;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Status.CANCELLED.withCause(e).asRuntimeException();
            }
        }

        @Override
        public void onNext(DynamicMessage message) {
            come.add(message);
        }

        @Override
        public void onError(Throwable thrown) {
            failure = Status.fromThrowable(thrown);
            come.add(end);
        }

        @Override
        public void onCompleted() {
            come.add(end);
        }
    }

    private Models() {}
}
