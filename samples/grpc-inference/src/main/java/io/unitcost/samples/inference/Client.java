package io.unitcost.samples.inference;

import com.google.protobuf.DynamicMessage;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** Asks the shop's assistant, as its users do. */
final class Client {

    static final int EVERYTHING = Integer.MAX_VALUE;
    private static final int PATIENCE_SECONDS = 60;

    private final Channel channel;

    Client(Channel channel) {
        this.channel = channel;
    }

    /**
     * Asks, and reads the answer.
     *
     * @param pieces after so many it hangs up
     * @return the answer, as far as it came; or the status, if it is none of success
     */
    String ask(String way, String text, int pieces) {
        StringBuilder answer = new StringBuilder();
        try (Context.CancellableContext until = Context.current().withCancellation()) {
            until.run(() -> {
                Iterator<DynamicMessage> iterator = ClientCalls.blockingServerStreamingCall(
                        channel,
                        Rpc.ASK,
                        CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS),
                        Rpc.request(Rpc.ASK).set("text", text).set("way", way).build());
                for (int left = pieces; left > 0 && iterator.hasNext(); left--) {
                    answer.append(Draft.text(iterator.next(), "text")).append(' ');
                }
            });
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode().name();
        }
        return answer.toString().strip();
    }
}
