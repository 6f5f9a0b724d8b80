package io.unitcost.spring.ai;

import io.micrometer.observation.Observation;
import io.unitcost.Attempt;
import io.unitcost.CostMeter.Site;
import io.unitcost.Quality;
import io.unitcost.Scope;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;

/**
 * One round of a stream: reads the chunks as they pass, and ends its call however the stream ends. The end may come on another
 * thread than the chunks, and the first end counts. No method throws.
 */
final class TappedStream {

    /** In characters; a longer answer is estimated from so much of it, and the same again for the rest. */
    private static final int LONGEST_TEXT = 1 << 20;

    private static final int SDK_NAMES = 3;

    /**
     * Models whose SDKs give a stream up only when the server sends something more. Nothing is waited for with them. They send
     * from threads of their own, where transport hooks do not find the call; what those write is told apart by the answer's id.
     */
    private static final Set<String> SLOW_TO_CANCEL = Set.of("openai", "anthropic");

    private final ObservedCalls calls;
    private final ObservedCall call;
    private final Prompt prompt;
    private final StringBuilder text = new StringBuilder();

    private Observation.@Nullable Context model;
    private String name = "";
    private int failuresBefore;
    private @Nullable ChatResponseMetadata metadata;
    private @Nullable ChatResponseMetadata reported;
    private @Nullable String thoughts;
    private boolean textAfterUsage;
    private boolean finished;
    private long firstToken = -1;
    private int recordedBelow;
    private boolean ended;

    TappedStream(ObservedCalls calls, ObservedCall call, Prompt prompt) {
        this.calls = calls;
        this.call = call;
        this.prompt = prompt;
        call.awaitsStream(true);
    }

    ObservedCall call() {
        return call;
    }

    /**
     * A model is asked below, and says who it is.
     *
     * @param observed the observation of its call
     * @param name Spring AI's name of the provider
     * @return whether this stream meters it; not if it has ended
     */
    synchronized boolean claim(Observation.Context observed, String name, String provider, @Nullable String asked) {
        if (ended) {
            return false;
        }
        this.model = observed;
        this.name = name;
        this.failuresBefore = call.failures();
        call.asking(provider, asked);
        return true;
    }

    /** A model below has ended; if another one was asked in its place by then, it was a try that failed. */
    synchronized void modelEnded(Observation.Context observed, @Nullable Throwable error) {
        if (error != null && observed != model && !ended && call.failures() == failuresBefore) {
            call.failed(FailedTry.of(error, 0));
        }
    }

    /** The stream, subscribed to with the call current: clients remember then on whose account they send a request. */
    Flux<ChatClientResponse> subscribing(Flux<ChatClientResponse> stream) {
        return Flux.from(subscriber -> subscribe(stream, subscriber));
    }

    private void subscribe(Flux<ChatClientResponse> stream, Subscriber<? super ChatClientResponse> subscriber) {
        try (Scope scope = call.makeCurrent()) {
            stream.subscribe(subscriber);
        }
    }

    /** A chunk passes. */
    synchronized void next(ChatClientResponse chunk) {
        try {
            ChatResponse response = chunk.chatResponse();
            if (response != null && !ended) {
                if (metadata == null) {
                    recordedBelow = call.recordedBelow();
                    call.awaitsStream(false);
                }
                read(response);
            }
        } catch (Throwable failure) {
            calls.report(Site.USAGE, failure);
        }
    }

    private void read(ChatResponse response) {
        int before = text.length();
        String thought = null;
        for (Generation generation : response.getResults()) {
            if (text.length() < LONGEST_TEXT) {
                ChatText.add(text, generation);
            }
            thought = ChatText.reasoning(generation);
            String reason = generation.getMetadata().getFinishReason();
            finished |= reason != null && !reason.isEmpty();
        }
        boolean said = text.length() > before;
        if (thought != null && !thought.isEmpty()) {
            said |= thoughts == null || thought.length() > thoughts.length();
            thoughts = thought;
        }
        if (said && firstToken < 0) {
            firstToken = call.age();
        }
        textAfterUsage |= said;
        ChatResponseMetadata told = response.getMetadata();
        if (metadata == null || (told.getId() != null && !told.getId().isEmpty())) {
            metadata = told;
        }
        Usage usage = told.getUsage();
        if (usage != null && ChatUsage.isReported(usage)) {
            reported = told;
            textAfterUsage = false;
        }
    }

