package io.unitcost.langchain4j;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import io.unitcost.RequestMeter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose an answer was that asks for tools. An assistant that streams asks the model again on a thread of its client, which
 * does not know the request; but it sends that answer along, the same object. Bounded.
 */
final class FollowUps {

    private static final int MOST = 10_000;
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final Cache<AiMessage, RequestMeter> requests = Caffeine.newBuilder()
            .weakKeys() // the object, not what it says
            .maximumSize(MOST)
            .expireAfterWrite(LONGEST)
            .executor(Runnable::run)
            .build();

    void expect(@Nullable AiMessage answer, RequestMeter request) {
        if (answer != null && answer.hasToolExecutionRequests() && request.isAttributed()) {
            requests.put(answer, request);
        }
    }

    /** The request that a question goes on with, if this thread has none. */
    @Nullable
    RequestMeter find(List<ChatMessage> question) {
        if (RequestMeter.current().isAttributed()) {
            return null;
        }
        for (int i = question.size() - 1; i >= 0; i--) {
            if (question.get(i) instanceof AiMessage answer) {
                return requests.asMap().remove(answer);
            }
        }
        return null;
    }
}