    /** All of it has passed. */
    void completed() {
        end(SignalType.ON_COMPLETE, null);
    }

    void failed(Throwable error) {
        end(SignalType.ON_ERROR, error);
    }

    /** The reader is about to give it up. */
    void cancelling() {
        if (isSlowToCancel()) {
            end(SignalType.CANCEL, null);
        }
    }

    private synchronized boolean isSlowToCancel() {
        return SLOW_TO_CANCEL.contains(name);
    }

    /** It is over, one way or another; if nothing was said before, it was given up. */
    void over(SignalType signal) {
        end(signal, null);
    }

    private synchronized void end(SignalType signal, @Nullable Throwable error) {
        if (ended) {
            return;
        }
        ended = true;
        Attempt last = null;
        try {
            last = last(signal);
        } catch (Throwable failure) {
            calls.report(Site.USAGE, failure);
        }
        call.end(last, error);
    }

    /** {@code null} if it failed without a word. */
    private @Nullable Attempt last(SignalType signal) {
        boolean complete = signal == SignalType.ON_COMPLETE;
        boolean cancelled = !complete && signal != SignalType.ON_ERROR;
        if (metadata == null && signal == SignalType.ON_ERROR) {
            return null;
        }
        io.unitcost.price.Usage usage = reported == null
                ? io.unitcost.price.Usage.NONE
                : ChatUsage.of(reported.getUsage(), springName(reported));
        boolean whole = !usage.isEmpty() && (finished || (complete && !textAfterUsage));
        ChatResponseMetadata told = metadata;
        if (!complete && !whole && isRecordedBelow()) {
            // a transport hook has written how far it came; what it cannot have seen is nothing
            return Attempt.of(call.provider(), call.model())
                    .cancelled()
                    .unbilled()
                    .durationNanos(call.age())
                    .build();
        }
        String served = told == null ? null : told.getModel();
        Attempt.Builder attempt = call.attempt(served).firstTokenNanos(firstToken);
        if (told != null) {
            ChatCalls.fill(attempt, told, name, prompt);
        }
        if (reported != null) {
            ChatCalls.fill(attempt, reported, name, prompt);
        }
        String model = served == null || served.isEmpty() ? String.valueOf(call.model()) : served;
        String seen = thoughts == null ? text.toString() : text + thoughts;
        if (whole) {
            attempt.usage(usage, Quality.REPORTED);
        } else if (!usage.isEmpty()) {
            ChatAnswer.partial(attempt, usage, calls, prompt, seen, model);
        } else {
            ChatAnswer.estimated(attempt, calls, prompt, seen, model);
        }
        if (!whole && cancelled) {
            attempt.cancelled();
        } else if (!whole && !complete) {
            attempt.failed();
        }
        return attempt.build();
    }

    private boolean isRecordedBelow() {
        return call.recordedBelow() > (metadata == null ? 0 : recordedBelow);
    }

    /** Without an observation of the model, the package of the SDK's usage tells whose it is. */
    private String springName(ChatResponseMetadata told) {
        if (!name.isEmpty()) {
            return name;
        }
        Usage usage = told.getUsage();
        Object details = usage == null ? null : usage.getNativeUsage();
        String[] packages =
                details == null ? new String[0] : details.getClass().getName().split("\\.", SDK_NAMES + 1);
        String found = packages.length < SDK_NAMES ? "" : packages[0].equals("com") ? packages[1] : "";
        if (found.equals("openai") || found.equals("anthropic")) {
            call.asking(calls.providerId(found), call.model());
            return found;
        }
        return "";
    }
}
